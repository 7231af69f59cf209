import type { RejectReason, Unit } from "../../../scale/reading.ts";

/** One line of `GET /api/scales/:id/lines`. */
export interface RawLine {
  readonly at: string;
  readonly connection: number;
  readonly raw: string;
  readonly outcome:
    | { readonly kind: "bag"; readonly scale: number; readonly weight: string; readonly unit: Unit }
    | { readonly kind: "rejected"; readonly reason: RejectReason };
}
