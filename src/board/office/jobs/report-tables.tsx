import type { JobStatistics } from "../../../records/jobs/job-statistics.ts";
import { now } from "../../shared/clock.ts";
import { formatDated, formatNumber, formatTime } from "../../shared/format.ts";
import { Cell } from "../parts.tsx";
import { inUnit, poundsNumber } from "../weights.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

export function ByScale(props: { readonly rows: JobStatistics["by_scale"] }) {
  return (
    <table class="table table-plain">
      <thead>
        <tr>
          <th>{word("scale")}</th>
          <th class="numeric">{word("bags")}</th>
          <th class="numeric">{inUnit(word("mean"))}</th>
          <th class="numeric">{inUnit(say("deviationShort"))}</th>
          <th class="numeric">{word("under")}</th>
          <th class="numeric">{word("over")}</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={row.scale}>
            <th scope="row">{row.scale}</th>
            <Cell label={word("bags")} class="numeric">
              {formatNumber(row.bags)}
            </Cell>
            <Cell label={word("mean")} class="numeric">
              {poundsNumber(row.mean)}
            </Cell>
            <Cell label={say("deviationShort")} class="numeric">
              {poundsNumber(row.standard_deviation)}
            </Cell>
            <Count label={word("under")} value={row.under} class="under-text" />
            <Count label={word("over")} value={row.over} class="over-text" />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ByHour(props: { readonly rows: JobStatistics["by_hour"] }) {
  const most = Math.max(1, ...props.rows.map(({ bags }) => bags));
  return (
    <table class="table table-plain">
      <thead>
        <tr>
          <th>{say("hour")}</th>
          <th>{word("bags")}</th>
          <th class="numeric">{inUnit(word("mean"))}</th>
          <th class="numeric">{word("under")}</th>
          <th class="numeric">{word("over")}</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row, index) => (
          <tr key={row.hour}>
            <th scope="row">{hourText(row.hour, props.rows[index - 1]?.hour)}</th>
            <Cell label={word("bags")}>
              <span class="bar-cell">
                <span class="bar-number">{formatNumber(row.bags)}</span>
                <span class="bar" style={{ width: `${(row.bags / most) * 100}%` }} />
              </span>
            </Cell>
            <Cell label={word("mean")} class="numeric">
              {poundsNumber(row.mean)}
            </Cell>
            <Count label={word("under")} value={row.under} class="under-text" />
            <Count label={word("over")} value={row.over} class="over-text" />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A zero is shown muted, so that problems stand out. */
function Count(props: { readonly label: string; readonly value: number; readonly class: string }) {
  return (
    <Cell label={props.label} class={`numeric ${props.value > 0 ? props.class : "quiet"}`}>
      {formatNumber(props.value)}
    </Cell>
  );
}

/** The day is shown at its first hour. */
function hourText(hour: string, before: string | undefined): string {
  const at = new Date(hour);
  if (before !== undefined && new Date(before).toDateString() === at.toDateString()) {
    return formatTime(hour, false);
  }
  return formatDated(hour, now.value);
}
