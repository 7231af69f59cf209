import type { Job } from "../../records/jobs/job-view.ts";
import {
  formatDecimal,
  formatNumber,
  formatTyped,
  inChosenUnit,
  readTyped,
  targetText,
  toPounds,
} from "../shared/format.ts";
import { shownUnit } from "../shared/settings.ts";
import { say } from "./texts.ts";

/** What is to be filled, in one line: `EPS 15 · 50.00 lb ±10% · 80 bags · lot R-2291`. */
export function orderText(
  job: Pick<Job, "product" | "target_weight" | "tolerance_percent" | "quantity" | "lot">,
): string {
  const { product, quantity, lot } = job;
  return [
    ...(product === null ? [] : [product]),
    targetText(job),
    say("bags", { count: quantity, number: formatNumber(quantity) }),
    ...(lot === null ? [] : [say("lotOf", { lot })]),
  ].join(" · ");
}

/** What a field expects if no number was typed, with the reader's decimal separator. */
export function notANumber(): string {
  return say("notANumber", { example: formatDecimal("50.5") });
}

/** A target of the API as it is typed, in the shown unit. */
export function typedWeight(pounds: string): string {
  return formatTyped(shownUnit.value === "lb" ? pounds : inChosenUnit(Number(pounds)).toFixed(2));
}

/** A target as the API takes it: pounds with two decimals; null where no number was typed. */
export function typedPounds(text: string): string | null {
  const typed = readTyped(text);
  if (typed === null || shownUnit.value === "lb") return typed;
  return toPounds(Number(typed), "kg").toFixed(2);
}
