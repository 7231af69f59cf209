import type { Report } from "../../../records/reports/report.ts";
import { formatNumber } from "../../shared/format.ts";
import { percent } from "../chart-parts.tsx";
import { word } from "../words.ts";
import { type Column, type Layer, layers, layOutBars } from "./bars.ts";
import { barName, plantMoment } from "./plant-time.ts";
import { say } from "./texts.ts";

/** Bags over time, by verdict: as a chart and as a table. */
export function BarChart(props: { readonly report: Report }) {
  const { bars, bar_length: length, time_zone: zone, totals } = props.report;
  const { columns, ticks } = layOutBars(bars);
  const shown = layers.filter((layer) => totals[layer] > 0);
  const nameOf = ({ bar }: Column) => barName(bar.from, length, zone);
  return (
    <>
      <ul class="legend">
        {shown.map((layer) => (
          <li key={layer}>
            <span class={`swatch column-${layer}`} aria-hidden="true" /> {word(layer)}
          </li>
        ))}
      </ul>
      <div class="bar-chart" role="img" aria-label={say("chartText", { count: totals.bags })}>
        <span class="y-title">{word("bags")}</span>
        <div class="y-axis">
          {ticks.map(({ value, at }) => (
            <span key={value} style={{ bottom: percent(at) }}>
              {formatNumber(value)}
            </span>
          ))}
        </div>
        <div class="bar-plot">
          {ticks.map(({ value, at }) => (
            <span key={value} class="grid-line" style={{ bottom: percent(at) }} />
          ))}
          {columns.map((column) => (
            <span key={column.bar.from} class="bar-column" title={columnText(column, zone)}>
              {column.layers.map(({ layer, height }) => (
                <span key={layer} class={`layer column-${layer}`} style={{ height: percent(height) }} />
              ))}
            </span>
          ))}
        </div>
        <div class="x-axis">
          {columns.map((column) => (
            <span key={column.bar.from}>
              {column.named !== "no" && (
                <span class={column.named === "more" ? "every-second" : ""}>{nameOf(column)}</span>
              )}
            </span>
          ))}
        </div>
        <span class="x-title">{say("axisTime", { zone })}</span>
      </div>
      <details class="as-table">
        <summary>{say("asTable")}</summary>
        <table class="table table-plain">
          <thead>
            <tr>
              <th>{word("from")}</th>
              <th class="numeric">{word("bags")}</th>
              {shown.map((layer) => (
                <th key={layer} class="numeric">
                  {word(layer)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.from}>
                <td>{plantMoment(bar.from, zone)}</td>
                <td class="numeric">{formatNumber(bar.bags)}</td>
                {shown.map((layer: Layer) => (
                  <td key={layer} class="numeric">
                    {formatNumber(bar[layer])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function columnText({ bar, layers: shown }: Column, zone: string): string {
  const parts = shown.map(({ layer }) => `${word(layer)}: ${formatNumber(bar[layer])}`);
  return [plantMoment(bar.from, zone), ...parts].join("\n");
}
