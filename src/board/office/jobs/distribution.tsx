import type { JobStatistics } from "../../../records/jobs/job-statistics.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { formatNumber, poundsWeight } from "../../shared/format.ts";
import { shownUnit } from "../../shared/settings.ts";
import { Limit, percent } from "../chart-parts.tsx";
import { poundsInUnit, poundsText, tickText } from "../weights.ts";
import { word } from "../words.ts";
import { type Bar, layOut } from "./histogram.ts";
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
          <Limit mark={picture.lower} text={say("lowerLimit")} isTarget={false} />
          <Limit mark={picture.target} text={word("target")} isTarget />
          <Limit mark={picture.upper} text={say("upperLimit")} isTarget={false} />
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

function rangeText({ bin }: Bar): string {
  return `${poundsWeight(bin.from).number} – ${poundsText(bin.to)}`;
}
