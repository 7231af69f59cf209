import type { averageLimits } from "../../quality/average-system.ts";
import type { Explained } from "./explained.ts";
import type { LimitsAnswer, LimitsRequest } from "./limits-schema.ts";
import type { Sums } from "./limits-sums.ts";

/** How the numbers of an answer came to be. */
export function explainLimits(
  { unit, quantity, rule }: LimitsRequest,
  known: {
    readonly label: ReturnType<typeof averageLimits> | null;
    readonly sums: Sums | null;
    readonly shown: (grams: number) => number;
    readonly lowest: number | null;
    readonly test: LimitsAnswer["reference_test"];
    readonly error: LimitsAnswer["sample_error"];
    readonly target: LimitsAnswer["lawful_target"];
  },
): Explained {
  const { label, sums, shown, lowest, test, error, target } = known;
  const deviation = sums?.deviation == null ? null : shown(sums.deviation);
  return [
    ...(label === null
      ? []
      : [
          {
            name: "tne",
            formula: "by the table of nominal quantities; per cents rounded up to a tenth of a gram",
            inputs: { nominal_grams: label.nominal.toFixed() },
            value: label.tne.toFixed(),
          },
          {
            name: "t1",
            formula: "nominal - TNE, grams",
            inputs: { nominal_grams: label.nominal.toFixed(), tne_grams: label.tne.toFixed() },
            value: label.t1.toFixed(),
          },
          {
            name: "t2",
            formula: "nominal - 2 TNE, grams",
            inputs: { nominal_grams: label.nominal.toFixed(), tne_grams: label.tne.toFixed() },
            value: label.t2.toFixed(),
          },
        ]),
    ...(sums === null
      ? []
      : [
          {
            name: "mean",
            formula: "sum of the weights / their number",
            inputs: { bags: sums.bags, unit },
            value: shown(sums.mean.toNumber()),
          },
          {
            name: "standard_deviation",
            formula: "√(Σ (x - mean)² / (n - 1))",
            inputs: { n: sums.bags, mean: shown(sums.mean.toNumber()) },
            value: deviation,
          },
        ]),
    ...(test === null
      ? []
      : [
          {
            name: "reference_test.mean_limit",
            formula: "Qn - factor s, of the first mean_sample bags of the sample",
            inputs: {
              Qn: quantity,
              factor: test.mean_factor,
              s: test.standard_deviation,
              mean_sample: test.mean_sample,
            },
            value: test.mean_limit,
          },
        ]),
    ...(error === null
      ? []
      : [
          {
            name: "sample_error.limit",
            formula: "t(97.5 %, n - 1) s / √n; factor = t / √n",
            inputs: { factor: error.factor, s: deviation, n: sums?.bags ?? null },
            value: error.limit,
          },
        ]),
    ...(lowest === null
      ? []
      : [
          {
            name: "lawful_target.lowest",
            formula:
              rule === "eu" ? "max(Qn, Qn - TNE + 1.96 s, Qn - 2 TNE + 3.72 s)" : "the label's quantity",
            inputs: { Qn: quantity, s: deviation, TNE_grams: label?.tne.toFixed() ?? null },
            value: shown(lowest),
          },
        ]),
    ...(target === null
      ? []
      : [
          {
            name: "lawful_target.cost_30_days",
            formula: "(target - lowest) × bags of the last 30 days × price, lb",
            inputs: {
              target: target.target_lb,
              lowest: target.lowest_lb,
              bags: target.bags_30_days,
              price: target.price_per_lb,
            },
            value: target.cost_30_days,
          },
        ]),
  ];
}
