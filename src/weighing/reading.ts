/** Units a bag can be weighed in, as they are stored. `lbs` and any case are accepted from the scale. */
export type Unit = "lb" | "kg" | "g" | "oz";

/** Why a frame did not become a bag. */
export type RejectReason =
  /** Not `[scale_id],[weight] [unit]`. */
  | "malformed"
  /** More than one thing can be meant: two weights in one print, a comma that may mark decimals or thousands. */
  | "ambiguous"
  /** Bytes that never became a whole frame, and behind which nothing came for `PREPUFF_FRAME_MAX_AGE_MS`. */
  | "stale"
  /** What came behind a print that silence had completed: that print may have been no bag. */
  | "remainder"
  /** More than 256 bytes without a terminator. */
  | "too_long"
  /** The connection ended in the middle of it. */
  | "truncated"
  | "unknown_unit"
  /** Weight zero or below. */
  | "not_positive"
  /** Scale id or weight beyond what can be stored. */
  | "out_of_range"
  /** The indicator says that the load was moving. */
  | "motion"
  /** The indicator shows dashes or an overload mark instead of digits. */
  | "overload"
  /** The connection began as no scale's does: as HTTP, TLS, SSH … */
  | "greeting"
  /** The scale is disabled, or not configured where unknown scales are refused. */
  | "unknown_scale";

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
