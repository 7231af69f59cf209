import type { ScalesAnswer } from "../../../records/quality/scales-answer.ts";
import { formatNumber, locale, signedPounds } from "../../shared/format.ts";
import { Cell } from "../parts.tsx";
import { fineText } from "../weights.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Scale against scale: what each is off the others, and which one moves. */
export function Scales(props: { readonly answer: ScalesAnswer }) {
  const { scales, verdict, named } = props.answer;
  const list = named.map((scale) => formatNumber(scale)).join(", ");
  return (
    <>
      <p>{say(`scales_${verdict}`, { list })}</p>
      <table class="table">
        <thead>
          <tr>
            <th class="numeric">{word("scale")}</th>
            <th class="numeric">{word("bags")}</th>
            <th class="numeric">{say("bias")}</th>
            <th class="numeric">{say("perDay")}</th>
            <th class="numeric">{say("step")}</th>
          </tr>
        </thead>
        <tbody>
          {scales.map(({ scale, bags, bias, bias_error: error, movement, step }) => (
            <tr key={scale}>
              <Cell label={word("scale")} class="numeric">
                {formatNumber(scale)}
              </Cell>
              <Cell label={word("bags")} class="numeric">
                {formatNumber(bags)}
              </Cell>
              <Cell label={say("bias")} class="numeric">
                {signed(bias)} <span class="quiet">± {fineText(error === null ? null : 2 * error)}</span>
              </Cell>
              <Cell label={say("perDay")} class="numeric">
                {signed(movement?.per_day ?? null)}
              </Cell>
              <Cell label={say("step")} class="numeric">
                {step === null || step.sum <= step.limit
                  ? "–"
                  : say("stepOn", { shift: signed(step.shift), day: dateText(step.day) })}
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A day of UTC. */
function dateText(day: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeZone: "UTC" }).format(
    new Date(day),
  );
}

function signed(pounds: number | null): string {
  return pounds === null ? "–" : signedPounds(pounds, 4);
}
