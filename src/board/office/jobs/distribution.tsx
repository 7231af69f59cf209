import type { JobStatistics } from "../../../records/jobs/job-statistics.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { formatNumber, poundsWeight } from "../../shared/format.ts";
import { shownUnit } from "../../shared/settings.ts";
import { poundsInUnit, poundsText } from "../weights.ts";
import { word } from "../words.ts";
import { type Bar, layOut, type Mark } from "./histogram.ts";
import { say } from "./texts.ts";

/** The distribution of the weights around the target, as a chart and as a table. */
export function Distribution(props: { readonly job: Job; readonly statistics: JobStatistics }) {
  const { job, statistics } = props;
  const picture = layOut(statistics.histogram, job, poundsInUnit());
  const summary = say("distributionText", {
    count: statistics.bags,
    from: poundsText(statistics.minimum),
    to: poundsText(statistics.maximum),
    mean: poundsText(statistics.mean),
  });
  return (
    <>
      <div class="histogram" role="img" aria-label={summary}>
        <div class="plot">
          {picture.bars.map((bar) => (
            <span
              key={bar.bin.from}
              class={`column column-${bar.side}`}
              title={`${rangeText(bar)}: ${formatNumber(bar.bin.bags)}`}
              style={{ left: percent(bar.left), width: percent(bar.width), height: percent(bar.height) }}
            />
          ))}
          <Limit mark={picture.lower} text={say("lowerLimit")} kind="limit" />
          <Limit mark={picture.target} text={word("target")} kind="target" />
          <Limit mark={picture.upper} text={say("upperLimit")} kind="limit" />
        </div>
        <div class="axis">
          {picture.ticks.map((tick) => (
            <span key={tick.value} class="tick" style={{ left: percent(tick.at) }}>
              {tickText(tick.value)}
            </span>
          ))}
        </div>
        <p class="axis-title">{say("distributionAxes", { unit: shownUnit.value })}</p>
      </div>
      <details class="as-table">
        <summary>{say("asTable")}</summary>
        <table class="table table-plain">
          <thead>
            <tr>
              <th>{word("weight")}</th>
              <th class="numeric">{word("bags")}</th>
            </tr>
          </thead>
          <tbody>
            {picture.bars.map((bar) => (
              <tr key={bar.bin.from}>
                <td>{rangeText(bar)}</td>
                <td class="numeric">{formatNumber(bar.bin.bags)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function Limit(props: { readonly mark: Mark; readonly text: string; readonly kind: "limit" | "target" }) {
  const { mark, text, kind } = props;
  return (
    <span class={`limit limit-${kind}`} style={{ left: percent(mark.at) }}>
      <span class={`limit-text${mark.at < 0.15 ? " limit-first" : mark.at > 0.85 ? " limit-last" : ""}`}>
        {text} <b>{poundsText(mark.value)}</b>
      </span>
    </span>
  );
}

function rangeText({ bin }: Bar): string {
  return `${poundsWeight(bin.from).number} – ${poundsText(bin.to)}`;
}

/** Round by itself: as few decimals as it has. */
function tickText(value: number): string {
  const rounded = Number((value / poundsInUnit()).toPrecision(8));
  return formatNumber(rounded, (String(rounded).split(".")[1] ?? "").length);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
