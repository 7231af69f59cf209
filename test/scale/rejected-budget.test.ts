import { expect, test } from "bun:test";
import { createRejectedBudget } from "../../src/scale/rejected-budget.ts";

const perMinute = 300;
const start = 1_000_000;

/** How many of these frames, `everyMs` apart, are kept. */
function kept(
  frames: readonly { readonly raw: string; readonly connection?: number }[],
  everyMs: number,
): number {
  const budget = createRejectedBudget(perMinute);
  return frames.filter(({ raw, connection = 1 }, nth) =>
    budget.allows(connection, raw, start + nth * everyMs),
  ).length;
}

const repeated = (length: number, rawOf: (nth: number) => string) =>
  Array.from({ length }, (_, nth) => ({ raw: rawOf(nth) }));

test("of a zero ten times a second for a day the first twenty are kept, then ten a minute", () => {
  const dayAtTenHertz = repeated(864_000, () => "1,0.00 lb");
  expect(kept(dayAtTenHertz, 100)).toBe(20 + 14_400 - 1);
});

test("a weight in motion is one shape, whatever it shows", () => {
  expect(
    kept(
      repeated(6_000, (nth) => `1,${(nth / 100 + 10).toFixed(2)} lb M`),
      100,
    ),
  ).toBeLessThan(130);
});

test("what a scale rejects at the pace of work is kept whole", () => {
  expect(
    kept(
      repeated(1_000, () => "1,0.00 lb"),
      6_100,
    ),
  ).toBe(1_000);
});

test("a connection that never says the same twice keeps sixty, then one a second", () => {
  const nonsense = repeated(10_000, (nth) => "xyz".repeat((nth % 40) + 1));
  expect(kept(nonsense, 1)).toBeWithin(60, 72);
});

test("many connections together keep no more than all may, and each new one is not a budget anew", () => {
  const crowd = Array.from({ length: 100_000 }, (_, nth) => ({ raw: `nonsense ${nth}`, connection: nth }));
  expect(kept(crowd, 0.1)).toBeWithin(300, 352);
});

test("a clock that is set back keeps no more, and no less for ever", () => {
  const budget = createRejectedBudget(perMinute);
  for (let nth = 0; nth < 100; nth++) budget.allows(1, "1,0.00 lb", start);
  expect(budget.allows(1, "1,0.00 lb", start - 3_600_000)).toBe(false);
  expect(budget.allows(1, "1,0.00 lb", start - 3_600_000 + 7_000)).toBe(true);
});
