import type { Chance } from "./chance.ts";
import type { Marks, ScaleModel } from "./scale-model.ts";

/** A scale and what a bag weighs on it. */
export interface Place {
  readonly model: ScaleModel;
  readonly target: number;
}

type Unit = ScaleModel["unit"];
/** Unit, division, decimals, target. */
const sizes: readonly [Size, ...Size[]] = [
  ["lb", 0.02, 2, 50],
  ["lb", 0.02, 2, 50],
  ["lb", 0.05, 2, 60],
  ["lb", 0.01, 2, 20],
  ["lb", 0.1, 1, 100],
  ["kg", 0.01, 2, 25],
  ["kg", 0.005, 3, 10],
  ["kg", 0.02, 2, 22.5],
  ["g", 1, 0, 20_000],
  ["g", 5, 0, 25_000],
  ["oz", 0.1, 1, 400],
];
type Size = readonly [Unit, number, number, number];

const marks: readonly [Marks, ...Marks[]] = [
  "honest",
  "honest",
  "honest",
  "late",
  "blips",
  "never",
  "always",
  "none",
];

/** Some scale of a plant, and what is told of it. */
export function anyPlace(
  chance: Chance,
  told: Partial<ScaleModel> = {},
  size: Size = chance.pick(sizes),
): Place {
  const [unit, division, decimals, target] = size;
  const conversions = chance.pick([6, 10, 12.5, 20, 25, 50]);
  const model: ScaleModel = {
    unit,
    division,
    decimals,
    frequency: chance.between(4, 12),
    damping: chance.between(0.2, 0.9),
    platformMass: target * chance.between(0.2, 2),
    conversions,
    averaged: chance.whole(1, Math.ceil(conversions / 4)),
    lag: chance.is(0.5) ? 0 : chance.between(0.02, 0.15),
    noise: division * chance.between(0, 0.3),
    vibration: 0,
    vibrationMass: target,
    vibrationFrequency: 10,
    zero: () => 0,
    capacity: target * 6,
    lines: chance.pick([5, 8, 10, 10, 15, 20, 20]),
    jitter: chance.is(0.5) ? 0 : chance.between(0.05, 0.4),
    gaps: 0,
    marks: chance.pick(marks),
    frozen: [],
    faults: 0,
    tares: [],
    ...told,
  };
  return { model, target };
}

/** The coarse scale: a bag is 60 to 400 divisions. */
export const coarse: readonly [Size, ...Size[]] = [
  ["kg", 0.2, 1, 60],
  ["kg", 0.1, 1, 25],
  ["lb", 0.5, 1, 50],
  ["lb", 0.2, 1, 50],
  ["g", 50, 0, 10_000],
  ["lb", 1, 0, 60],
];

/** How long it takes until a change by `by` is over to a third of a division, by the differential equation's slowest part. */
export function settleSeconds({ model }: Place, mass: number, by: number): number {
  const omega = (2 * Math.PI * model.frequency) / Math.sqrt(1 + mass / model.platformMass);
  const { damping } = model;
  const rate = damping < 1 ? damping * omega : omega * (damping - Math.sqrt(damping * damping - 1));
  const decades = Math.log(Math.max(1.1, (2 * Math.abs(by)) / (0.3 * model.division)));
  return decades / rate + decades * model.lag * 1.2 + (model.averaged + 2) / model.conversions;
}

/** How long a weight must be shown until its mean is known to a division (4.5 standard errors). */
export function readingSeconds({ model }: Place, mass: number): number {
  const filtered = Math.sqrt(model.averaged);
  const shaken =
    (model.vibration * (model.platformMass + mass)) / (model.platformMass + model.vibrationMass) / Math.SQRT2;
  const deviation = Math.hypot(model.noise / filtered, shaken, model.division * 0.3) / model.division;
  const independent = Math.min(model.lines, model.conversions / model.averaged);
  return 0.9 + 3 / model.lines + (20 * Math.max(0, deviation ** 2 - 0.2)) / independent;
}
