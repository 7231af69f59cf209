import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { formatNumber, locale } from "../shared/format.ts";
import { shownUnit, theme } from "../shared/settings.ts";
import { type ChartData, chartData } from "./chart-data.ts";
import { t } from "./texts.ts";

/** A job's last bags with target and limits. */
export function RunChart(props: {
  readonly bags: readonly Bag[];
  readonly job: Job;
  /** The axes say what they show; where there is little room the heading does. */
  readonly isTitled?: boolean;
}) {
  const { bags, job, isTitled = false } = props;
  const data = chartData(bags, job);
  return data === null ? <p class="chart-empty">{t("empty")}</p> : <Plot data={data} isTitled={isTitled} />;
}

function Plot({ data, isTitled }: { readonly data: ChartData; readonly isTitled: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;

  // The chart contains language and colors: it is drawn again when one of them changes.
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        options(parent, () => latest.current, isTitled),
        series(latest.current),
        parent,
      );
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize(sizeOf(parent)));
    resized.observe(parent);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      resized.disconnect();
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [theme.value, locale.value, shownUnit.value, isTitled]);

  useEffect(() => plot.current?.setData(series(data)), [data]);

  const text = (value: number) => `${formatNumber(value, 2)} ${shownUnit.value}`;
  const label = t("of", {
    count: data.numbers.length,
    low: text(data.low),
    high: text(data.high),
    target: text(data.target),
    lower: text(data.lower),
    upper: text(data.upper),
  });
  return <div class="chart-place" ref={place} role="img" aria-label={label} />;
}

/** So many bags wide at least: the first ones stand at the left, and the limits are lines from the first bag on. */
const bagsWide = 10;

function series(data: ChartData): uPlot.AlignedData {
  const first = data.numbers[0] ?? 0;
  const end = first + bagsWide - 1;
  const isShort = (data.numbers.at(-1) ?? 0) < end;
  const numbers = isShort ? [...data.numbers, end] : [...data.numbers];
  const flat = (value: number) => numbers.map(() => value);
  const weights = isShort ? [...data.weights, null] : [...data.weights];
  return [numbers, flat(data.lower), flat(data.target), flat(data.upper), weights];
}

function options(parent: HTMLElement, data: () => ChartData, isTitled: boolean): uPlot.Options {
  const color = (name: string) => {
    // A custom property is read as it was written, `light-dark(…)` and all; a property that uses it is not.
    parent.style.color = `var(${name})`;
    const read = getComputedStyle(parent).color;
    parent.style.color = "";
    return read;
  };
  const [line, quiet, limit, target] = [
    color("--text"),
    color("--quiet"),
    color("--over-text"),
    color("--in-text"),
  ];
  const font = "13px system-ui, sans-serif";
  const axis = { stroke: quiet, font, ticks: { show: false } };
  const titled = (label: string) => (isTitled ? { label, labelFont: font, labelSize: 20 } : {});
  return {
    ...sizeOf(parent),
    legend: { show: false },
    cursor: { show: false },
    padding: [10, 12, 0, 0],
    scales: {
      x: { time: false, range: (_, min, max) => [min, max] },
      y: { range: () => [data().from, data().to] },
    },
    axes: [
      {
        ...axis,
        ...titled(t("bagNumber")),
        grid: { show: false },
        size: 26,
        values: (_, all) => all.map(wholeText),
      },
      {
        ...axis,
        ...titled(t("weightIn", { unit: shownUnit.value })),
        grid: { stroke: color("--line"), width: 1 },
        size: (_, values) => 16 + 8 * Math.max(3, ...(values ?? []).map((value) => value.length)),
        values: (_, all, _axis, _space, step) => all.map((value) => formatNumber(value, decimalsFor(step))),
      },
    ],
    series: [
      {},
      { stroke: limit, width: 2, dash: [8, 6], points: { show: false } },
      { stroke: target, width: 2, points: { show: false } },
      { stroke: limit, width: 2, dash: [8, 6], points: { show: false } },
      { stroke: line, width: 1.5, points: { show: true, size: 6, fill: line, stroke: line } },
    ],
  };
}

function sizeOf(parent: HTMLElement): { width: number; height: number } {
  return { width: Math.max(80, parent.clientWidth), height: Math.max(60, parent.clientHeight) };
}

function wholeText(value: number): string {
  return Number.isInteger(value) ? formatNumber(value) : "";
}

function decimalsFor(step: number): number {
  return [0, 1].find((decimals) => Number.isInteger(Number((step * 10 ** decimals).toFixed(6)))) ?? 2;
}
