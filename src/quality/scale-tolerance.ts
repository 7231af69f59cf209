// How far a scale may be off a check weight. In decimals, because verdicts hang on it.
import { Big } from "big.js";

/** Up to so many divisions of load, so many divisions of error. */
export interface ToleranceStep {
  /** A number of the tables, infinite in the last step of some; own ones are decimals. */
  readonly upTo: number | string;
  readonly divisions: string;
}

/**
 * `hb44-iii`: maintenance tolerances of class III, NIST Handbook 44, 2.20, table 6. `eu-iii`: class III in service, twice the
 * permissible errors of EN 45501 and R 76, table 6. What is above the last step is beyond such a scale.
 */
export const toleranceTables: Readonly<Record<"hb44-iii" | "eu-iii", readonly ToleranceStep[]>> = {
  "hb44-iii": [
    { upTo: 500, divisions: "1" },
    { upTo: 2_000, divisions: "2" },
    { upTo: 4_000, divisions: "3" },
    { upTo: Number.POSITIVE_INFINITY, divisions: "5" },
  ],
  "eu-iii": [
    { upTo: 500, divisions: "1" },
    { upTo: 2_000, divisions: "2" },
    { upTo: 10_000, divisions: "3" },
  ],
};

/** `own`: steps that somebody typed in. */
export const toleranceClasses = ["hb44-iii", "eu-iii", "own"] as const;
export type ToleranceClass = (typeof toleranceClasses)[number];

/** The steps of a class. @param own those of `own`. */
export function stepsOf(
  name: ToleranceClass,
  own: readonly ToleranceStep[] | null,
): readonly ToleranceStep[] {
  return name === "own" ? (own ?? []) : toleranceTables[name];
}

export interface CheckVerdict {
  /** The load in divisions. */
  readonly load: Big;
  readonly tolerance: Big;
  /** Shown less true. */
  readonly error: Big;
  readonly passes: boolean;
}

/**
 * Judges one weighing of a check weight, bounds included.
 *
 * @param values decimals in one unit; division above 0.
 * @param steps those of a table, or own ones, in rising order.
 * @returns null where the load is beyond the last step.
 */
export function judgeCheck(
  values: { readonly weight: string; readonly shown: string; readonly division: string },
  steps: readonly ToleranceStep[],
): CheckVerdict | null {
  const weight = new Big(values.weight);
  const division = new Big(values.division);
  // By multiplication: a load of so many divisions need not be a whole number of them.
  const step = steps.find(
    ({ upTo }) => upTo === Number.POSITIVE_INFINITY || weight.lte(division.times(upTo)),
  );
  if (step === undefined) return null;
  const tolerance = division.times(step.divisions);
  const error = new Big(values.shown).minus(weight);
  return { load: weight.div(division), tolerance, error, passes: error.abs().lte(tolerance) };
}

export interface Repeatability {
  readonly n: number;
  readonly mean: number;
  readonly deviation: number;
  /** 0.10 % of the smallest load. */
  readonly allowed: number;
  /** 2 s ≤ allowed. */
  readonly passes: boolean;
}

/** Weighings that a guided check of repeatability takes. */
export const repeatabilityWeighings = 10;

/**
 * Whether a scale says the same of one load, exactly: 2 s against 0.10 % of the smallest load, compared by squares.
 *
 * @param shown two decimals or more, in the unit of `smallestLoad`.
 */
export function judgeRepeatability(shown: readonly string[], smallestLoad: string): Repeatability {
  const values = shown.map((text) => new Big(text));
  const n = values.length;
  const sum = values.reduce((all, value) => all.plus(value), new Big(0));
  const squares = values.reduce((all, value) => all.plus(value.times(value)), new Big(0));
  const scatter = squares.times(n).minus(sum.times(sum));
  const allowed = new Big(smallestLoad).times("0.001");
  return {
    n,
    mean: sum.div(n).toNumber(),
    deviation: Math.sqrt(Math.max(0, scatter.toNumber() / (n * (n - 1)))),
    allowed: allowed.toNumber(),
    passes: scatter.times(4).lte(
      allowed
        .times(allowed)
        .times(n)
        .times(n - 1),
    ),
  };
}
