import { Big } from "big.js";
import { z } from "zod";
import type { BagSum, Run, Standstill, VoidedSum } from "./sums.ts";

const decimal = z.string();

/** What the bags of a report, or of one row of it, come to. Weights in lb; voided bags count in `voided` alone. */
export const figuresSchema = z.object({
  bags: z.int().describe("Bags that count."),
  in: z.int(),
  under: z.int(),
  over: z.int(),
  no_job: z.int().describe("Without a job: they are not judged, and have no target."),
  voided: z.int(),
  weight: decimal.describe("Of all bags that count, lb, exact."),
  target: decimal.describe(
    "Sum of the targets in force when the bags were weighed, lb; without those without a job.",
  ),
  share_in: decimal.nullable().describe("Share in tolerance of the judged bags, 0 to 1, to four decimals."),
  mean_difference: decimal.nullable().describe("Mean of weight - target, lb, to four decimals."),
  standard_deviation: decimal
    .nullable()
    .describe("Of weight - target, of the sample (n - 1), lb, to four decimals; null below two bags."),
  giveaway: decimal
    .nullable()
    .describe(
      "What was filled above the label of the product, where it has one, else above the target, lb: a sum, exact; below 0 where it was too little.",
    ),
  giveaway_percent: decimal.nullable().describe("Of the sum of the labels and targets, to four decimals."),
  giveaway_money: decimal
    .nullable()
    .describe("Its value, by the prices per lb of the jobs; null where none has a price."),
  run_seconds: z.int().nullable().describe("How long jobs ran; of several stations added up."),
  bags_per_hour: decimal
    .nullable()
    .describe("Bags with a job, an hour in which a job ran; of several stations the mean of one."),
  standstills: z.int().nullable(),
  standstill_seconds: z.int().nullable(),
});
export type Figures = z.output<typeof figuresSchema>;

/** What a period's figures are made of. */
export interface Parts {
  readonly sums: readonly BagSum[];
  readonly voided: readonly VoidedSum[];
  /** null: they cannot be told apart by what the figures are of. */
  readonly runs: readonly Run[] | null;
  readonly standstills: readonly Standstill[] | null;
}

/** Puts sums together: whatever they are grouped by, the figures of the whole are those of its parts. */
export function figuresOf({ sums, voided, runs, standstills }: Parts): Figures {
  const judged = sums.filter(({ job }) => job !== null);
  const bagsJudged = total(judged, ({ bags }) => bags);
  const bags = total(sums, (sum) => sum.bags);
  const target = exact(judged, (sum) => sum.target);
  const weight = exact(judged, (sum) => sum.weight);
  const difference = weight.minus(target);
  const owed = exact(judged, (sum) => sum.owed);
  const giveaway = weight.minus(owed);
  const squares = exact(judged, (sum) => sum.squares);
  const inTolerance = total(judged, (sum) => sum.in);
  const runSeconds = runs && Math.round(total(runs, ({ seconds }) => seconds));
  return {
    bags,
    in: inTolerance,
    under: total(judged, (sum) => sum.under),
    over: total(judged, (sum) => sum.over),
    no_job: bags - bagsJudged,
    voided: total(voided, (sum) => sum.bags),
    weight: exact(sums, (sum) => sum.weight).toFixed(),
    target: target.toFixed(),
    share_in: bagsJudged === 0 ? null : new Big(inTolerance).div(bagsJudged).toFixed(4),
    mean_difference: bagsJudged === 0 ? null : difference.div(bagsJudged).toFixed(4),
    standard_deviation: deviation(bagsJudged, difference, squares),
    giveaway: bagsJudged === 0 ? null : giveaway.toFixed(),
    giveaway_percent: owed.eq(0) ? null : giveaway.times(100).div(owed).toFixed(4),
    giveaway_money: moneyOf(judged),
    run_seconds: runSeconds,
    bags_per_hour: !runSeconds ? null : new Big(bagsJudged).times(3600).div(runSeconds).toFixed(1),
    standstills: standstills?.length ?? null,
    standstill_seconds:
      standstills && Math.round(total(standstills, ({ from, to }) => to.getTime() - from.getTime()) / 1000),
  };
}

function moneyOf(judged: readonly BagSum[]): string | null {
  const priced = judged.filter(({ price }) => price !== null);
  if (priced.length === 0) return null;
  return priced
    .reduce(
      (all, { weight, owed, price }) => all.plus(new Big(weight).minus(owed ?? 0).times(price ?? 0)),
      new Big(0),
    )
    .toFixed(2);
}

/** From the sums of n differences and of their squares, which are exact: nothing cancels out. */
function deviation(n: number, sum: Big, squares: Big): string | null {
  if (n < 2) return null;
  const scatter = squares.minus(sum.times(sum).div(n)).div(n - 1);
  // Rounding of the division may leave a hair below 0 where all are alike.
  return scatter.lte(0) ? "0.0000" : scatter.sqrt().toFixed(4);
}

function total<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function exact<Item>(items: readonly Item[], value: (item: Item) => string | null): Big {
  return items.reduce((sum, item) => sum.plus(value(item) ?? 0), new Big(0));
}
