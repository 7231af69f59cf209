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
}

export interface Movement {
  readonly perDay: number;
  readonly error: number;
  /** |perDay / error| beyond this is no chance. */
  readonly t: number;
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
}

/** Fewer bags of a scale on a day say too little of it. */
export const bagsADayMin = 5;
const daysMin = 4;

/**
 * Compares the scales of one job, product or station. Each movement is a straight line through the days, tested by its own scatter (t), so
 * that it does not matter how the material wobbles from day to day.
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
      .map((scale) => ({ scale, movement: movementOf(differences(known, scale, sound), limitAlpha) }))
      .filter(({ movement }) => movement !== null && isMoved(movement))
      .sort((a, b) => Math.abs(b.movement?.t ?? 0) - Math.abs(a.movement?.t ?? 0));
    const [first] = apart;
    if (first === undefined) break;
    if (sound.length > 2) {
      named.push(first.scale);
      continue;
    }
    // Of two that move apart, the one that moves by itself; if both do or none does, it cannot be told.
    const moving = sound.filter((scale) => {
      const own = movementOf(meansOf(known, [scale]), alpha);
      return own !== null && isMoved(own);
    });
    if (moving.length === 1) named.push(...moving);
    else isOneOfTwo = true;
    break;
  }
  const sound = all.filter((scale) => !named.includes(scale));
  const common = movementOf(meansOf(known, sound), alpha);
  const isMaterial = common !== null && isMoved(common) && !isOneOfTwo;
  return {
    scales: all.map((scale) => biasOf(known, scale, all, sound, alpha / all.length)),
    verdict: named.length > 0 ? "scales" : isOneOfTwo ? "one_of_two" : isMaterial ? "material" : "nothing",
    named: named.sort((a, b) => a - b),
    common,
  };
}

function isMoved({ t, limit }: Movement): boolean {
  return Math.abs(t) > limit;
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
  return {
    scale,
    bags: own.reduce((sum, { bags }) => sum + bags, 0),
    days: own.length,
    bias: shared.length === 0 ? null : meanOf(shared.map(({ value }) => value)),
    biasError: shared.length === 0 ? null : Math.sqrt(variance) / shared.length,
    movement: movementOf(differences(days, scale, sound), alpha),
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
