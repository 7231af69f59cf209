// Scales that fill at random see the same bags: what they differ by is theirs, what they share is the material's or the filler's.
import { studentQuantile } from "./distributions.ts";
import { meanOf } from "./moments.ts";

/** What one scale weighed on one day. */
export interface ScaleDay {
  readonly scale: number;
  /** Any number that rises by 1 a day. */
  readonly day: number;
  readonly bags: number;
  readonly mean: number;
  /** Standard deviation of its bags. */
  readonly deviation: number;
}

export interface ScaleBias {
  readonly scale: number;
  readonly bags: number;
  readonly days: number;
  /** Its mean less that of the other scales, over days on which both weighed; null: there are none. */
  readonly bias: number | null;
  /** Standard error of `bias`, of bags that are independent. */
  readonly biasError: number | null;
  /** What it moved against the other scales that are sound, a day; null below four days. */
  readonly movement: Movement | null;
  /** The likeliest step against them; null below four days. */
  readonly step: Step | null;
}

export interface Movement {
  readonly perDay: number;
  readonly error: number;
  /** |perDay / error| beyond this is no chance. */
  readonly t: number;
  readonly limit: number;
}

/** Where the sum over days of what lies above the mean is farthest from 0: there the days before differ most from those after. */
export interface Step {
  /** The first day after it. */
  readonly day: number;
  /** Mean after it less mean before it. */
  readonly shift: number;
  /** |sum| / (s √n), with s of all n days. */
  readonly sum: number;
  /** A sum beyond this is no chance. */
  readonly limit: number;
}

export interface ScaleComparison {
  readonly scales: readonly ScaleBias[];
  /**
   * `nothing`: what moves may be chance. `scales`: the named ones move, the others do not. `one_of_two`: two scales move apart, and
   * which of them it is cannot be told. `material`: all move together.
   */
  readonly verdict: "nothing" | "scales" | "one_of_two" | "material";
  readonly named: readonly number[];
  /** What the scales that are not named moved together, a day; null below four days. */
  readonly common: Movement | null;
  /** Their likeliest step together; null below four days. */
  readonly commonStep: Step | null;
}

/** Fewer bags of a scale on a day say too little of it. */
export const bagsADayMin = 5;
const daysMin = 4;

/**
 * Compares the scales of one job, product or station. What creeps is a straight line through the days, tested by its own scatter (t);
 * what jumps is found by the cumulative sum over the days (CUSUM). Both go by what the days scatter, so that it does not matter how the
 * material wobbles from day to day, and each has half of the chance `alpha`.
 *
 * @param alpha chance of naming any scale, and of naming the material, where there is noise alone.
 */
export function compareScales(days: readonly ScaleDay[], alpha: number): ScaleComparison {
  const known = days.filter(({ bags }) => bags >= bagsADayMin);
  const all = [...new Set(known.map(({ scale }) => scale))].sort((a, b) => a - b);
  const named: number[] = [];
  let isOneOfTwo = false;
  for (;;) {
    const sound = all.filter((scale) => !named.includes(scale));
    if (sound.length < 2) break;
    const limitAlpha = alpha / all.length;
    const apart = sound
      .map((scale) => ({ scale, change: changeOf(differences(known, scale, sound), limitAlpha) }))
      .filter(({ change }) => change.isFound)
      .sort((a, b) => b.change.strength - a.change.strength);
    const [first] = apart;
    if (first === undefined) break;
    if (sound.length > 2) {
      named.push(first.scale);
      continue;
    }
    // Of two that move apart, the one that moves by itself; if both do or none does, it cannot be told.
    const moving = sound.filter((scale) => changeOf(meansOf(known, [scale]), alpha).isFound);
    if (moving.length === 1) named.push(...moving);
    else isOneOfTwo = true;
    break;
  }
  const sound = all.filter((scale) => !named.includes(scale));
  const common = changeOf(meansOf(known, sound), alpha);
  const isMaterial = common.isFound && !isOneOfTwo;
  return {
    scales: all.map((scale) => biasOf(known, scale, all, sound, alpha / all.length)),
    verdict: named.length > 0 ? "scales" : isOneOfTwo ? "one_of_two" : isMaterial ? "material" : "nothing",
    named: named.sort((a, b) => a - b),
    common: common.movement,
    commonStep: common.step,
  };
}

interface Change {
  readonly movement: Movement | null;
  readonly step: Step | null;
  /** Either is no chance. */
  readonly isFound: boolean;
  /** How far beyond chance, to compare scales by. */
  readonly strength: number;
}

/** What creeps and what jumps in a series of days. */
function changeOf(values: readonly DayValue[], alpha: number): Change {
  const movement = movementOf(values, alpha / 2);
  const step = stepOf(values, alpha / 2);
  const isMoved = movement !== null && Math.abs(movement.t) > movement.limit;
  const isStepped = step !== null && step.sum > step.limit;
  return {
    movement,
    step,
    isFound: isMoved || isStepped,
    strength: Math.max(Math.abs(movement?.t ?? 0), step === null ? 0 : stepStrength(values, step)),
  };
}

function biasOf(
  days: readonly ScaleDay[],
  scale: number,
  all: readonly number[],
  sound: readonly number[],
  alpha: number,
): ScaleBias {
  const own = days.filter((each) => each.scale === scale);
  const shared = differences(days, scale, all);
  const variance = shared.reduce((sum, each) => sum + each.variance, 0);
  const { movement, step } = changeOf(differences(days, scale, sound), alpha);
  return {
    scale,
    bags: own.reduce((sum, { bags }) => sum + bags, 0),
    days: own.length,
    bias: shared.length === 0 ? null : meanOf(shared.map(({ value }) => value)),
    biasError: shared.length === 0 ? null : Math.sqrt(variance) / shared.length,
    movement,
    step,
  };
}

interface DayValue {
  readonly day: number;
  readonly value: number;
  readonly variance: number;
}

/** Day by day: the scale's mean less the mean of the others' means. */
function differences(days: readonly ScaleDay[], scale: number, among: readonly number[]): DayValue[] {
  return [...Map.groupBy(days, ({ day }) => day)].flatMap(([day, each]) => {
    const own = each.find((one) => one.scale === scale);
    const others = each.filter((one) => one.scale !== scale && among.includes(one.scale));
    if (own === undefined || others.length === 0) return [];
    const variances = others.reduce((sum, { deviation, bags }) => sum + deviation ** 2 / bags, 0);
    return [
      {
        day,
        value: own.mean - meanOf(others.map(({ mean }) => mean)),
        variance: own.deviation ** 2 / own.bags + variances / others.length ** 2,
      },
    ];
  });
}

/** Day by day: the mean of these scales' means, of days on which all of them weighed. */
function meansOf(days: readonly ScaleDay[], scales: readonly number[]): DayValue[] {
  return [...Map.groupBy(days, ({ day }) => day)].flatMap(([day, each]) => {
    const own = each.filter(({ scale }) => scales.includes(scale));
    if (scales.length === 0 || own.length < scales.length) return [];
    return [{ day, value: meanOf(own.map(({ mean }) => mean)), variance: 0 }];
  });
}

/** The slope of a straight line through the days, with its error by what is left beside the line; null below four days. */
function movementOf(values: readonly DayValue[], alpha: number): Movement | null {
  const n = values.length;
  if (n < daysMin) return null;
  const [day, mean] = [meanOf(values.map((each) => each.day)), meanOf(values.map(({ value }) => value))];
  let [xx, xy] = [0, 0];
  for (const each of values) {
    xx += (each.day - day) ** 2;
    xy += (each.day - day) * (each.value - mean);
  }
  const perDay = xy / xx;
  const left = values.reduce((sum, each) => sum + (each.value - mean - perDay * (each.day - day)) ** 2, 0);
  const error = Math.sqrt(left / (n - 2) / xx);
  if (!(error > 0)) return null;
  return { perDay, error, t: perDay / error, limit: studentQuantile(1 - alpha / 2, n - 2) };
}

/**
 * The cumulative sum over the days of what each lies above the mean of all (CUSUM of a change point; null below four days). Its limit is
 * that of the largest distance of a Brownian bridge from 0, P(> c) ≈ 2 exp(-2 c²) (Kolmogorov): for few days it is stricter than
 * `alpha` says, never laxer.
 */
function stepOf(values: readonly DayValue[], alpha: number): Step | null {
  const n = values.length;
  if (n < daysMin) return null;
  const mean = meanOf(values.map(({ value }) => value));
  const spread = Math.sqrt(values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (n - 1));
  if (!(spread > 0)) return null;
  let [sum, largest, before] = [0, 0, 1];
  for (const [index, { value }] of values.slice(0, -1).entries()) {
    sum += value - mean;
    if (Math.abs(sum) <= Math.abs(largest)) continue;
    [largest, before] = [sum, index + 1];
  }
  return {
    day: values[before]?.day ?? 0,
    // The sum of those before is as far below 0 as that of those after is above it.
    shift: -largest / (n - before) - largest / before,
    sum: Math.abs(largest) / (spread * Math.sqrt(n)),
    limit: Math.sqrt(Math.log(2 / alpha) / 2),
  };
}

/** The shift of a step in its standard errors, by what is left within the days before it and those after. */
function stepStrength(values: readonly DayValue[], { day, shift }: Step): number {
  const parts = [values.filter((each) => each.day < day), values.filter((each) => each.day >= day)];
  const left = parts.reduce((sum, part) => {
    const mean = meanOf(part.map(({ value }) => value));
    return sum + part.reduce((squares, { value }) => squares + (value - mean) ** 2, 0);
  }, 0);
  const error = Math.sqrt(
    (left / (values.length - 2)) * parts.reduce((sum, { length }) => sum + 1 / length, 0),
  );
  return error > 0 ? Math.abs(shift) / error : Number.POSITIVE_INFINITY;
}
