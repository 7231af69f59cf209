import { expect, test } from "bun:test";
import { countedBy } from "../../src/health/counted.ts";

test("what never happened is left out, and what other labels tell apart is one", () => {
  const counts = [
    { of: "stdout", value: 0 },
    { of: "file", value: 2 },
    { of: "file", value: 3 },
    { of: "pipe", value: 1 },
  ];
  const last = [
    { of: "file", value: 10 },
    { of: "file", value: 20 },
  ];
  expect(countedBy(counts, last)).toEqual([
    { of: "file", times: 5, lastAt: 20_000 },
    { of: "pipe", times: 1, lastAt: 0 },
  ]);
});
