import { expect, test } from "bun:test";
import fc from "fast-check";
import { Histogram, Registry } from "prom-client";
import { BulkHistogram } from "../../src/runtime/bulk-histogram.ts";

const described = { name: "took_seconds", help: "How long it took.", buckets: [0.001, 0.01, 0.1, 1] };

/** The sum differs in its last digit, because it is added up in another order. */
const withoutSum = (text: string) => text.replace(/^took_seconds_sum .*$/m, "");

function sumIn({ values }: Awaited<ReturnType<Histogram["get"]>>): number {
  return values.find(({ metricName }) => metricName === "took_seconds_sum")?.value ?? Number.NaN;
}

test("it is exported as prom-client's own, whatever it was told", async () => {
  // On the bounds, between them, below and above all.
  const value = fc.oneof(
    fc.constantFrom(0, ...described.buckets, 1.5),
    fc.double({ min: 0, max: 2, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(value, fc.integer({ min: 1, max: 3 }))), async (values) => {
      const [bulk, plain] = [new Registry(), new Registry()];
      const ours = new BulkHistogram({ ...described, registers: [bulk] });
      const theirs = new Histogram({ ...described, registers: [plain] });
      for (const [each, times] of values) {
        ours.add(each, times);
        for (let i = 0; i < times; i++) theirs.observe(each);
      }
      expect(withoutSum(await bulk.metrics())).toBe(withoutSum(await plain.metrics()));
      expect(sumIn(await ours.get())).toBeCloseTo(sumIn(await theirs.get()), 9);
    }),
  );
});
