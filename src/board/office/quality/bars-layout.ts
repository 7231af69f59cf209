import { type Mark, roundValues } from "../axis.ts";

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly bags: number;
  readonly expected: number;
}

interface Limits {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly target: number | null;
}

/** Places are shares of the whole drawing, 0…1 from the left; the curve is in hundredths from the upper left corner. */
export interface DrawnBars {
  readonly bars: readonly { readonly left: number; readonly width: number; readonly height: number }[];
  readonly curve: string;
  readonly marks: readonly (Mark & { readonly kind: keyof Limits })[];
  readonly ticks: readonly Mark[];
}

/** Lays out bars with a curve over them, so that limits and target are always seen. @param unit pounds in one of the axis. */
export function layOutBars(bars: readonly Bar[], limits: Limits, unit: number): DrawnBars {
  const edges = [...bars.flatMap(({ from, to }) => [from, to]), limits.lower, limits.upper, limits.target];
  const known = edges.filter((edge) => edge !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = (most - least) * 0.03 || 1;
  const [from, whole] = [least - room, most - least + 2 * room];
  const at = (value: number) => (value - from) / whole;
  const tallest = Math.max(1, ...bars.flatMap(({ bags, expected }) => [bags, expected]));
  return {
    bars: bars.map((bar) => ({
      left: at(bar.from),
      width: (bar.to - bar.from) / whole,
      height: bar.bags / tallest,
    })),
    curve: bars
      .map(
        (bar) =>
          `${(at((bar.from + bar.to) / 2) * 100).toFixed(3)},${(100 - (bar.expected / tallest) * 100).toFixed(3)}`,
      )
      .join(" "),
    marks: (["lower", "upper", "target"] as const).flatMap((kind) => {
      const value = limits[kind];
      return value === null ? [] : [{ kind, value, at: at(value) }];
    }),
    ticks: roundValues(from / unit, (from + whole) / unit).map((value) => ({
      value: value * unit,
      at: at(value * unit),
    })),
  };
}
