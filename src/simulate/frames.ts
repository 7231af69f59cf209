import type { Dialect, Shown } from "../indicators/dialect.ts";
import type { RejectReason } from "../weighing/reject-reason.ts";
import type { Unit } from "../weighing/units.ts";
import { integerAt, lanes } from "./random.ts";

const terminators = { crlf: "\r\n", cr: "\r", lf: "\n", none: "" } as const;
export type Terminator = keyof typeof terminators;

/** How the indicators are set up to print. */
export interface FrameFormat {
  /** How they talk; null: by the print of today, which the other fields say more of. */
  readonly dialect: Dialect | null;
  readonly unit: Unit;
  readonly decimals: number;
  readonly terminator: Terminator;
  /** European setting: `1,45,20 kg`. */
  readonly decimalComma: boolean;
  /** Width of the weight's field, filled with blanks on the left; 0: no blanks. */
  readonly pad: number;
}

/** Prints that are no bag, as an indicator makes them in a plant. */
export const rejectKinds = ["motion", "overload", "zero"] as const;
export type RejectKind = (typeof rejectKinds)[number];

/** One line that a scale sends. */
export interface Item {
  readonly kind: "bag" | "garbage" | RejectKind;
  /** Without the terminator; one character a byte (latin1). */
  readonly text: string;
  /** Why the appliance has to reject it; null: it is a bag. */
  readonly reason: RejectReason | null;
}

/** What ends a line; a dialect's own prints bring their end. */
export function terminatorOf({ dialect, terminator }: FrameFormat): string {
  return dialect === null ? terminators[terminator] : "";
}

/** The bytes of what an indicator shows at one moment, its end with them. */
export function writeShown(
  format: FrameFormat,
  scale: number,
  shown: Pick<Shown, "weight" | "mode" | "stable">,
): string {
  const { dialect, unit } = format;
  if (dialect !== null) return dialect.write({ ...shown, unit, scale });
  return `${goodFrame(format, scale, shown.weight)}${shown.stable ? "" : " M"}${terminatorOf(format)}`;
}

/** A bag's line without its terminator. `weight` has a decimal point. */
export function goodFrame(format: FrameFormat, scale: number, weight: string): string {
  if (format.dialect !== null) {
    return writeShown(format, scale, { weight, mode: "gross", stable: true });
  }
  const shown = format.decimalComma ? weight.replace(".", ",") : weight;
  return `${scale},${shown.padStart(format.pad)} ${format.unit}`;
}

/** A print that must become a rejected frame. `weight` is what a good print would have shown. */
export function rejectFrame(format: FrameFormat, scale: number, kind: RejectKind, weight: string): Item {
  switch (kind) {
    case "motion":
      return { kind, text: `${goodFrame(format, scale, weight)} M`, reason: "motion" };
    case "overload":
      return { kind, text: goodFrame(format, scale, "-----"), reason: "overload" };
    case "zero":
      return { kind, text: goodFrame(format, scale, weight.replace(/\d/g, "0")), reason: "not_positive" };
  }
}

/**
 * A line that no indicator should send: line noise, a start-up banner, half a frame, or a line that
 * never ends. Always exactly one rejected frame: no CR or LF within, no STX or ETX that could open
 * another frame, no blank at either end that would make the line an empty one.
 */
export function garbageLine(key: number, index: number, scale: number): Item {
  const length = integerAt(key, index, lanes.garbageLength);
  const garbage = (text: string, reason: RejectReason = "malformed"): Item => ({
    kind: "garbage",
    text,
    reason,
  });
  switch (integerAt(key, index, lanes.garbageKind) % 4) {
    case 0:
      return garbage(`#${noise(key, index, 3 + (length % 60))}#`);
    case 1:
      return garbage("AVERY WEIGH-TRONIX ZM405 READY");
    case 2:
      return garbage(`${scale},4`);
    default:
      return garbage("#".repeat(257 + (length % 200)), "too_long");
  }
}

function noise(key: number, index: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const byte = integerAt(key + i, index, lanes.garbageBytes) & 0xff;
    // Digits stay out: a number could be read as a weight. So do NUL, STX, ETX, EOT, LF, CR and ETB.
    const framing = [0x00, 0x02, 0x03, 0x04, 0x0a, 0x0d, 0x17].includes(byte);
    text += String.fromCharCode(framing || (byte >= 48 && byte <= 57) ? 0xff : byte);
  }
  return text;
}
