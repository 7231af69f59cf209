import type { RejectReason } from "../weighing/reject-reason.ts";
import type { Unit } from "../weighing/units.ts";

/** What a print became, by the scale's id that it says itself. */
export type Verdict =
  | { readonly kind: "bag"; readonly scale: number; readonly weight: string; readonly unit: Unit }
  | { readonly kind: "rejected"; readonly reason: RejectReason; readonly scale: number | null };

/** Hears all of one connection while it is captured. No method throws or waits. */
export interface Tap {
  /** What came, before anything is taken out of it. The bytes are used again after the call. */
  received(bytes: Uint8Array): void;
  sent(bytes: Uint8Array): void;
  /** @param raw one latin1 character a byte. */
  became(raw: string, verdict: Verdict): void;
  closed(): void;
}
