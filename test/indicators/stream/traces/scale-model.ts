import type { StreamSample } from "../../../../src/indicators/stream/sample.ts";
import type { Chance } from "./chance.ts";

/** How an indicator says that the weight is still. */
export type Marks = "honest" | "late" | "blips" | "never" | "always" | "none";

/** A scale: what is under the platform, the electronics, and the line. Weights in the indicator's unit, times in seconds. */
export interface ScaleModel {
  readonly unit: "lb" | "kg" | "g" | "oz";
  readonly division: number;
  readonly decimals: number;
  /** Undamped natural frequency of the empty platform (Hz), damping ratio, and the mass that moves with it. */
  readonly frequency: number;
  readonly damping: number;
  readonly platformMass: number;
  /** Conversions a second, and the filters behind the converter: a moving average and a first-order lag. */
  readonly conversions: number;
  readonly averaged: number;
  readonly lag: number;
  /** Standard deviation of the converter's noise. */
  readonly noise: number;
  /** The floor: amplitude at a load of `vibrationMass`, and frequency (Hz). */
  readonly vibration: number;
  readonly vibrationMass: number;
  readonly vibrationFrequency: number;
  readonly zero: (second: number) => number;
  readonly capacity: number;
  /** Lines a second, their jitter (share of the time between two), and how often a second none comes for 1 to 2 s. */
  readonly lines: number;
  readonly jitter: number;
  readonly gaps: number;
  readonly marks: Marks;
  /** The line repeats what it sent last, from and to (s). */
  readonly frozen: readonly (readonly [number, number])[];
  /** Chance of a line with a wrong number. */
  readonly faults: number;
  /** What is subtracted from a moment on, and how the sample is labelled from then. */
  readonly tares: readonly { readonly at: number; readonly tare: number; readonly mode: "gross" | "net" }[];
}

/** What presses on the platform: weight at rest, and forces that do not stay. */
export interface Pressing {
  readonly seconds: number;
  mass(second: number): number;
  force(second: number): number;
}

export interface TimedSample extends StreamSample {
  readonly t: number;
}

/** One conversion without noise, vibration and rounding: what the weight settles to can be read from it. */
export interface CleanPoint {
  readonly at: number;
  readonly weight: number;
}

const step = 0.005;

/** Plays a scale: F = m·a on a damped spring, converter, filters, rounding, line. */
export function play(
  model: ScaleModel,
  pressing: Pressing,
  chance: Chance,
): { samples: TimedSample[]; clean: CleanPoint[] } {
  const conversions = convert(model, pressing, chance);
  const stable = marksOf(model, conversions, chance);
  const samples: TimedSample[] = [];
  let [at, next] = [chance.between(0, 1 / model.lines), 0];
  let last: TimedSample | null = null;
  let wasWrong = false;
  while (at < pressing.seconds) {
    while ((conversions[next + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) next++;
    const conversion = conversions[next];
    if (conversion !== undefined && conversion.at <= at) {
      const isFrozen = model.frozen.some(([from, to]) => at >= from && at < to);
      // One line at a time.
      const isWrong: boolean = !wasWrong && model.faults > 0 && chance.is(model.faults);
      wasWrong = isWrong;
      const sample: TimedSample =
        isFrozen && last !== null
          ? last
          : lineOf(model, conversion, stable[next] ?? null, isWrong ? chance : null);
      last = sample;
      samples.push({ ...sample, t: Math.round(at * 1000) });
    }
    const jitter = 1 + chance.between(-model.jitter, model.jitter);
    at += chance.is(model.gaps / model.lines) ? chance.between(1, 2) : jitter / model.lines;
  }
  return { samples, clean: conversions.map(({ at: second, clean }) => ({ at: second, weight: clean })) };
}

interface Conversion {
  readonly at: number;
  readonly clean: number;
  readonly shown: number;
  readonly mode: "gross" | "net" | null;
}

function convert(model: ScaleModel, pressing: Pressing, chance: Chance): Conversion[] {
  const omega0 = 2 * Math.PI * model.frequency;
  const phase = chance.between(0, 2 * Math.PI);
  let position = pressing.mass(0);
  let speed = 0;
  let [lagged, laggedClean] = [position, position];
  const ring: { noisy: number; clean: number }[] = [];
  const found: Conversion[] = [];
  let nextConversion = 0;
  for (let at = 0; at < pressing.seconds; at += step) {
    const mass = pressing.mass(at);
    const omega = omega0 / Math.sqrt(1 + Math.max(0, mass) / model.platformMass);
    const force = mass + pressing.force(at);
    speed += step * (omega * omega * (force - position) - 2 * model.damping * omega * speed);
    position += step * speed;
    if (at < nextConversion) continue;
    nextConversion += 1 / model.conversions;
    const share = (model.platformMass + mass) / (model.platformMass + model.vibrationMass);
    const shaken = model.vibration * share * Math.sin(2 * Math.PI * model.vibrationFrequency * at + phase);
    ring.push({ noisy: position + shaken + model.noise * chance.normal(), clean: position });
    if (ring.length > model.averaged) ring.shift();
    const mean = (key: "noisy" | "clean") => ring.reduce((sum, one) => sum + one[key], 0) / ring.length;
    const part = model.lag === 0 ? 1 : 1 - Math.exp(-1 / (model.conversions * model.lag));
    lagged += part * (mean("noisy") - lagged);
    laggedClean += part * (mean("clean") - laggedClean);
    const tare = model.tares.findLast((one) => one.at <= at);
    const offset = model.zero(at) - (tare?.tare ?? 0);
    found.push({ at, clean: laggedClean + offset, shown: lagged + offset, mode: tare?.mode ?? null });
  }
  return found;
}

/** Rounded to the division, as the display does. */
export function rounded(
  weight: number,
  { division, decimals }: Pick<ScaleModel, "division" | "decimals">,
): string {
  const text = (Math.round(weight / division) * division).toFixed(decimals);
  return text;
}

function lineOf(
  model: ScaleModel,
  { shown, mode }: Conversion,
  stable: boolean | null,
  fault: Chance | null,
): TimedSample {
  const { unit } = model;
  if (shown > model.capacity) return { t: 0, kind: "overload", weight: null, unit, mode, stable };
  const wrong = fault === null ? shown : fault.pick([0, shown / 10, shown * 10, 1.3 * shown]);
  return { t: 0, kind: "weight", weight: rounded(wrong, model), unit, mode, stable };
}

/** Stable as indicators say it: the last conversions within a few divisions for a while. */
function marksOf(model: ScaleModel, conversions: readonly Conversion[], chance: Chance): (boolean | null)[] {
  const { marks } = model;
  const window = chance.between(0.25, 1);
  const range = chance.whole(1, 4) * model.division;
  const delay = marks === "late" ? chance.between(0.5, 4) : 0;
  let stillSince = 0;
  let from = 0;
  let blip = 0;
  return conversions.map(({ at, shown }, index) => {
    if (marks === "none") return null;
    if (marks === "never") return false;
    if (marks === "always") return true;
    while ((conversions[from]?.at ?? at) < at - window) from++;
    let [low, high] = [shown, shown];
    for (let each = from; each < index; each++) {
      low = Math.min(low, conversions[each]?.shown ?? low);
      high = Math.max(high, conversions[each]?.shown ?? high);
    }
    if (high - low > range) stillSince = at;
    if (marks === "blips" && blip === 0 && chance.is(0.02)) blip = chance.whole(2, 3);
    if (blip > 0) {
      blip--;
      return false;
    }
    return at - stillSince > delay;
  });
}
