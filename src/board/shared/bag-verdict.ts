import type { Bag } from "../../records/bags/bag-view.ts";
import type { Verdict } from "../../weighing/verdict.ts";

/**
 * The verdict was made exactly, by the server; only to which side a bag is out is seen here. Rounding to four decimals of a pound
 * cannot turn it: a bag that is out by less than that is within every tolerance but 0.
 */
export function verdictOf(bag: Pick<Bag, "in_tolerance" | "weight_lb" | "target_weight">): Verdict {
  if (bag.in_tolerance === null || bag.target_weight === null) return "no_job";
  if (bag.in_tolerance) return "in";
  return Number(bag.weight_lb) < Number(bag.target_weight) ? "under" : "over";
}
