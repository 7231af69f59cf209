import { type DialectSettings, noSettings } from "../../indicators/dialect.ts";
import type { RejectReason } from "../../weighing/reject-reason.ts";
import { Framer, type FramerOutcome } from "../frames/framer.ts";
import { createPrintedScales } from "../frames/printed-scales.ts";
import { zm405 } from "../frames/zm405.ts";
import type { GreetingOutcome } from "../intake.ts";
import type { FrameReader, PrintedFrame } from "./printed-frame.ts";

const nothing = { weight: null, unit: null, mode: null, stable: null, scale: null, reason: null };

/** Reads the print of today, `[scale_id],[weight] [unit]`, as the scales' port does where bytes come without a pause. */
export function readLinePrints(settings: DialectSettings, print: (frame: PrintedFrame) => void): FrameReader {
  const scales = createPrintedScales(() => false).from("");
  const framer = new Framer(zm405, { decimalMark: settings.decimalMark ?? "auto", scales }, (outcome) =>
    print(frameOf(outcome)),
  );
  return { push: (bytes) => framer.push(bytes, 0), end: () => framer.end() };
}

/** All frames of the bytes. */
export function readAllLines(bytes: Uint8Array): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  const reader = readLinePrints(noSettings, (frame) => frames.push(frame));
  reader.push(bytes);
  reader.end();
  return frames;
}

/** As it is printed. */
export function frameOf(outcome: FramerOutcome | GreetingOutcome): PrintedFrame {
  const raw = outcome.text;
  if (outcome.kind === "broken") return rejected(outcome.reason, null, raw);
  if (outcome.kind === "remainder") return rejected("remainder", null, raw);
  const { parsed } = outcome;
  if (!parsed.ok) return rejected(parsed.reason, parsed.printedScale, raw);
  const { weight, unit, printedScale: scale } = parsed.reading;
  return { ...nothing, kind: "weight", weight, unit, scale, raw };
}

function rejected(reason: RejectReason, scale: number | null, raw: string): PrintedFrame {
  if (reason === "motion") return { ...nothing, kind: "motion", stable: false, scale, raw };
  if (reason === "overload") return { ...nothing, kind: "overload", scale, raw };
  return { ...nothing, kind: "rejected", scale, reason, raw };
}
