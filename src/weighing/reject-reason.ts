/** Why a frame became no bag. */
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
  /** The indicator shows that the load is below what it can weigh. */
  | "underload"
  /** The indicator says that it has a fault, or that it did not take a command. */
  | "indicator_error"
  /** The print says something else than a weight: a tare, a count, information. */
  | "no_weighing"
  /** The check byte is not that of the bytes before it. */
  | "checksum"
  /** Where the decimal point stands is said neither by the print nor by the source. */
  | "decimals_unknown"
  /** In a stream: on the platform for less than the settle time. */
  | "bumped"
  /** In a stream: taken off before its weight stood still. */
  | "not_settled"
  /** In a stream: the samples ended with the load on. */
  | "connection_lost"
  /** In a stream: the tare was pressed or cleared while the load was on. */
  | "tared"
  /** In a stream: taken off before it settled in the unit that was changed to. */
  | "unit_changed"
  /** In a stream: put on top of another load and taken off again. */
  | "set_on_top"
  /** The connection began as no scale's does: as HTTP, TLS, SSH … */
  | "greeting"
  /** The scale is disabled, or not configured where unknown scales are refused. */
  | "unknown_scale"
  /** No fault: a good print that a person asked for, to check the scale. */
  | "check";

const frameReasons: Readonly<Record<RejectReason, true>> = {
  malformed: true,
  ambiguous: true,
  stale: true,
  remainder: true,
  too_long: true,
  truncated: true,
  unknown_unit: true,
  not_positive: true,
  out_of_range: true,
  motion: true,
  overload: true,
  underload: true,
  indicator_error: true,
  no_weighing: true,
  checksum: true,
  decimals_unknown: true,
  bumped: true,
  not_settled: true,
  connection_lost: true,
  tared: true,
  unit_changed: true,
  set_on_top: true,
  greeting: true,
  unknown_scale: true,
  check: true,
};

/** Every reason, as tables, metrics and the API name it. `refused`: it was read well, but the database did not take it. */
export const rejectedReasons: readonly (RejectReason | "refused")[] = [...keysOf(frameReasons), "refused"];

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
