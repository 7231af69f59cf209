import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { limitsOf } from "../jobs/limits.ts";
import { inChosenUnit } from "../shared/format.ts";

export interface ChartData {
  /** Bag numbers, rising. */
  readonly numbers: readonly number[];
  /** In the chosen unit, held within the chart. */
  readonly weights: readonly number[];
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
  /** What the chart shows, bottom and top. */
  readonly from: number;
  readonly to: number;
  /** Of the weights as they are. */
  readonly low: number;
  readonly high: number;
}

/** Room beyond the limits, as a share of the tolerance. What is farther off lies on the edge. */
const room = 1.5;

/** The job's bags that count, as far as the board has them; null without any. */
export function chartData(bags: readonly Bag[], job: Job): ChartData | null {
  const counted = bags
    .filter((bag) => bag.job_id === job.id && bag.voided_at === null && bag.bag_num !== null)
    .sort((a, b) => (a.bag_num ?? 0) - (b.bag_num ?? 0));
  if (counted.length === 0) return null;
  const target = inChosenUnit(Number(job.target_weight));
  const limits = limitsOf(job);
  const [lower, upper] = [inChosenUnit(limits.lower), inChosenUnit(limits.upper)];
  const reach = Math.max((target - lower) * (1 + room), target * 0.002);
  const [from, to] = [target - reach, target + reach];
  const exact = counted.map((bag) => inChosenUnit(Number(bag.weight_lb)));
  return {
    numbers: counted.map((bag) => bag.bag_num ?? 0),
    weights: exact.map((weight) => Math.min(to, Math.max(from, weight))),
    target,
    lower,
    upper,
    from,
    to,
    low: Math.min(...exact),
    high: Math.max(...exact),
  };
}
