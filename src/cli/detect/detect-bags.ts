import { StreamDetector } from "../../indicators/stream/detector.ts";
import type { StreamOutcome } from "../../indicators/stream/outcome.ts";
import type { StreamSettings } from "../../indicators/stream/settings.ts";
import { errorMessage } from "../../runtime/error-message.ts";
import type { Io } from "../io.ts";
import { bytesOf } from "../read/bytes-of.ts";
import { readSampleLine } from "./sample-line.ts";

/**
 * Prints the bags in the samples of a file; of standard input where it is `-`.
 *
 * @throws Error in plain words where the file cannot be read or a line is no sample; what was found before is printed, and
 * what was on the scale is told as after the last sample.
 */
export async function detectBags(
  file: string,
  settings: StreamSettings,
  { withTrace }: { withTrace: boolean },
  io: Io,
): Promise<void> {
  const detector = new StreamDetector(settings);
  const print = (outcomes: readonly StreamOutcome[]) => {
    for (const outcome of outcomes) io.stdout.write(`${JSON.stringify(printed(outcome, withTrace))}\n`);
  };
  let last = Number.NEGATIVE_INFINITY;
  try {
    let number = 0;
    for await (const line of linesOf(file, io)) {
      number++;
      if (line.trim() === "") continue;
      const { t, ...sample } = sampleOf(line, number);
      if (t < last) throw new Error(`line ${number} wants "t" not before that of the line above, ${last}`);
      last = t;
      print(detector.push(sample, t));
    }
  } finally {
    if (last > Number.NEGATIVE_INFINITY) print(detector.end(last));
  }
}

function sampleOf(line: string, number: number) {
  try {
    return readSampleLine(line);
  } catch (error) {
    throw new Error(`line ${number} ${errorMessage(error)}`);
  }
}

async function* linesOf(file: string, io: Io): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of bytesOf(file, io)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}

function printed(outcome: StreamOutcome, withTrace: boolean): Record<string, unknown> {
  const { unit, samples } = outcome;
  const times = { kind: outcome.kind, t: outcome.atMs, loaded_at: outcome.loadedAtMs };
  const trace = withTrace
    ? { trace: outcome.trace.map(({ atMs, weight, stable }) => ({ t: atMs, weight, stable })) }
    : {};
  if (outcome.kind === "bag") {
    const { settledAtMs, weight, stillMark } = outcome;
    return { ...times, settled_at: settledAtMs, weight, unit, still_mark: stillMark, samples, ...trace };
  }
  const { reason, weight, peak } = outcome;
  return { ...times, reason, weight, peak, unit, samples, ...trace };
}
