import type { RuleName } from "../../quality/rules.ts";
import type { Advice } from "../../records/signals/advice-view.ts";
import type { QualitySignal } from "../../records/signals/signal-view.ts";
import { formatNumber, formatTime, poundsWeight, weightText } from "../shared/format.ts";
import { say } from "./texts.ts";

/** Rules that say the same of bags, by the words for them. */
const kinds = {
  we1: "far",
  we2: "two",
  we3: "four",
  we4: "run",
  nelson1: "far",
  nelson2: "run",
  nelson3: "trend",
  nelson4: "turns",
  nelson5: "two",
  nelson6: "four",
  nelson7: "close",
  nelson8: "wild",
} as const satisfies Readonly<Record<RuleName, string>>;

type Said = Pick<
  QualitySignal,
  "rule" | "side" | "points" | "goes_on" | "last_at" | "center" | "reference_id" | "scale"
>;

/** `Last 9 bags are all heavier than target: check the filler` */
export function signalSentence(signal: Said): string {
  const { rule, scale } = signal;
  const kind = kinds[rule];
  const act = scale === null || kind === "close" ? say(`do_${kind}`) : say("do_scale", { scale });
  return say("sentence", { what: signalText(signal), act });
}

function signalText({ rule, side, points, goes_on, last_at, center, reference_id, scale }: Said): string {
  const kind = kinds[rule];
  const tense = goes_on ? "now" : "was";
  const values = {
    count: points,
    of: scale === null ? "" : say("fromScale", { scale }),
    center:
      reference_id === null ? say("target") : say("reference", { weight: weightText(poundsWeight(center)) }),
    time: formatTime(last_at, false),
  };
  switch (kind) {
    case "turns":
    case "close":
    case "wild":
      return say(`${tense}_${kind}`, values);
    default:
      return say(`${tense}_${kind}_${side ?? "above"}`, values);
  }
}

/** When its bags were weighed, where that was over more than a minute, and their mean; of many the last 25. */
export function signalWeights({ first_at, last_at, weights }: QualitySignal): string {
  const mean = weightText(poundsWeight(weights.reduce((sum, weight) => sum + weight, 0) / weights.length));
  if (weights.length === 1) return say("weightsOne", { mean });
  const [from, to] = [formatTime(first_at, false), formatTime(last_at, false)];
  return from === to ? say("weightsAtOnce", { mean }) : say("weights", { from, to, mean });
}

/** `Bags 21 to 40 are 0.15 lb too heavy on average: fill 0.15 lb less` */
export function adviceSentence(advice: Advice): string {
  const { first_bag_num, last_bag_num, mean, target, correction } = advice;
  return say(correction < 0 ? "adviceHeavy" : "adviceLight", {
    first: formatNumber(first_bag_num),
    last: formatNumber(last_bag_num),
    off: weightText(poundsWeight(Math.abs(mean - target))),
    correction: weightText(poundsWeight(Math.abs(correction))),
  });
}

/** How long it stands. */
export function adviceWhat({ until_bag_num, last_bag_num }: Advice): string {
  return say("adviceWhat", { count: until_bag_num - last_bag_num });
}
