import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { read, utils } from "@e965/xlsx";
import { Big } from "big.js";
import fc from "fast-check";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { voidBag } from "../../../src/records/bags/voids.ts";
import { groupBys } from "../../../src/records/reports/groupings.ts";
import { type Report, reportSchema } from "../../../src/records/reports/report.ts";
import type { Calendar } from "../../../src/records/shifts/calendar.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { auditTrail, emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const calendar: Calendar = {
  time_zone: "America/New_York",
  day_starts: "06:00",
  week_starts: 1,
  standstill_minutes: 10,
  currency: "USD",
  shifts: [
    { name: "Early", starts: "06:00", ends: "14:00", days: everyDay },
    { name: "Late", starts: "14:00", ends: "22:00", days: everyDay },
    { name: "Night", starts: "22:00", ends: "06:00", days: everyDay },
  ],
};

let now = Date.parse("2026-12-01T12:00:00Z");
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ clock: { now: () => now, sleep: systemClock.sleep } });
});
beforeEach(async () => {
  now = Date.parse("2026-12-01T12:00:00Z");
  await emptyTables(app.sql);
  await app.request("PUT", "/api/shifts", { body: calendar });
});
afterAll(() => app.stop());

async function report(query: Readonly<Record<string, string>>): Promise<Report> {
  const answer = await app.request("GET", `/api/reports?${new URLSearchParams(query)}`, {
    token: tokens.viewer,
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return json(answer, reportSchema);
}

async function problem(query: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await app.request("GET", `/api/reports?${new URLSearchParams(query)}`);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  return json(answer);
}

test("figures are those of pencil and paper", async () => {
  // 08:00 UTC is 04:00 in New York: the night shift of the day before.
  const { id } = await startedJob(app.sql);
  for (const [index, weight] of ["44.99", "50.00", "55.00", "9999.00", "55.01", "51.00"].entries()) {
    const at = operator.at + index * 2 * minuteMs;
    const bag = await recordedBag(app.sql, { weight, scale: 1 + (index % 2), receivedAt: at });
    if (weight === "9999.00") await voidBag(app.sql, bag.id, { code: "torn", reason: null }, operator);
  }
  await recordedBag(app.sql, { weight: "10.00", station: "Station 2", receivedAt: operator.at + minuteMs });
  now = operator.at + hourMs;
  const night = await report({ period: "shift" });
  expect(night).toMatchObject({
    period: "shift",
    shift: "Night",
    date: "2025-05-31",
    from: "2025-06-01T02:00:00.000Z",
    to: "2025-06-01T10:00:00.000Z",
    is_running: true,
    totals: {
      bags: 6,
      in: 3,
      under: 1,
      over: 1,
      no_job: 1,
      voided: 1,
      weight: "266",
      target: "250",
      share_in: "0.6000",
      // 256 - 5 × 50, of 250; a fifth of it each.
      giveaway: "6",
      giveaway_percent: "2.4000",
      giveaway_money: null,
      mean_difference: "1.2000",
      standard_deviation: "4.1533",
      run_seconds: 3_600,
      bags_per_hour: "5.0",
      // From the last bag at 08:10 to 09:00.
      standstills: 1,
      standstill_seconds: 3_000,
    },
    before: { shift: "Late", date: "2025-05-31", totals: { bags: 0, share_in: null, giveaway: null } },
    next: null,
    group: "station",
    bar_length: "hour",
    void_reasons: [{ code: "torn", reason: null, bags: 1 }],
    longest_standstills: [{ station: "Station 1", job_id: id, seconds: 3_000 }],
  });
  expect(night.groups.map(({ name, bags, voided }) => [name, bags, voided])).toEqual([
    ["Station 1", 5, 1],
    ["Station 2", 1, 0],
  ]);
  expect(night.bars).toHaveLength(8);
  expect(night.bars[2]).toEqual({
    from: "2025-06-01T04:00:00.000Z",
    to: "2025-06-01T05:00:00.000Z",
    bags: 0,
    in: 0,
    under: 0,
    over: 0,
    no_job: 0,
  });
  expect(night.bars[6]).toMatchObject({ bags: 6, in: 3, under: 1, over: 1, no_job: 1 });
  const companies = await report({ period: "day", group: "company" });
  expect(companies.groups.map(({ name, bags }) => [name, bags])).toEqual([
    ["Shelter", 5],
    [null, 1],
  ]);
});

test("giveaway is above the label of a product that has one, in money by the job's price", async () => {
  const { id } = await startedJob(app.sql);
  const [product] = await app.sql<{ id: number }[]>`
    insert into product (plant_id, name, target_weight, tolerance_percent) values (1, 'Beads', 50, 10) returning id`;
  await app.sql`update prepuff_job set product_id = ${product?.id ?? 0}, product = 'Beads', price_per_lb = 2 where id = ${id}`;
  // 22 kg are 48.5017 lb.
  await app.sql`insert into product_quality (product_id, label_quantity, unit) values (${product?.id ?? 0}, 22, 'kg')`;
  for (const weight of ["51", "50"])
    await recordedBag(app.sql, { weight, receivedAt: operator.at + minuteMs });
  now = operator.at + hourMs;
  expect((await report({ period: "day", group: "product" })).groups).toMatchObject([
    {
      name: "Beads",
      target: "100",
      mean_difference: "0.5000",
      giveaway: "3.9966",
      giveaway_percent: "4.1201",
      giveaway_money: "7.99",
    },
  ]);
});

test("a station stands still where none of its scales has a bag, and a job runs", async () => {
  const at = (minutes: number) => operator.at + minutes * minuteMs;
  await startedJob(app.sql, {}, at(0));
  // Scale 1 rests for 30 minutes, and scale 2 in the middle of these; together they rest for 14 and for 16.
  for (const [scale, minutes] of [
    [1, 1],
    [1, 5],
    [2, 19],
    [1, 35],
    [1, 44],
  ] as const) {
    await recordedBag(app.sql, { scale, receivedAt: at(minutes) });
  }
  now = at(50);
  const { longest_standstills: found } = await report({
    period: "range",
    from: "2025-06-01T08:00:00Z",
    to: "2025-06-01T08:50:00Z",
  });
  expect(found.map(({ from, seconds }) => [from, seconds / 60])).toEqual([
    [new Date(at(19)).toISOString(), 16],
    [new Date(at(5)).toISOString(), 14],
  ]);
  // What lies in the time asked for, of a gap that is longer.
  const part = await report({ period: "range", from: "2025-06-01T08:12:00Z", to: "2025-06-01T08:21:00Z" });
  expect(part.totals).toMatchObject({ standstills: 2, standstill_seconds: 9 * 60 });
});

test.each([
  [{ period: "shift", date: "2026-11-29" }, "shift"],
  [{ period: "shift", date: "2026-11-29", shift: "Dusk" }, "shift"],
  [{ period: "day", shift: "Night" }, "shift"],
  [{ period: "day", date: "2026-02-30" }, "date"],
  [{ period: "week", from: "2026-01-01" }, "from"],
  [{ period: "range", to: "2026-01-01" }, "from"],
  [{ period: "range", from: "2026-01-01", to: "2026-01-01" }, "to"],
  [{ period: "range", from: "2016-01-01", to: "2026-01-01" }, "to"],
])("%p is refused, and says so of %p", async (query, field) => {
  expect(await problem(query)).toMatchObject({ status: 422, errors: [{ field }] });
});

test("without shifts there is no report of one, and the refusal says who sets them", async () => {
  await app.request("PUT", "/api/shifts", { body: { ...calendar, shifts: [] } });
  expect(await problem({ period: "shift" })).toMatchObject({
    status: 409,
    type: "urn:prepuff:problem:no_shifts",
  });
});

test("shifts are kept, read by everybody, and changes of them are in the audit trail, once", async () => {
  await app.sql`truncate audit_event`;
  expect(await json(await app.request("GET", "/api/shifts", { token: tokens.viewer }))).toEqual(calendar);
  const changed = { ...calendar, standstill_minutes: 15, shifts: calendar.shifts.slice(1) };
  for (let time = 1; time <= 2; time++) {
    expect(await json(await app.request("PUT", "/api/shifts", { body: changed }))).toEqual(changed);
  }
  expect(await auditTrail(app.sql)).toMatchObject([
    {
      action: "shifts.change",
      subject: "plant:1",
      before: {
        standstill_minutes: 10,
        shifts: expect.arrayContaining(["Early 06:00–14:00 (1,2,3,4,5,6,7)"]),
      },
      after: { standstill_minutes: 15 },
    },
  ]);
});

/** A plant's week around a night on which the clock changes. */
const plants = fc.record({
  night: fc.constantFrom("2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"),
  bags: fc.array(
    fc.record({
      hours: fc.double({ min: -80, max: 80, noNaN: true }),
      station: fc.integer({ min: 1, max: 2 }),
      scale: fc.integer({ min: 1, max: 3 }),
      weight: fc
        .integer({ min: 400_000, max: 600_000 })
        .map((tenThousandths) => new Big(tenThousandths).div(10_000).toFixed()),
      unit: fc.constantFrom("lb" as const, "lb" as const, "kg" as const),
      fate: fc.constantFrom("stays", "stays", "stays", "voided", "assigned"),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  jobs: fc.array(
    fc.record({
      hours: fc.double({ min: -90, max: 70, noNaN: true }),
      lasts: fc.double({ min: 1, max: 30, noNaN: true }),
      station: fc.integer({ min: 1, max: 2 }),
      company: fc.constantFrom("Shelter", "Nordic", "Acme"),
      target: fc.constantFrom("45", "50", "52.5"),
    }),
    { maxLength: 4 },
  ),
});

interface BagRow {
  readonly at: Date;
  readonly station: string;
  readonly scale: number;
  readonly job: number | null;
  readonly company: string | null;
  readonly product: string | null;
  readonly person: string | null;
  readonly weight: string;
  readonly target: string | null;
  readonly in: boolean | null;
  readonly voided: boolean;
}

test("whatever is asked, the figures are those of the bags, and rows and bars add up to them", async () => {
  await fc.assert(
    fc.asyncProperty(plants, async ({ night, bags, jobs }) => {
      await emptyTables(app.sql);
      const middle = Date.parse(night);
      const at = (hours: number) => Math.round(middle + hours * hourMs);
      const free = new Map<number, number>();
      for (const job of jobs.toSorted((a, b) => a.hours - b.hours)) {
        const starts = Math.max(at(job.hours), free.get(job.station) ?? 0);
        const ends = starts + job.lasts * hourMs;
        free.set(job.station, ends);
        const { company, station, target } = job;
        const made = await startedJob(
          app.sql,
          {
            company,
            station: `Station ${station}`,
            target_weight: target,
            quantity: 1_000,
            started_by: station === 1 ? "Ann" : null,
          },
          starts,
        );
        await app.sql`
          update prepuff_job set status = 'completed', started_at = ${new Date(starts)}, ended_at = ${new Date(ends)}
          where id = ${made.id}`;
      }
      for (const { hours, station, scale, weight, unit, fate } of bags) {
        const receivedAt = at(hours);
        const bag = await recordedBag(app.sql, {
          station: `Station ${station}`,
          scale,
          weight,
          unit,
          receivedAt,
        });
        if (fate === "voided") await voidBag(app.sql, bag.id, { code: "torn", reason: null }, operator);
        if (fate === "assigned") {
          const [job] = await app.sql<{ id: number }[]>`
            select id from prepuff_job where station = ${`Station ${station}`} order by id limit 1`;
          if (job !== undefined) await assignBag(app.sql, bag.id, job.id, operator);
        }
      }
      const rows = await app.sql<BagRow[]>`
        select b.weighed_at as at, b.station, b.scale_id as scale, b.prepuff_job_id as job, c.name as company, j.product, j.started_by as person,
          b.weight_lb as weight, b.target_weight as target, b.in_tolerance as "in", b.voided_at is not null as voided
        from filler_bag b
        left join prepuff_job j on j.id = b.prepuff_job_id
        left join prepuff_company c on c.id = j.prepuff_company_id`;
      const runs = await app.sql<{ station: string; from: Date; to: Date }[]>`
        select station, started_at as from, ended_at as to from prepuff_job`;
      const day = new Date(middle - 24 * hourMs).toISOString().slice(0, 10);
      for (const [index, query] of [
        { period: "shift", date: day, shift: "Night" },
        { period: "day", date: day },
        { period: "week", date: day },
        { period: "month", date: day },
        { period: "range", from: new Date(at(-33.3)).toISOString(), to: new Date(at(0.7)).toISOString() },
      ].entries()) {
        const group = groupBys[index % groupBys.length] ?? "station";
        const shown = await report({ ...query, group });
        checkAgainst(shown, [...rows], [...runs]);
        if (index === 0) {
          const { bags, weight } = shown.totals;
          expect(await sumOfWorkbook(shown)).toEqual({ bags, weight });
        }
        for (const form of ["", "&locale=de-AT"]) {
          const { bags, weight } = await sumOfCsv(`from=${shown.from}&to=${shown.to}${form}`);
          expect([form, bags, weight]).toEqual([form, shown.totals.bags, shown.totals.weight]);
        }
      }
      const shifts = ["Early", "Late", "Night"].map((shift) => report({ period: "shift", date: day, shift }));
      const whole = await report({ period: "day", date: day });
      const parts = await Promise.all(shifts);
      for (const field of [
        "bags",
        "in",
        "under",
        "over",
        "no_job",
        "voided",
        "weight",
        "giveaway",
        "standstill_seconds",
      ] as const) {
        const sum = parts.reduce((all, part) => all.plus(part.totals[field] ?? 0), new Big(0));
        // Each standstill is rounded to a second.
        const slack = field === "standstill_seconds" ? 3 : 0;
        expect([
          field,
          sum
            .minus(whole.totals[field] ?? 0)
            .abs()
            .lte(slack),
        ]).toEqual([field, true]);
      }
    }),
    { numRuns: 12 },
  );
}, 120_000);

/** The same of a workbook's sheet of bags. */
async function sumOfWorkbook({ from, to }: Report) {
  const answer = await app.request(
    "GET",
    `/api/reports.xlsx?${new URLSearchParams({ period: "range", from, to })}`,
  );
  const book = read(await answer.bytes());
  const bags = utils.sheet_to_json<Record<string, unknown>>(book.Sheets.Bags ?? {});
  const counted = bags.filter((bag) => bag["Voided, why"] === undefined);
  const sum = counted.reduce((all, bag) => all.plus(String(bag["Weight (lb)"])), new Big(0));
  return { bags: counted.length, weight: sum.toFixed() };
}

/** What counts of a file of bags, as whoever opens it adds it up. */
async function sumOfCsv(query: string) {
  const answer = await app.request("GET", `/api/bags.csv?${query}`);
  const separator = query.includes("locale") ? ";" : ",";
  const [head = [], ...lines] = (await answer.text())
    .trim()
    .split("\r\n")
    .map((line) => line.split(separator));
  const column = (name: string) => head.indexOf(name);
  const [weight, voided] =
    separator === ";"
      ? [column("Weight (lb)"), column('"Voided, why"')]
      : [column("weight_lb"), column("voided_at")];
  const counted = lines.filter((line) => line[voided] === "");
  const sum = counted.reduce((all, line) => all.plus((line[weight] ?? "").replace(",", ".")), new Big(0));
  return { bags: counted.length, weight: sum.toFixed() };
}

function checkAgainst(
  { totals, groups, group, bars, ...shown }: Report,
  rows: readonly BagRow[],
  runs: readonly { station: string; from: Date; to: Date }[],
): void {
  const [from, to] = [Date.parse(shown.from), Date.parse(shown.to)];
  const isIn = ({ at }: { at: Date }) => at.getTime() >= from && at.getTime() < to;
  const within = rows.filter(isIn);
  const counted = within.filter(({ voided }) => !voided);
  const judged = counted.filter(({ job }) => job !== null);
  const sum = (values: readonly (string | null)[]) =>
    values.reduce((all, value) => all.plus(value ?? 0), new Big(0));
  const giveaway = sum(judged.map(({ weight }) => weight)).minus(sum(judged.map(({ target }) => target)));
  expect(totals).toMatchObject({
    bags: counted.length,
    in: judged.filter((row) => row.in).length,
    no_job: counted.length - judged.length,
    voided: within.length - counted.length,
    weight: sum(counted.map(({ weight }) => weight)).toFixed(),
    giveaway: judged.length === 0 ? null : giveaway.toFixed(),
  });
  expect(totals.in + totals.under + totals.over + totals.no_job).toBe(totals.bags);
  if (judged.length > 1) {
    const differences = judged.map(({ weight, target }) => new Big(weight).minus(target ?? 0));
    const mean = giveaway.div(judged.length);
    const scatter = differences.reduce((all, each) => all.plus(each.minus(mean).pow(2)), new Big(0));
    expect(Number(totals.standard_deviation)).toBeCloseTo(
      Math.sqrt(Number(scatter.div(judged.length - 1))),
      3,
    );
  }
  const keyOf = (row: BagRow) =>
    ({
      station: row.station,
      company: row.company,
      product: row.product,
      scale: String(row.scale),
      person: row.person,
    })[group];
  for (const { name, bags, weight, voided } of groups) {
    const own = within.filter((row) => keyOf(row) === name);
    const ownCounted = own.filter((row) => !row.voided);
    expect({ name, bags, weight, voided }).toEqual({
      name,
      bags: ownCounted.length,
      weight: sum(ownCounted.map((row) => row.weight)).toFixed(),
      voided: own.length - ownCounted.length,
    });
  }
  for (const parts of [groups, bars]) {
    for (const field of ["bags", "in", "under", "over", "no_job"] as const) {
      expect([field, parts.reduce((all, part) => all + part[field], 0)]).toEqual([field, totals[field]]);
    }
  }
  for (const bar of bars) {
    const own = counted.filter(
      ({ at }) => at.getTime() >= Date.parse(bar.from) && at.getTime() < Date.parse(bar.to),
    );
    expect([bar.from, bar.bags]).toEqual([bar.from, own.length]);
  }
  const still = runs.flatMap((run) => {
    const times = rows
      .flatMap(({ station, at }) => (station === run.station ? [at.getTime()] : []))
      .sort((a, b) => a - b);
    const points = [Number.NEGATIVE_INFINITY, ...times, Number.POSITIVE_INFINITY];
    return points.slice(1).flatMap((point, index) => {
      const begins = Math.max(points[index] ?? 0, run.from.getTime());
      const ends = Math.min(point, run.to.getTime());
      if (ends - begins <= 10 * minuteMs) return [];
      const inPeriod = Math.min(ends, to) - Math.max(begins, from);
      return inPeriod > 0 ? [inPeriod] : [];
    });
  });
  expect(totals.standstills).toBe(still.length);
  const seconds = still.reduce((all, each) => all + each, 0) / 1000;
  expect(Math.abs((totals.standstill_seconds ?? 0) - seconds)).toBeLessThanOrEqual(1);
}
