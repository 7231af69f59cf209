import type { ComponentChildren } from "preact";
import type { Figures } from "../../../records/reports/figures.ts";
import type { Report } from "../../../records/reports/report.ts";
import {
  formatAge,
  formatDecimal,
  formatNumber,
  formatShare,
  formatSigned,
  formatSignedPercent,
  locale,
  poundsWeight,
  signedPounds,
  weightText,
} from "../../shared/format.ts";
import { Fact } from "../parts.tsx";
import { poundsText } from "../weights.ts";
import { word } from "../words.ts";
import { periodName } from "./plant-time.ts";
import { say } from "./texts.ts";

/** The two figures that a manager looks for, large; what else the bags came to below them. Each with what it was before. */
export function ReportFigures(props: { readonly report: Report }) {
  const { totals, before, currency } = props.report;
  const was = before?.totals ?? null;
  return (
    <>
      <div class="headline">
        <Headline
          name={word("in")}
          note={say("ofBags", { in: formatNumber(totals.in), count: totals.bags - totals.no_job })}
          change={was !== null && shareChange(totals, was)}
          before={was?.share_in ? formatShare(was.share_in) : null}
        >
          {totals.share_in === null ? "–" : formatShare(totals.share_in)}
        </Headline>
        <Headline
          name={say("giveaway")}
          note={giveawayNote(totals, currency)}
          before={was && was.giveaway !== null ? signedPounds(Number(was.giveaway)) : null}
        >
          {totals.giveaway === null ? "–" : signedPounds(Number(totals.giveaway))}
        </Headline>
      </div>
      <dl class="card facts">
        <Figure name={word("bags")} now={totals} was={was} show={({ bags }) => formatNumber(bags)} />
        <Figure
          name={say("weight")}
          now={totals}
          was={was}
          show={({ weight }) => weightText(poundsWeight(weight, 0))}
        />
        <Figure name={word("under")} now={totals} was={was} show={countOf("under")} />
        <Figure name={word("over")} now={totals} was={was} show={countOf("over")} />
        <Figure
          name={say("meanDifference")}
          now={totals}
          was={was}
          show={({ mean_difference: mean }) => (mean === null ? "–" : signedPounds(Number(mean)))}
        />
        <Figure
          name={word("deviation")}
          now={totals}
          was={was}
          show={({ standard_deviation: deviation }) => poundsText(deviation)}
        />
        <Figure
          name={say("rate")}
          hint={say("rateHint")}
          now={totals}
          was={was}
          show={({ bags_per_hour: rate }) => (rate === null ? "–" : formatDecimal(rate, 0))}
        />
        <Figure
          name={say("standstills")}
          hint={say("standstillsHint", { count: props.report.standstill_minutes })}
          now={totals}
          was={was}
          show={standstillText}
        />
        <Figure name={say("voided")} now={totals} was={was} show={countOf("voided")} />
        <Figure name={word("no_job")} now={totals} was={was} show={countOf("no_job")} />
      </dl>
      {before !== null && (
        <p class="quiet compared">
          {say("comparedWith", { period: periodName(before, props.report.time_zone) })}
        </p>
      )}
    </>
  );
}

function Headline(props: {
  readonly name: string;
  readonly note: ComponentChildren;
  readonly change?: ComponentChildren;
  readonly before: string | null;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="card headline-card">
      <h2>{props.name}</h2>
      <p class="headline-value">{props.children}</p>
      <p>{props.note}</p>
      {props.before !== null && (
        <p class="quiet">
          {say("before", { value: props.before })}
          {props.change && <> · {props.change}</>}
        </p>
      )}
    </section>
  );
}

function Figure(props: {
  readonly name: string;
  readonly hint?: string;
  readonly now: Figures;
  readonly was: Figures | null;
  readonly show: (figures: Figures) => string;
}) {
  const { name, hint, now, was, show } = props;
  return (
    <Fact name={name} {...(hint !== undefined && { hint })} note={was && say("before", { value: show(was) })}>
      {show(now)}
    </Fact>
  );
}

function countOf(field: "under" | "over" | "voided" | "no_job") {
  return (figures: Figures) => {
    const count = figures[field];
    const of = field === "under" || field === "over" ? figures.bags - figures.no_job : figures.bags;
    return count === 0 || of === 0
      ? formatNumber(count)
      : `${formatNumber(count)} (${formatShare(count / of)})`;
  };
}

/** In percentage points. */
function shareChange({ share_in: now }: Figures, { share_in: was }: Figures): string | null {
  if (now === null || was === null) return null;
  return say("points", { change: formatSigned((Number(now) - Number(was)) * 100, 1) });
}

function giveawayNote(
  { giveaway_percent: percent, giveaway_money: money }: Figures,
  currency: string,
): string {
  const share =
    percent === null ? [] : [say("ofTarget", { percent: formatSignedPercent(Number(percent).toFixed(2)) })];
  return [...share, ...(money === null ? [] : [moneyText(money, currency)])].join(" · ");
}

function standstillText({ standstills, standstill_seconds: seconds }: Figures): string {
  if (standstills === null || seconds === null) return "–";
  return standstills === 0 ? formatNumber(0) : `${formatNumber(standstills)} · ${formatAge(seconds * 1000)}`;
}

/** An amount with its currency. */
export function moneyText(amount: string, currency: string): string {
  return new Intl.NumberFormat(locale.value, { style: "currency", currency }).format(Number(amount));
}
