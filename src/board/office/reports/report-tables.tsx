import type { Report } from "../../../records/reports/report.ts";
import {
  formatAge,
  formatDecimal,
  formatNumber,
  formatShare,
  formatSignedPercent,
  poundsWeight,
} from "../../shared/format.ts";
import { codeText } from "../../shared/void-words.ts";
import { Cell } from "../parts.tsx";
import { inUnit, poundsNumber } from "../weights.ts";
import { word } from "../words.ts";
import { plantMoment } from "./plant-time.ts";
import { moneyText } from "./report-figures.tsx";
import { say } from "./texts.ts";

/** What fits on a page beside the rest. */
const printedMax = 10;

/** The figures of each station, company … */
export function GroupTable(props: { readonly report: Report }) {
  const { group, groups, currency } = props.report;
  const hasMoney = groups.some(({ giveaway_money: money }) => money !== null);
  const hasTime = groups.some(({ run_seconds: seconds }) => seconds !== null);
  const heads = {
    bags: word("bags"),
    weight: inUnit(say("weight")),
    in: word("in"),
    under: word("under"),
    over: word("over"),
    mean: inUnit(say("meanDifference")),
    deviation: inUnit(say("deviationShort")),
    giveaway: inUnit(say("giveaway")),
    percent: say("giveawayPercent"),
    money: say("money"),
    rate: say("rate"),
    still: say("standstills"),
    voided: say("voided"),
  };
  const columns = (Object.keys(heads) as (keyof typeof heads)[]).filter(
    (key) => (hasMoney || key !== "money") && (hasTime || (key !== "rate" && key !== "still")),
  );
  return (
    <>
      <table class="table group-table">
        <thead>
          <tr>
            <th>{groupWord(group)}</th>
            {columns.map((key) => (
              <th key={key} class={`numeric col-${key}`}>
                {heads[key]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((row, index) => (
            <tr key={row.name ?? ""} class={index < printedMax ? "" : "no-print"}>
              <Cell label={groupWord(group)} class="cell-title cell-name">
                {row.name ?? nameless(row, group)}
              </Cell>
              {columns.map((key) => (
                <Cell key={key} label={heads[key]} class={`numeric col-${key}`}>
                  {cellText(row, key, currency)}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {groups.length > printedMax && (
        <p class="only-print quiet">{say("moreRows", { count: groups.length - printedMax })}</p>
      )}
    </>
  );
}

type Row = Report["groups"][number];

function cellText(row: Row, key: string, currency: string): string {
  switch (key) {
    case "bags":
      return formatNumber(row.bags);
    case "weight":
      return poundsWeight(row.weight, 0).number;
    case "in":
      return row.share_in === null ? "–" : formatShare(row.share_in);
    case "under":
      return formatNumber(row.under);
    case "over":
      return formatNumber(row.over);
    case "mean":
      return poundsNumber(row.mean_difference);
    case "deviation":
      return poundsNumber(row.standard_deviation);
    case "giveaway":
      return poundsNumber(row.giveaway);
    case "percent":
      return row.giveaway_percent === null
        ? "–"
        : formatSignedPercent(Number(row.giveaway_percent).toFixed(2));
    case "money":
      return row.giveaway_money === null ? "–" : moneyText(row.giveaway_money, currency);
    case "rate":
      return row.bags_per_hour === null ? "–" : formatDecimal(row.bags_per_hour, 0);
    case "still":
      return row.standstill_seconds ? formatAge(row.standstill_seconds * 1000) : formatNumber(0);
    default:
      return formatNumber(row.voided);
  }
}

/** Why bags were voided. */
export function VoidReasons(props: { readonly report: Report }) {
  const { void_reasons: reasons } = props.report;
  return (
    <section class="card" aria-labelledby="void-reasons">
      <h2 id="void-reasons">{say("voidReasons")}</h2>
      {reasons.length === 0 ? (
        <p class="quiet">{say("noneVoided")}</p>
      ) : (
        <table class="table table-plain">
          <thead>
            <tr>
              <th>{word("reason")}</th>
              <th class="numeric">{word("bags")}</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ code, reason, bags }, index) => (
              <tr key={`${code} ${reason}`} class={index < 4 ? "" : "no-print"}>
                <th scope="row">{reason ?? codeText(code ?? "other")}</th>
                <td class="numeric">{formatNumber(bags)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** When stations stood still for longest. */
export function LongestStandstills(props: { readonly report: Report }) {
  const { longest_standstills: standstills, time_zone: zone, standstill_minutes: minutes } = props.report;
  return (
    <section class="card" aria-labelledby="standstills">
      <h2 id="standstills">{say("longestStandstills")}</h2>
      {standstills.length === 0 ? (
        <p class="quiet">{say("noStandstills", { count: minutes })}</p>
      ) : (
        <table class="table table-plain">
          <thead>
            <tr>
              <th>{word("station")}</th>
              <th>{word("from")}</th>
              <th>{say("lasted")}</th>
              <th>{word("job")}</th>
            </tr>
          </thead>
          <tbody>
            {standstills.map((still, index) => (
              <tr key={still.station + still.from} class={index < 4 ? "" : "no-print"}>
                <th scope="row">{still.station}</th>
                <td>{plantMoment(still.from, zone)}</td>
                <td>{formatAge(still.seconds * 1000)}</td>
                <td>
                  <a href={`/jobs/${still.job_id}`}>{still.company}</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** What rows are, in the reader's language. */
export function groupWord(group: Report["group"]): string {
  return group === "product" || group === "person" ? say(group) : word(group);
}

function nameless({ no_job }: Row, group: Report["group"]): string {
  if (no_job > 0) return say("withoutJob");
  return say(group === "person" ? "withoutPerson" : "withoutProduct");
}
