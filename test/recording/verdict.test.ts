import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Sql } from "../../src/database/database.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import type { Unit } from "../../src/weighing/units.ts";
import type { Verdict } from "../../src/weighing/verdict.ts";
import { recordedBag, startedJob } from "../support/bags.ts";
import { weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";

let sql: Sql;

beforeAll(async () => {
  ({ sql } = await testDatabase());
  await startedJob(sql, { target_weight: "50", tolerance_percent: "10", quantity: 1_000 });
});

const inside: [string, Unit][] = [
  ["45.00", "lb"],
  ["50", "lb"],
  ["55.00", "lb"],
  ["20.4117", "kg"],
  ["24.9475", "kg"],
  ["20411.7", "g"],
  ["24947.5803", "g"],
  ["720", "oz"],
  ["880", "oz"],
];
const outside: [string, Unit][] = [
  ["44.99", "lb"],
  ["44.9999", "lb"],
  ["55.01", "lb"],
  ["55.0001", "lb"],
  ["20.4116", "kg"],
  ["24.9476", "kg"],
  ["20411.6566", "g"],
  ["24947.5804", "g"],
  ["719.99", "oz"],
  ["880.01", "oz"],
  ["50", "kg"],
];

test.each(inside)("a bag of %s %s is in tolerance of 50 lb ±10 percent", async (weight, unit) => {
  expect((await recordedBag(sql, { weight, unit })).inTolerance).toBe(true);
});

test.each(outside)("a bag of %s %s is out of tolerance of 50 lb ±10 percent", async (weight, unit) => {
  expect((await recordedBag(sql, { weight, unit })).inTolerance).toBe(false);
});

test("a bag keeps the weight as printed, and its pounds to four decimals", async () => {
  const { id } = await recordedBag(sql, { weight: "20.4100", unit: "kg" });
  const [row] = await sql`select weight, unit, weight_lb from filler_bag where id = ${id}`;
  expect(row).toEqual({ weight: "20.4100", unit: "kg", weight_lb: "44.9963" });
});

/** Units in a pound as a fraction: 1 lb = 0.45359237 kg = 16 oz. */
const perLb: Readonly<Record<Unit, readonly [bigint, bigint]>> = {
  lb: [1n, 1n],
  oz: [16n, 1n],
  kg: [45_359_237n, 100_000_000n],
  g: [45_359_237n, 100_000n],
};

interface Case {
  readonly unit: Unit;
  /** Hundredths of a pound. */
  readonly target: bigint;
  /** Hundredths of a percent. */
  readonly tolerance: bigint;
  /** Ten-thousandths of the unit. */
  readonly weight: bigint;
}

/** |weight − target| ≤ target × tolerance with both sides multiplied until nothing is a fraction. */
function isInTolerance({ unit, target, tolerance, weight }: Case): boolean {
  const [per, of] = perLb[unit];
  const exactTarget = target * per * 100n;
  const difference = weight * of - exactTarget;
  return (difference < 0n ? -difference : difference) * 10_000n <= exactTarget * tolerance;
}

// Anywhere, and within three steps of the last decimal around a bound, where a rounded sum would go wrong.
const cases: fc.Arbitrary<Case> = fc
  .record({
    unit: fc.constantFrom<Unit>("lb", "kg", "g", "oz"),
    target: fc.bigInt(1n, 100_000_000n),
    tolerance: fc.bigInt(0n, 10_000n),
    side: fc.constantFrom(-1n, 1n),
    steps: fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-1_000_000n, 1_000_000n)),
  })
  .map(({ unit, target, tolerance, side, steps }) => {
    const [per, of] = perLb[unit];
    const bound = (target * per * (10_000n + side * tolerance)) / (of * 100n);
    const weight = bound + steps;
    return { unit, target, tolerance, weight: weight > 0n ? weight : 1n };
  });

test("the verdict is exact for every weight, unit, target and tolerance, also where a bag is assigned later", async () => {
  await sql`insert into prepuff_company (name) values ('Property') on conflict do nothing`;
  const journal = Bun.randomUUIDv7();
  await sql`insert into journal (id) values (${journal})`;
  let seq = 0;
  let inTolerance = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(cases, { minLength: 100, maxLength: 200 }), async (batch) => {
      // Each on a station of its own, with its job.
      const bags = batch.map(({ weight, unit }, index) => {
        const text = `${weight / 10_000n}.${String(weight % 10_000n).padStart(4, "0")}`;
        return { ...weighed({ station: `Case ${index}`, weight: text, unit }), seq: ++seq };
      });
      await sql`
        insert into prepuff_job (
          prepuff_company_id, station, target_weight, tolerance_percent, quantity, started_by, started_at
        )
        select c.id, s, t::numeric / 100, p::numeric / 100, 10, 'test', now() - interval '1 minute'
        from prepuff_company c, unnest(
          ${bags.map(({ station }) => station)}::text[],
          ${batch.map((each) => String(each.target))}::text[],
          ${batch.map((each) => String(each.tolerance))}::text[]
        ) as j (s, t, p)
        where c.name = 'Property'`;
      const recorded = await recordJournaled(sql, journal, bags, []);
      await sql`update prepuff_job set status = 'completed', ended_at = now() where station like 'Case %'`;
      const rows = await sql<{ station: string; recorded: boolean; assigned: boolean }[]>`
        select station, in_tolerance as recorded,
          is_in_tolerance(weight, unit, target_weight, tolerance_percent) as assigned
        from filler_bag
        where journal_id = ${journal} and journal_seq > ${seq - batch.length}
        order by id`;
      const wanted = batch.map(isInTolerance);
      inTolerance += wanted.filter(Boolean).length / wanted.length;
      expect(rows.map((row) => row.recorded)).toEqual(wanted);
      expect(rows.map((row) => row.assigned)).toEqual(wanted);
      const verdicts = new Map(recorded?.bags.map(({ station, verdict }) => [station, verdict]));
      expect(bags.map(({ station }) => verdicts.get(station))).toEqual(batch.map(verdictOf));
    }),
    { numRuns: 30 },
  );
  // Both verdicts were put to the test.
  expect(inTolerance / 30).toBeWithin(0.2, 0.8);
});

function verdictOf(bag: Case): Verdict {
  if (isInTolerance(bag)) return "in";
  const [per, of] = perLb[bag.unit];
  return bag.weight * of < bag.target * per * 100n ? "under" : "over";
}
