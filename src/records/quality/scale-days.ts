import type { ScaleDay } from "../../quality/scale-drift.ts";
import { type BagColumns, perPound } from "./bags.ts";

export const dayMs = 86_400_000;

interface Sums {
  readonly scale: number;
  readonly day: number;
  /** The first weight: what others differ from it by stays small, so that no square loses a digit. */
  readonly first: number;
  bags: number;
  sum: number;
  squares: number;
}

/** Adds up what each scale weighed on each day (UTC). Whole numbers, so that it is exact, in whatever order bags come. */
export function createScaleDays(): {
  readonly add: (bags: BagColumns) => void;
  /** By day and scale. */
  readonly found: () => ScaleDay[];
} {
  const byDay = new Map<number, Map<number, Sums>>();

  function sumsOf(day: number, scale: number, first: number): Sums {
    const scales = byDay.get(day) ?? new Map<number, Sums>();
    byDay.set(day, scales);
    const sums = scales.get(scale) ?? { scale, day, first, bags: 0, sum: 0, squares: 0 };
    scales.set(scale, sums);
    return sums;
  }

  return {
    add({ length, times, scales, pounds }) {
      let open: Sums | undefined;
      for (let place = 0; place < length; place++) {
        const weight = pounds[place] ?? 0;
        const day = Math.floor((times[place] ?? 0) / dayMs);
        const scale = scales[place] ?? 0;
        // Mostly as with the bag before: a block is of one job.
        if (open === undefined || open.day !== day || open.scale !== scale) open = sumsOf(day, scale, weight);
        const more = weight - open.first;
        open.bags++;
        open.sum += more;
        open.squares += more * more;
      }
    },
    found() {
      const all = [...byDay.values()].flatMap((scales) => [...scales.values()]);
      return all
        .sort((a, b) => a.day - b.day || a.scale - b.scale)
        .map(({ scale, day, first, bags, sum, squares }) => {
          const scatter = squares - (sum * sum) / bags;
          return {
            scale,
            day,
            bags,
            mean: (first + sum / bags) / perPound,
            deviation: bags < 2 ? 0 : Math.sqrt(Math.max(0, scatter) / (bags - 1)) / perPound,
          };
        });
    },
  };
}
