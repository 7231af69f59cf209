import { StreamDetector } from "../../../../src/indicators/stream/detector.ts";
import type { StreamBag, StreamOutcome } from "../../../../src/indicators/stream/outcome.ts";
import { scaled } from "../../../../src/indicators/stream/scaled.ts";
import { defaultStreamSettings, type StreamSettings } from "../../../../src/indicators/stream/settings.ts";
import type { GeneratedTrace } from "./trace.ts";

export interface Comparison {
  readonly missed: number;
  readonly extra: number;
  /** By more than a division. */
  readonly off: number;
  readonly bags: number;
  readonly outcomes: readonly StreamOutcome[];
}

/** All that the detector says of the samples, to their end. */
function detect(
  { samples }: Pick<GeneratedTrace, "samples">,
  settings: Partial<StreamSettings>,
): StreamOutcome[] {
  const detector = new StreamDetector({ ...defaultStreamSettings, ...settings });
  const outcomes = samples.flatMap(({ t, ...sample }) => [...detector.push(sample, t)]);
  return [...outcomes, ...detector.end(samples.at(-1)?.t ?? 0)];
}

/** Compares the bags that were found with those that were on the scale, in their order. */
export function compareWithTruth(trace: GeneratedTrace): Comparison {
  const { model, seed } = trace;
  // An even seed's detector is told the division, an odd one's learns it.
  const division = seed % 2 === 0 ? String(model.division) : null;
  const outcomes = detect(trace, { division, unit: model.unit });
  const found = outcomes.filter((outcome): outcome is StreamBag => outcome.kind === "bag");
  const limit = (scaled(String(model.division)) ?? 0) * 1.0001;
  const off = trace.bags.filter(({ weight }, index) => {
    const other = found[index];
    return other !== undefined && Math.abs((scaled(other.weight) ?? 0) - (scaled(weight) ?? 0)) > limit;
  }).length;
  return {
    bags: trace.bags.length,
    missed: Math.max(0, trace.bags.length - found.length),
    extra: Math.max(0, found.length - trace.bags.length),
    off,
    outcomes,
  };
}
