import type { Report } from "../../../records/reports/report.ts";
import { roundStep } from "../axis.ts";

/** From the bottom of a column to its top. */
export const layers = ["in", "under", "over", "no_job"] as const;
export type Layer = (typeof layers)[number];

/** A column of the chart; heights are shares of the plot's. */
export interface Column {
  readonly bar: Report["bars"][number];
  readonly layers: readonly { readonly layer: Layer; readonly height: number }[];
  /** Whether the time stands below it: where there is room for half of them, at `some` alone. */
  readonly named: "some" | "more" | "no";
}

export interface BarChart {
  readonly columns: readonly Column[];
  /** Numbers at the left, from 0 on. */
  readonly ticks: readonly { readonly value: number; readonly at: number }[];
}

/** More names than this run into one another on paper. */
const namesMax = 8;
const ticksMax = 5;

/** Lays out the bars of a report: bags by verdict, one on the other. */
export function layOutBars(bars: Report["bars"]): BarChart {
  const step = roundStep(Math.max(1, ...bars.map(({ bags }) => bags / ticksMax)));
  const top = Math.max(1, Math.ceil(Math.max(...bars.map(({ bags }) => bags)) / step)) * step;
  const every = Math.ceil(bars.length / namesMax);
  return {
    columns: bars.map((bar, index) => ({
      bar,
      layers: layers.filter((layer) => bar[layer] > 0).map((layer) => ({ layer, height: bar[layer] / top })),
      named: index % every !== 0 ? "no" : (index / every) % 2 === 0 ? "some" : "more",
    })),
    ticks: Array.from({ length: top / step + 1 }, (_, index) => ({
      value: index * step,
      at: (index * step) / top,
    })),
  };
}
