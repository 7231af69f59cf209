import type { Print } from "../print.ts";

/** One print of an indicator that streams, as far as the detector looks at it. */
export interface StreamSample extends Pick<Print, "unit" | "mode" | "stable"> {
  /** `motion`, `overload`, `underload`, `error`: without a weight. */
  readonly kind: "weight" | "motion" | "overload" | "underload" | "error";
  /** As `scaled` reads it; of a `weight` never null. */
  readonly weight: string | null;
}
