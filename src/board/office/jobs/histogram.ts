import { limitsOf } from "../../jobs/limits.ts";
import { type Mark, roundValues } from "../axis.ts";

/** As the API has them: pounds, decimal strings. */
export interface Bin {
  readonly from: string;
  readonly to: string;
  readonly bags: number;
}

/** Of the whole drawing, 0…1 from the left. */
interface Span {
  readonly left: number;
  readonly width: number;
}

export interface Bar extends Span {
  readonly bin: Bin;
  /** Of the tallest bar, 0…1. */
  readonly height: number;
  /** Wholly outside a limit; `in` also where a limit goes through it. */
  readonly side: "under" | "in" | "over";
}

export interface Histogram {
  readonly bars: readonly Bar[];
  /** Bags of the tallest bar. */
  readonly most: number;
  /** Where target and limits are, 0…1, with their pounds. */
  readonly target: Mark;
  readonly lower: Mark;
  readonly upper: Mark;
  /** Round weights along the axis. */
  readonly ticks: readonly Mark[];
}

/** Room beside the outermost bar or limit, of the whole width. */
const margin = 0.03;

/**
 * Lays a distribution out so that target and both limits are always seen, however narrow the bags lie.
 *
 * @param unit pounds in one unit of the axis: ticks are round in the reader's unit.
 */
export function layOut(
  bins: readonly Bin[],
  job: { readonly target_weight: string; readonly tolerance_percent: string },
  unit = 1,
): Histogram {
  const target = Number(job.target_weight);
  const { lower, upper } = limitsOf(job);
  const edges = [lower, upper, target, ...bins.flatMap(({ from, to }) => [Number(from), Number(to)])];
  const [min, max] = [Math.min(...edges), Math.max(...edges)];
  const room = (max - min) * margin || target * margin;
  const begin = min - room;
  const whole = max - min + 2 * room;
  const place = (value: number) => (value - begin) / whole;
  const most = Math.max(1, ...bins.map(({ bags }) => bags));
  const mark = (value: number) => ({ at: place(value), value });
  const slack = whole * 1e-9;
  const bars = bins.map((bin): Bar => {
    const [from, to] = [Number(bin.from), Number(bin.to)];
    return {
      bin,
      left: place(from),
      width: (to - from) / whole,
      height: bin.bags / most,
      side: to <= lower + slack ? "under" : from >= upper - slack ? "over" : "in",
    };
  });
  const ticks = roundValues(begin / unit, (begin + whole) / unit).map((value) => mark(value * unit));
  return { bars, most, target: mark(target), lower: mark(lower), upper: mark(upper), ticks };
}
