import type { RejectReason } from "./reject-reason.ts";
import type { Unit } from "./units.ts";

/** What one good frame says. */
export interface Reading {
  readonly printedScale: number;
  /** Decimal with a point, no sign, no needless leading zeros, decimals as printed: `45.20`. */
  readonly weight: string;
  readonly unit: Unit;
}

/**
 * What stands before the decimals. `point` and `comma` are set (`PREPUFF_DECIMAL_MARK`): then the other one can only
 * mark thousands. `auto` learns it from what a connection prints first: nothing was learned yet, or a point, or a comma
 * was. A comma with exactly three digits behind it is never learned from.
 */
export type DecimalMark = "point" | "comma" | "auto" | "auto-point" | "auto-comma";

export type Parsed =
  | {
      readonly ok: true;
      readonly reading: Reading;
      /** What stood before its decimals; null: it has none. */
      readonly mark: "point" | "comma" | null;
      /** It was read without its parity bits: the device server does not take them off. */
      readonly hadParity: boolean;
    }
  | { readonly ok: false; readonly reason: RejectReason; readonly printedScale: number | null };

/** Whether two frames mean one and the same: a bag, or why there is none. */
export function saysTheSame(one: Parsed, other: Parsed): boolean {
  if (one.ok && other.ok) {
    const [a, b] = [one.reading, other.reading];
    return a.printedScale === b.printedScale && a.weight === b.weight && a.unit === b.unit;
  }
  return !one.ok && !other.ok && one.reason === other.reason && one.printedScale === other.printedScale;
}
