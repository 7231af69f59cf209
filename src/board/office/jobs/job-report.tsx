import type { Bag } from "../../../records/bags/bag-view.ts";
import type { JobStatistics } from "../../../records/jobs/job-statistics.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { RunChart } from "../../charts/run-chart.tsx";
import { now } from "../../shared/clock.ts";
import {
  formatMoment,
  formatNumber,
  formatShare,
  formatSignedPercent,
  signedPounds,
} from "../../shared/format.ts";
import { Fact } from "../parts.tsx";
import { Empty } from "../states.tsx";
import { poundsText } from "../weights.ts";
import { word } from "../words.ts";
import { Distribution } from "./distribution.tsx";
import { ByHour, ByScale } from "./report-tables.tsx";
import { say } from "./texts.ts";

/** What a job's bags say in figures. */
export function JobReport(props: {
  readonly job: Job;
  readonly statistics: JobStatistics;
  /** The last ones that count. */
  readonly bags: readonly Bag[];
}) {
  const { job, statistics, bags } = props;
  if (statistics.bags === 0) return <Empty>{say("noBags")}</Empty>;
  return (
    <>
      <Figures job={job} statistics={statistics} />
      <section class="card" aria-labelledby="run-chart">
        <h2 id="run-chart">{say("lastBags", { count: bags.length })}</h2>
        <div class="report-chart">
          <RunChart bags={bags} job={job} isTitled />
        </div>
      </section>
      <section class="card" aria-labelledby="distribution">
        <h2 id="distribution">{say("distribution")}</h2>
        <Distribution job={job} statistics={statistics} />
      </section>
      <div class="report-tables">
        <section class="card" aria-labelledby="by-scale">
          <h2 id="by-scale">{say("byScale")}</h2>
          <ByScale rows={statistics.by_scale} />
        </section>
        <section class="card" aria-labelledby="by-hour">
          <h2 id="by-hour">{say("byHour")}</h2>
          <ByHour rows={statistics.by_hour} />
        </section>
      </div>
    </>
  );
}

function Figures(props: { readonly job: Job; readonly statistics: JobStatistics }) {
  const { job, statistics } = props;
  const { bags, under, over, voided, mean, giveaway, bags_per_hour: rate } = statistics;
  return (
    <dl class="card facts">
      <Fact
        name={word("in")}
        isHeadline
        note={
          <>
            {formatNumber(statistics.in)} / {formatNumber(bags)}
          </>
        }
      >
        {formatShare(statistics.share_in ?? 0)}
      </Fact>
      <Fact
        name={say("giveaway")}
        isHeadline
        hint={say("giveawayHint")}
        note={statistics.giveaway_percent !== null && formatSignedPercent(statistics.giveaway_percent)}
      >
        {giveaway === null ? "–" : signedPounds(Number(giveaway))}
      </Fact>
      <Fact name={word("under")} note={formatShare(under / bags)}>
        <span class={under > 0 ? "under-text" : ""}>{formatNumber(under)}</span>
      </Fact>
      <Fact name={word("over")} note={formatShare(over / bags)}>
        <span class={over > 0 ? "over-text" : ""}>{formatNumber(over)}</span>
      </Fact>
      <Fact
        name={word("mean")}
        note={
          mean !== null &&
          say("ofTarget", { difference: signedPounds(Number(mean) - Number(job.target_weight)) })
        }
      >
        {poundsText(mean)}
      </Fact>
      <Fact name={word("deviation")}>{poundsText(statistics.standard_deviation)}</Fact>
      <Fact name={say("lightest")}>{poundsText(statistics.minimum)}</Fact>
      <Fact name={say("heaviest")}>{poundsText(statistics.maximum)}</Fact>
      <Fact name={say("voided")}>{formatNumber(voided)}</Fact>
      {rate !== null && <Fact name={say("rate")}>{formatNumber(Number(rate))}</Fact>}
      {job.status === "active" && (
        <Fact name={say("finish")}>
          {statistics.finish_estimate === null
            ? say("finishUnknown")
            : formatMoment(statistics.finish_estimate, now.value)}
        </Fact>
      )}
    </dl>
  );
}
