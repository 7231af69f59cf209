import type { averageLimits } from "../../quality/average-system.ts";
import type { Explained } from "./explained.ts";
import type { LimitsRequest } from "./limits-schema.ts";
import type { Sums } from "./limits-sums.ts";

/** How the numbers of an answer came to be. */
export function explainLimits(
  { unit, quantity, rule }: LimitsRequest,
  known: {
    readonly label: ReturnType<typeof averageLimits> | null;
    readonly sums: Sums | null;
    readonly shown: (grams: number) => number;
    readonly lowest: number | null;
  },
): Explained {
  const { label, sums, shown, lowest } = known;
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
  ];
}
