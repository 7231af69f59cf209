/**
 * Cuts scales off without a FIN, each on a network of its own, and measures how long the listener still takes
 * them for connected. All runs go at once; each is cut at another moment of the kernel's probing. As root:
 *
 *   bun test/campaigns/half-open.ts --runs 20
 *   bun test/campaigns/half-open.ts --runs 20 --paused     (while the journal's disk refuses writes)
 */
import { parseArgs } from "node:util";
import { startScales } from "../support/dead-link.ts";
import { until } from "../support/until.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "20" }, paused: { type: "boolean", default: false } },
});
const runs = Number(values.runs);
/** A scale that is there is probed every 10 s: the cuts are spread over more than one such round. */
const spreadMs = 15_000;
const limitMs = 60_000;

await using scales = await startScales(runs, { paused: values.paused });

async function detect(index: number): Promise<number> {
  scales.connect(index);
  await until("it is connected", () => scales.seen(index).connectedAt !== null);
  await Bun.sleep((index / runs) * spreadMs);
  scales.cut(index);
  const cutAt = Date.now();
  await until("its loss is seen", () => scales.seen(index).disconnectedAt !== null, limitMs);
  return (scales.seen(index).disconnectedAt ?? Number.NaN) - cutAt;
}

const took = (await Promise.all(Array.from({ length: runs }, (_, index) => detect(index)))).sort(
  (a, b) => a - b,
);
const seconds = (ms: number | undefined) => ((ms ?? Number.NaN) / 1000).toFixed(1);
const median = ((took[(runs - 1) >> 1] ?? 0) + (took[runs >> 1] ?? 0)) / 2;
process.stdout.write(
  `receipt: ${runs} runs${values.paused ? ", paused" : ""}: seen after ${seconds(took[0])} s at least, ${seconds(median)} s median, ${seconds(took.at(-1))} s at most\n`,
);
