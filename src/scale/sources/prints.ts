import type { Source } from "../../config/sources/source.ts";
import {
  type Print,
  type PrintFault,
  rejected as rejectedPrint,
  weighed,
  withoutWeight,
} from "../../indicators/print.ts";
import type { Parsed } from "../../weighing/reading.ts";
import type { RejectReason } from "../../weighing/reject-reason.ts";
import { type Unit, units } from "../../weighing/units.ts";
import type { FramerOutcome } from "../frames/framer.ts";

/** As many digits as can be stored. */
const storable = /^\d{1,6}(?:\.\d{1,4})?$/;

/** What a print of a source is as a bag: one print, one bag. */
export function bagOf(print: Print, { scale }: Pick<Source, "scale">, hadParity: boolean): Parsed {
  const printedScale = print.scale ?? scale;
  const rejected = (reason: RejectReason): Parsed => ({ ok: false, reason, printedScale });
  if (print.kind !== "weight") return rejected(reasonOf(print.kind, print.reason));
  if (print.stable === false) return rejected("motion");
  const { weight, mark } = print;
  const unit = bagUnit(print);
  if (weight === null || unit === null) return rejected("unknown_unit");
  if (!/[1-9]/.test(weight) || weight.startsWith("-")) return rejected("not_positive");
  if (printedScale === null) return rejected("malformed");
  if (!storable.test(weight)) return rejected("out_of_range");
  return { ok: true, reading: { printedScale, weight, unit }, mark, hadParity };
}

function reasonOf(kind: Exclude<Print["kind"], "weight">, fault: PrintFault | null): RejectReason {
  switch (kind) {
    case "rejected":
      return fault ?? "malformed";
    case "error":
      return "indicator_error";
    case "other":
      return "no_weighing";
    default:
      return kind;
  }
}

/** A unit that a bag can have; null: another one, or none. */
function bagUnit({ unit }: Print): Unit | null {
  return units.find((one) => one === unit) ?? null;
}

/**
 * What the print of today is as a sample of a stream. It says no negative weight: whatever is zero or below is an empty
 * platform.
 */
export function sampleOf(outcome: FramerOutcome): Print {
  if (outcome.kind !== "frame") return rejectedPrint("malformed");
  const { parsed } = outcome;
  if (parsed.ok) {
    const { weight, unit, printedScale: scale } = parsed.reading;
    return weighed(weight, { unit, scale });
  }
  const scale = parsed.printedScale;
  switch (parsed.reason) {
    case "not_positive":
      return weighed("0", { scale });
    case "motion":
    case "overload":
      return withoutWeight(parsed.reason, { scale });
    default:
      return rejectedPrint("malformed");
  }
}
