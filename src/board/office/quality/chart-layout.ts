import type { ChartAnswer } from "../../../records/quality/chart-answer.ts";
import { type Mark, roundValues } from "../axis.ts";

/** One line of numbers with its limits, as it is drawn. */
export interface Track {
  readonly values: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  /** null: a chart of sums, or limits that have no middle. */
  readonly center: number | null;
  /** Places in `values` that a signal names. */
  readonly marked: ReadonlySet<number>;
}

/** Lines are in hundredths of the drawing, from its upper left corner. */
export interface DrawnTrack {
  readonly line: string;
  readonly lower: string;
  readonly upper: string;
  /** From below, 0…1. */
  readonly center: number | null;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly place: number }[];
  readonly ticks: readonly Mark[];
}

const half = 0.5;

/** The charted values, and below them what they are spread by; the latter is null where the chart has none. */
export function tracksOf(answer: ChartAnswer): {
  readonly location: Track;
  readonly dispersion: Track | null;
} {
  const { points, signals } = answer;
  const first = points[0]?.index ?? 0;
  const marked = (of: "location" | "dispersion") =>
    new Set(
      signals.flatMap((signal) => (signal.of === of ? signal.points.map((point) => point - first) : [])),
    );
  const location: Track = {
    values: points.map(({ value }) => value),
    lower: points.map(({ lower }) => lower),
    upper: points.map(({ upper }) => upper),
    center: answer.location?.center ?? null,
    marked: marked("location"),
  };
  if (points.every(({ spread }) => spread === null)) return { location, dispersion: null };
  return {
    location,
    dispersion: {
      values: points.map(({ spread }) => spread),
      lower: points.map((point) => point.spread_lower),
      upper: points.map((point) => point.spread_upper),
      center: answer.dispersion?.center ?? null,
      marked: marked("dispersion"),
    },
  };
}

/** The two sums of a CUSUM: what lies above the target upward, what lies below it downward. */
export function sumTracks({ points, signals }: ChartAnswer): readonly [Track, Track] {
  const first = points[0]?.index ?? 0;
  const track = (side: "above" | "below", sign: 1 | -1): Track => ({
    values: points.map((point) => {
      const sum = point[side];
      return sum === null ? null : sign * sum;
    }),
    lower: points.map(({ lower }) => lower),
    upper: points.map(({ upper }) => upper),
    center: 0,
    marked: new Set(
      signals.flatMap((signal) => (signal.side === side ? signal.points.map((point) => point - first) : [])),
    ),
  });
  return [track("above", 1), track("below", -1)];
}

/**
 * Draws tracks over one another, with room around what they hold.
 *
 * @param unit pounds in one unit of the axis: ticks are round in the reader's unit.
 */
export function drawTracks(tracks: readonly Track[], unit: number): DrawnTrack[] {
  const all = tracks.flatMap(({ values, lower, upper, center }) => [...values, ...lower, ...upper, center]);
  const known = all.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = (most - least) * 0.08 || Math.abs(most) * 0.01 || 1;
  const [from, to] = [least - room, most + room];
  const at = (value: number) => (value - from) / (to - from);
  return tracks.map(({ values, lower, upper, center, marked }) => {
    const x = (place: number) => ((place + half) / values.length) * 100;
    const y = (value: number) => (1 - at(value)) * 100;
    const lineOf = (numbers: readonly (number | null)[]) =>
      numbers
        .flatMap((value, place) => (value === null ? [] : [`${fixed(x(place))},${fixed(y(value))}`]))
        .join(" ");
    return {
      line: lineOf(values),
      lower: lineOf(lower),
      upper: lineOf(upper),
      center: center === null ? null : at(center),
      dots: values.flatMap((value, place) =>
        value !== null && marked.has(place) ? [{ x: x(place) / 100, y: at(value), place }] : [],
      ),
      ticks: roundValues(from / unit, to / unit).map((value) => ({
        value: value * unit,
        at: at(value * unit),
      })),
    };
  });
}

function fixed(value: number): string {
  return value.toFixed(3);
}
