import { z } from "zod";
import type { Transaction } from "../../database/types.ts";
import { voidCodes } from "../../weighing/void-codes.ts";
import type { Calendar } from "../shifts/calendar.ts";
import { type Figures, figuresOf, figuresSchema, type Parts } from "./figures.ts";
import { type GroupBy, groupBys, groupsOf } from "./groupings.ts";
import { barsOf, neighbour, type Period, periodKinds } from "./period.ts";
import {
  type BagSum,
  prepareSums,
  readRuns,
  readStandstills,
  type Standstill,
  sumBags,
  sumVoided,
} from "./sums.ts";

/** The longest ones. */
const standstillsShown = 10;
const reasonsShown = 20;

const time = z.iso.datetime();

const periodSchema = z.object({
  period: z.enum(periodKinds),
  shift: z.string().nullable().describe("The name of the shift, where it is one."),
  date: z.string().nullable().describe("The plant's day on which it begins; null for a range."),
  from: time.describe("Bags weighed then or later are in it."),
  to: time.describe("Bags weighed earlier than that are in it."),
});
export type ShownPeriod = z.output<typeof periodSchema>;

/** A report: figures over the bags weighed in a period. Weights in lb; voided bags count in `voided` alone. */
export const reportSchema = periodSchema.extend({
  time_zone: z.string().describe("The plant's."),
  currency: z.string().describe("Of `giveaway_money`, ISO 4217."),
  is_running: z.boolean().describe("The period is not over."),
  totals: figuresSchema,
  before: z
    .object({ ...periodSchema.shape, totals: figuresSchema })
    .nullable()
    .describe("The period directly before; null: there is no shift before."),
  next: periodSchema.nullable().describe("The period directly behind; null: it has not begun."),
  group: z.enum(groupBys),
  groups: z
    .array(figuresSchema.extend({ name: z.string().nullable() }))
    .describe(
      "By name; `name` is null for bags without a job, without a product, or of a job that nobody is known to have started.",
    ),
  bar_length: z.enum(["hour", "day", "week", "month"]),
  bars: z
    .array(
      z.object({
        from: time,
        to: time,
        bags: z.int(),
        in: z.int(),
        under: z.int(),
        over: z.int(),
        no_job: z.int(),
      }),
    )
    .describe("The period cut into hours, days, weeks or months of the plant; none is left out."),
  void_reasons: z
    .array(
      z.object({
        code: z.enum(voidCodes).nullable().describe("null: voided before there were codes."),
        reason: z.string().nullable().describe("In a person's words, where no code says it."),
        bags: z.int(),
      }),
    )
    .describe(`The most frequent first, ${reasonsShown} at most.`),
  standstill_minutes: z.int().describe("So long without a bag while a job ran is a standstill."),
  longest_standstills: z
    .array(
      z.object({
        station: z.string(),
        job_id: z.int(),
        company: z.string(),
        from: time,
        to: time,
        seconds: z.int(),
      }),
    )
    .describe(`The longest first, ${standstillsShown} at most; what of them lies in the period.`),
});
export type Report = z.output<typeof reportSchema>;

/**
 * Reads a report: over a million bags of a year some 0.6 s, of a shift a few milliseconds.
 *
 * @param tx a transaction of its own; its settings are changed.
 * @param options.now milliseconds since the epoch: until when jobs run that have not ended.
 */
export async function readReport(
  tx: Transaction,
  plant: number,
  calendar: Calendar,
  period: Period,
  { group, now }: { readonly group: GroupBy; readonly now: number },
): Promise<Report> {
  await prepareSums(tx);
  const bars = barsOf(calendar, period);
  const parts = await readParts(tx, plant, calendar, period, bars.begins, now);
  const byBar = Map.groupBy(parts.sums, ({ bar }) => bar);
  const before = neighbour(calendar, period, -1);
  const next = neighbour(calendar, period, 1);
  return {
    ...shown(period),
    time_zone: calendar.time_zone,
    currency: calendar.currency,
    is_running: period.to > now,
    totals: figuresOf(parts),
    before: before && { ...shown(before), totals: await readTotals(tx, plant, calendar, before, now) },
    next: next !== null && next.from <= now ? shown(next) : null,
    group,
    groups: groupsOf(group, parts),
    bar_length: bars.length,
    bars: bars.begins.map((from, index) => ({
      from: toText(from),
      to: toText(bars.begins[index + 1] ?? period.to),
      ...countsOf(byBar.get(index + 1) ?? []),
    })),
    void_reasons: reasonsOf(parts),
    standstill_minutes: calendar.standstill_minutes,
    longest_standstills: longestOf(parts.standstills),
  };
}

/** The figures of a whole period. */
async function readTotals(
  tx: Transaction,
  plant: number,
  calendar: Calendar,
  period: Period,
  now: number,
): Promise<Figures> {
  return figuresOf(await readParts(tx, plant, calendar, period, [period.from], now));
}

/** One after the other: they have the transaction's one connection. */
async function readParts(
  tx: Transaction,
  plant: number,
  calendar: Calendar,
  period: Period,
  begins: readonly number[],
  now: number,
): Promise<Parts & { readonly standstills: readonly Standstill[] }> {
  return {
    sums: await sumBags(tx, plant, period, begins),
    voided: await sumVoided(tx, plant, period),
    runs: await readRuns(tx, plant, period, now),
    standstills: await readStandstills(tx, plant, period, { minutes: calendar.standstill_minutes, now }),
  };
}

function countsOf(sums: readonly BagSum[]) {
  const counts = { bags: 0, in: 0, under: 0, over: 0, no_job: 0 };
  for (const sum of sums) {
    counts.bags += sum.bags;
    counts.in += sum.in;
    counts.under += sum.under;
    counts.over += sum.over;
    if (sum.job === null) counts.no_job += sum.bags;
  }
  return counts;
}

function reasonsOf({ voided }: Parts): Report["void_reasons"] {
  return [...Map.groupBy(voided, ({ code, reason }) => JSON.stringify([code, reason])).values()]
    .flatMap((sums) => {
      const [first] = sums;
      const code = voidCodes.find((each) => each === first?.code) ?? null;
      return first
        ? [{ code, reason: first.reason, bags: sums.reduce((all, { bags }) => all + bags, 0) }]
        : [];
    })
    .sort((a, b) => b.bags - a.bags || `${a.code} ${a.reason}`.localeCompare(`${b.code} ${b.reason}`))
    .slice(0, reasonsShown);
}

function longestOf(standstills: readonly Standstill[]): Report["longest_standstills"] {
  return standstills
    .map(({ station, job, company, from, to }) => ({
      station,
      job_id: job,
      company,
      from: from.toISOString(),
      to: to.toISOString(),
      seconds: Math.round((to.getTime() - from.getTime()) / 1000),
    }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, standstillsShown);
}

function shown({ kind, shift, date, from, to }: Period): ShownPeriod {
  return { period: kind, shift, date, from: toText(from), to: toText(to) };
}

function toText(at: number): string {
  return new Date(at).toISOString();
}
