import type { Big } from "big.js";
import { averageLimits } from "../../quality/average-system.ts";
import { gramsOf } from "../../quality/grams.ts";
import type { sampleError } from "../../quality/sample-error.ts";
import type { LimitsAnswer, LimitsRequest } from "./limits-schema.ts";
import type { Limit, Sums } from "./limits-sums.ts";

/** The limits of the law, then the own ones. @param nominal the label's quantity, grams. */
export function limitsOf(
  { rule, unit, mav, lower, upper, lower2, upper2 }: LimitsRequest,
  nominal: Big | null,
): Limit[] {
  const own = (name: Limit["name"], value: string | null, side: Limit["side"]): Limit[] =>
    value === null ? [] : [{ name, grams: gramsOf(value, unit), side }];
  const law = (): Limit[] => {
    if (nominal === null || rule === "own") return [];
    if (rule === "us")
      return mav === null
        ? []
        : own("mav", mav, "below").map((limit) => ({ ...limit, grams: nominal.minus(limit.grams) }));
    const { t1, t2 } = averageLimits(nominal);
    return [
      { name: "t1", grams: t1, side: "below" },
      { name: "t2", grams: t2, side: "below" },
    ];
  };
  return [
    ...law(),
    ...own("lower", lower, "below"),
    ...own("upper", upper, "above"),
    ...own("lower2", lower2, "below"),
    ...own("upper2", upper2, "above"),
  ];
}

/** What the rule wants of all bags, each beside what was found. */
export function rulesOf(
  { rule, unit, quantity, lower, upper, lower2, upper2 }: LimitsRequest,
  found: {
    readonly nominal: Big | null;
    readonly sums: Sums | null;
    readonly counts: ReadonlyMap<Limit["name"], number>;
    readonly shown: (grams: number) => number;
    readonly error: ReturnType<typeof sampleError> | null;
  },
): LimitsAnswer["rules"] {
  const { nominal, sums, counts, shown, error } = found;
  if (sums === null) return [];
  const count = (name: Limit["name"]) => counts.get(name) ?? 0;
  const mean = shown(sums.mean.toNumber());
  const none = (name: Limit["name"], says: string) => ({
    rule: says,
    holds: count(name) === 0,
    found: count(name),
    wanted: 0,
  });
  if (rule === "eu" && nominal !== null) {
    return [
      {
        rule: `the mean is not below ${quantity} ${unit}`,
        holds: sums.isMeanAtLeast(nominal),
        found: mean,
        wanted: Number(quantity),
      },
      {
        rule: "at most 2.5 % are below T1",
        // 2.5 % is one in forty: whole numbers.
        holds: count("t1") * 40 <= sums.bags,
        found: count("t1") / sums.bags,
        wanted: 0.025,
      },
      none("t2", "none is below T2"),
    ];
  }
  if (rule === "us") {
    return [
      ...(error === null
        ? []
        : [
            {
              rule: `the mean is not below ${quantity} ${unit} by more than the sample error limit`,
              holds: error.passes,
              found: mean,
              wanted: Number(quantity) - shown(error.limit),
            },
          ]),
      ...(counts.has("mav") ? [none("mav", "none is below the label by more than the given MAV")] : []),
    ];
  }
  const outer = {
    low: lower2 === null ? "lower" : "lower2",
    high: upper2 === null ? "upper" : "upper2",
  } as const;
  return [
    ...(lower === null && lower2 === null ? [] : [none(outer.low, "none is below the own lower limit")]),
    ...(upper === null && upper2 === null ? [] : [none(outer.high, "none is above the own upper limit")]),
  ];
}
