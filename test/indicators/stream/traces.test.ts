import { describe, expect, test } from "bun:test";
import { compareWithTruth } from "./traces/compared.ts";
import { type KindName, kinds } from "./traces/kinds.ts";
import { makeTrace } from "./traces/trace.ts";

// 10 traces of each kind; the campaign `detector.ts` plays thousands.
const seeds = Array.from({ length: 10 }, (_, index) => 7_000_000 + index);
const names = Object.keys(kinds) as KindName[];

describe.each(names)("of %s", (kind) => {
  test("the bags are found, exact in number and within a division in weight", () => {
    for (const seed of seeds) {
      const { missed, extra, off } = compareWithTruth(makeTrace(kind, seed));
      expect({ seed, missed, extra, off }).toEqual({ seed, missed: 0, extra: 0, off: 0 });
    }
  });

  test("each weight is one that was sent, and each outcome has at most 200 samples, in the order of time", () => {
    const trace = makeTrace(kind, seeds[0] ?? 0);
    const sent = new Set(trace.samples.map(({ weight }) => weight));
    let last = 0;
    for (const outcome of compareWithTruth(trace).outcomes) {
      if (outcome.weight !== null) expect(sent).toContain(outcome.weight);
      expect(outcome.trace.length).toBeLessThanOrEqual(200);
      expect(outcome.trace.map(({ atMs }) => atMs)).toEqual(
        outcome.trace.map(({ atMs }) => atMs).sort((a, b) => a - b),
      );
      expect(outcome.atMs).toBeGreaterThanOrEqual(last);
      last = outcome.atMs;
    }
  });
});

test("a load that was not a bag is kept as rejected", () => {
  const rejected = seeds.flatMap((seed) => compareWithTruth(makeTrace("taken off early", seed)).outcomes);
  expect(
    rejected.some((one) => one.kind === "rejected" && ["not_settled", "bumped"].includes(one.reason)),
  ).toBe(true);
});
