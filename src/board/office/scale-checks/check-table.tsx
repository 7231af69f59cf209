import type { ScaleCheck } from "../../../records/scale-checks/check-list.ts";
import { checkWeightText } from "../../shared/check-weight.ts";
import { formatDecimal, formatNumber, formatSigned, printedText, weightText } from "../../shared/format.ts";
import { Shape } from "../../station/shape.tsx";
import { Cell, Moment } from "../parts.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** The checks of a scale, newest first. */
export function CheckTable(props: {
  readonly checks: readonly ScaleCheck[];
  readonly isNewest: boolean;
  readonly next: string | null;
  /** null: the newest. */
  readonly onPage: (cursor: string | null) => void;
}) {
  const { checks, isNewest, next, onPage } = props;
  return (
    <>
      <table class="table">
        <caption class="sr-only">{say("history")}</caption>
        <thead>
          <tr>
            <th>{say("when")}</th>
            <th>{say("what")}</th>
            <th class="numeric">{say("shown")}</th>
            <th class="numeric">{say("error")}</th>
            <th class="numeric">{say("allowed")}</th>
            <th>{say("result")}</th>
            <th>{say("who")}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <Row key={check.id} check={check} />
          ))}
        </tbody>
      </table>
      <nav class="pager" aria-label={say("pages")}>
        <button type="button" class="button" disabled={isNewest} onClick={() => onPage(null)}>
          {word("newest")}
        </button>
        <button type="button" class="button" disabled={next === null} onClick={() => onPage(next)}>
          {word("older")}
        </button>
      </nav>
    </>
  );
}

function Row({ check }: { readonly check: ScaleCheck }) {
  const { shown, error, allowed } = figuresOf(check);
  return (
    <tr>
      <Cell label={say("when")}>
        <Moment at={check.checked_at} />
      </Cell>
      <Cell label={say("what")}>
        {check.weight_name === null
          ? say("repeatability")
          : checkWeightText({ ...check, name: check.weight_name })}
      </Cell>
      <Cell label={say("shown")} class="numeric">
        {shown}
      </Cell>
      <Cell label={say("error")} class="numeric">
        {error}
      </Cell>
      <Cell label={say("allowed")} class="numeric">
        {allowed}
      </Cell>
      <Cell label={say("result")}>
        <span class={`mark ${check.passes ? "mark-in" : "mark-over"}`}>
          <Shape verdict={check.passes ? "in" : "notTaken"} />
          {say(check.passes ? "passed" : "notPassed")}
        </span>
      </Cell>
      <Cell label={say("who")}>{check.asked_by}</Cell>
    </tr>
  );
}

/** Of repeatability the mean, and twice the deviation in the place of the error. */
function figuresOf(check: ScaleCheck) {
  const { unit, prints, error, mean, deviation } = check;
  const text = (number: string) => weightText({ number, unit });
  if (check.kind === "repeatability") {
    return {
      shown: `${say("mean")} ${text(formatNumber(Number(mean ?? 0), 3))}`,
      error: `2 s = ${text(formatNumber(2 * Number(deviation ?? 0), 4))}`,
      allowed: text(formatDecimal(check.allowed)),
    };
  }
  const [first] = prints;
  const decimals = Math.max(decimalsIn(first?.weight ?? ""), decimalsIn(error ?? ""));
  return {
    shown: first === undefined ? "" : printedText(first),
    error: text(formatSigned(Number(error ?? 0), decimals)),
    allowed: text(`±${formatDecimal(check.allowed)}`),
  };
}

function decimalsIn(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0;
}
