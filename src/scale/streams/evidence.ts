import type { StreamOutcome } from "../../indicators/stream/outcome.ts";

/**
 * What is kept of a bag or of a rejected load that was found in a stream, in place of a print's bytes: JSON with the
 * weight as sent and the samples around it as `[milliseconds, weight, still]`, the times counted from the moment at which it was
 * known. `still` is 1, 0, or null where the indicator does not say. docs/sources.md has it for readers.
 */
export function evidenceOf(outcome: StreamOutcome): string {
  const { atMs, loadedAtMs, weight, samples, trace } = outcome;
  const since = (ms: number) => Math.round(ms - atMs);
  return JSON.stringify({
    weight,
    ...(outcome.kind === "bag"
      ? { settled_ms: since(outcome.settledAtMs), still_mark: outcome.stillMark }
      : { peak: outcome.peak }),
    loaded_ms: since(loadedAtMs),
    samples,
    trace: trace.map(({ atMs: at, weight: shown, stable }) => [
      since(at),
      shown,
      stable === null ? null : Number(stable),
    ]),
  });
}
