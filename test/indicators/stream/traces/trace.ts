import { chanceOf } from "./chance.ts";
import { type Kind, type KindName, kinds } from "./kinds.ts";
import { type Fact, Operator } from "./operator.ts";
import { type CleanPoint, play, rounded, type ScaleModel, type TimedSample } from "./scale-model.ts";

export interface GeneratedTrace {
  readonly kind: KindName;
  readonly seed: number;
  readonly samples: readonly TimedSample[];
  readonly model: ScaleModel;
  /** The bags in their order, as a display without noise shows them as they leave. */
  readonly bags: readonly { readonly weight: string; readonly atMs: number }[];
}
const attempts = 50;

/** Plays one trace. A play whose truth is not certain is played anew. */
export function makeTrace(kind: KindName, seed: number): GeneratedTrace {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const trace = attemptTrace(kind, (Math.imul(seed, 0x9e3779b1) + attempt * 0x85ebca6b) >>> 0);
    if (trace !== null) return { ...trace, seed };
  }
  throw new Error(`no certain trace of ${kind} with seed ${seed}`);
}

function attemptTrace(name: KindName, state: number): Omit<GeneratedTrace, "seed"> | null {
  const kind: Kind = kinds[name];
  const chance = chanceOf(state);
  const place = kind.place(chance);
  const operator = new Operator(chance);
  const frozen: [number, number][] = [];
  kind.play({ place, chance, operator, frozen });
  const model = { ...place.model, frozen };
  const { samples, clean } = play(model, operator.pressing(), chance);
  const isCertain = operator.facts.every((fact) =>
    fact.isBag
      ? restsLast(clean, samples, fact, model)
      : staysOn(fact, operator) || !restsAnywhere(clean, fact, model),
  );
  if (!isCertain) return null;
  const bags = operator.facts
    .filter(({ isBag }) => isBag)
    .map(({ mass, restedTo }) => ({
      weight: rounded(mass + model.zero(restedTo), model),
      atMs: restedTo * 1000,
    }));
  return { kind: name, samples, model, bags };
}

/** A load settles where its weight stays within this many divisions for a while; what does less for less does not. */
const surelyStill = { divisions: 0.6, seconds: 0.9, sentSeconds: 0.7 };
const surelyMoving = { divisions: 4, seconds: 0.25 };

function staysOn(fact: Fact, operator: Operator): boolean {
  return fact.restedTo >= operator.now;
}

/** Whether the weight of the load was there for long enough, and no other one after it. */
function restsLast(
  clean: readonly CleanPoint[],
  samples: readonly TimedSample[],
  fact: Fact,
  model: ScaleModel,
): boolean {
  const off = ({ at, weight }: CleanPoint) => Math.abs(weight - fact.mass - model.zero(at)) / model.division;
  const points = clean.filter(({ at }) => at >= fact.restedFrom && at <= fact.restedTo + 0.5);
  let [restsSince, restsAt, since] = [Number.NaN, Number.NaN, Number.NaN];
  for (const point of points) {
    if (off(point) > surelyStill.divisions || point.at > fact.restedTo) since = Number.NaN;
    else if (Number.isNaN(since)) since = point.at;
    if (point.at - since >= surelyStill.seconds) [restsSince, restsAt] = [since, point.at];
  }
  // It must have been sent, too.
  const sent = samples.map(({ t }) => t / 1000).filter((at) => at >= restsSince && at <= restsAt);
  if (Number.isNaN(restsAt) || (sent.at(-1) ?? 0) - (sent[0] ?? 0) < surelyStill.sentSeconds) return false;
  const moving = points.filter((point) => point.at > restsAt && off(point) > 1);
  // What moves by less than the noise is not seen to move.
  return !hasStill(moving, 3 * model.division + (6 * model.noise) / Math.sqrt(model.averaged), 0.5);
}

function restsAnywhere(clean: readonly CleanPoint[], fact: Fact, model: ScaleModel): boolean {
  const points = clean.filter(
    ({ at, weight }) => at >= fact.restedFrom - 0.3 && at <= fact.restedTo + 0.5 && weight > fact.mass * 0.1,
  );
  return hasStill(points, surelyMoving.divisions * model.division, surelyMoving.seconds);
}

/** Whether the points stay within `range` for so long. */
function hasStill(points: readonly CleanPoint[], range: number, seconds: number): boolean {
  return points.some((first, index) => {
    let [low, high] = [first.weight, first.weight];
    for (let each = index; each < points.length; each++) {
      const { at, weight } = points[each] ?? first;
      low = Math.min(low, weight);
      high = Math.max(high, weight);
      if (high - low > range) return false;
      if (at - first.at >= seconds) return true;
    }
    return false;
  });
}
