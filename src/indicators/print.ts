/**
 * What a print says: a weight that can be used, moving or not; that the load moves, without a number; beyond what the
 * indicator can weigh, above or below; that the indicator has a fault, or did not take a command; something that is no
 * weighing (a tare, a count, information, a heartbeat); or nothing that the dialect knows.
 */
export type PrintKind = "weight" | "motion" | "overload" | "underload" | "error" | "other" | "rejected";

/** Units that indicators print; only some of them can be a bag's (`weighing/units.ts`). */
export const printUnits = ["lb", "kg", "g", "oz", "t", "ton", "ozt", "dwt", "ct", "grain", "mg"] as const;
export type PrintUnit = (typeof printUnits)[number];

export type PrintMode = "gross" | "net" | "tare";

/** Why bytes are no print of the dialect. */
export type PrintFault =
  /** Not one of the dialect's layouts. */
  | "malformed"
  /** More than one weight can be meant: a comma that may mark decimals or thousands, several weights in one print. */
  | "ambiguous"
  /** Where the decimal point stands is said neither by the print nor by the settings. */
  | "decimals_unknown"
  | "unknown_unit"
  /** The check byte is not that of the bytes before it. */
  | "checksum"
  /** More bytes than any print of the dialect has. */
  | "too_long"
  /** The bytes ended in the middle of a print. */
  | "truncated"
  /** The rest of a print did not come in time. */
  | "stale"
  /** A weight beyond what can be stored. */
  | "out_of_range";

/** One print of an indicator, as far as it says something; what it does not say is null. */
export interface Print {
  readonly kind: PrintKind;
  /** A decimal with a point: `-` before a negative one, no needless leading zeros, decimals as printed. Only of a `weight`. */
  readonly weight: string | null;
  readonly unit: PrintUnit | null;
  readonly mode: PrintMode | null;
  readonly stable: boolean | null;
  /** The scale's id, where the print carries one. */
  readonly scale: number | null;
  /** Only of what is `rejected`. */
  readonly reason: PrintFault | null;
  /** What stood before the weight's decimals; null: nothing that tells. */
  readonly mark: "point" | "comma" | null;
}

const nothing: Print = {
  kind: "other",
  weight: null,
  unit: null,
  mode: null,
  stable: null,
  scale: null,
  reason: null,
  mark: null,
};

/** A print that carries a weight. */
export function weighed(weight: string, said: Partial<Omit<Print, "kind" | "weight" | "reason">>): Print {
  return { ...nothing, ...said, kind: "weight", weight };
}

/** A print that carries no weight that can be used. */
export function withoutWeight(
  kind: Exclude<PrintKind, "weight" | "rejected">,
  said: Partial<Pick<Print, "unit" | "mode" | "stable" | "scale">> = {},
): Print {
  return { ...nothing, ...said, kind };
}

export function rejected(reason: PrintFault): Print {
  return { ...nothing, kind: "rejected", reason };
}
