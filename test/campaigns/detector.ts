/**
 * Plays traces of scales and operators, and compares the bags that the detector finds with those that were there:
 *
 *   bun test/campaigns/detector.ts --traces 10000 --seed 1
 *   bun test/campaigns/detector.ts --seed 1 --only 4711      (one trace again, as lines for `prepuff detect`)
 */
import { parseArgs } from "node:util";
import { compareWithTruth } from "../indicators/stream/traces/compared.ts";
import { type KindName, kinds } from "../indicators/stream/traces/kinds.ts";
import { makeTrace } from "../indicators/stream/traces/trace.ts";

const { values } = parseArgs({
  options: {
    traces: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const traces = Number(values.traces);
const seed = Number(values.seed);
const names = Object.keys(kinds) as KindName[];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function traceOf(index: number) {
  const kind = names[index % names.length] ?? "ramps";
  return makeTrace(kind, Math.imul(seed, 1_000_003) + index);
}

/** One trace again: its samples, and what was on the scale and what was found beside them. */
function show(index: number): void {
  const trace = traceOf(index);
  for (const sample of trace.samples) say(JSON.stringify(sample));
  const { bags, model, kind } = trace;
  const found = compareWithTruth(trace).outcomes.map(({ trace: _, ...outcome }) => outcome);
  process.stderr.write(`${JSON.stringify({ kind, bags, found, model }, null, 1)}\n`);
}

function run(): void {
  const sums = new Map(
    names.map((name) => [name, { traces: 0, bags: 0, missed: 0, extra: 0, off: 0, rejected: 0 }]),
  );
  let samples = 0;
  let wrong = 0;
  let detectMs = 0;
  const began = performance.now();
  for (let index = 0; index < traces; index++) {
    const trace = traceOf(index);
    const from = performance.now();
    const { bags, missed, extra, off, outcomes } = compareWithTruth(trace);
    detectMs += performance.now() - from;
    samples += trace.samples.length;
    const sum = sums.get(trace.kind);
    if (sum !== undefined) {
      sum.traces++;
      sum.bags += bags;
      sum.missed += missed;
      sum.extra += extra;
      sum.off += off;
      sum.rejected += outcomes.length - (bags - missed + extra);
    }
    if (missed + extra + off > 0) {
      wrong++;
      const found = outcomes.map((one) => (one.kind === "bag" ? one.weight : one.reason)).join(" ");
      const wanted = trace.bags.map(({ weight }) => weight).join(" ");
      say(
        `${trace.kind}, trace ${index}: on the scale ${wanted}; found ${found}; division ${trace.model.division}`,
      );
    }
  }

  say(`${"kind".padEnd(22)}  traces    bags  missed   extra  off by more than a division  rejected`);
  for (const [name, { traces: count, bags, missed, extra, off, rejected }] of sums) {
    const numbers = [count, bags, missed, extra].map((number) => String(number).padStart(6)).join("  ");
    say(`${name.padEnd(22)}  ${numbers}  ${String(off).padStart(27)}  ${String(rejected).padStart(8)}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const microseconds = ((detectMs * 1000) / samples).toFixed(2);
  say(
    `receipt: detector: ${traces} traces, ${samples} samples, ${microseconds} µs a sample, wrong ${wrong}, seed ${seed}, ${seconds} s`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
}

if (values.only === undefined) run();
else show(Number(values.only));
