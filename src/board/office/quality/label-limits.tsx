import type { LimitsAnswer } from "../../../records/quality/limits-schema.ts";
import { formatDecimal, formatNumber, formatShare } from "../../shared/format.ts";
import { Fact } from "../parts.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** What the bags are by their label: each rule with what was found, the reference test, the lowest lawful target. */
export function LabelLimits(props: { readonly answer: LimitsAnswer }) {
  const { answer } = props;
  const { reference_test: test, lawful_target: target, unit } = answer;
  const weight = (value: number | string | null) =>
    value === null
      ? "–"
      : `${typeof value === "string" ? formatDecimal(value) : formatNumber(value, 4)} ${unit}`;
  return (
    <>
      {answer.holds !== null && (
        <p>
          <span class={`status ${answer.holds ? "status-completed" : "status-cancelled"}`}>
            {say(answer.holds ? "holds" : "doesNotHold")}
          </span>
        </p>
      )}
      <table class="table table-plain">
        <thead>
          <tr>
            <th>{say("limit")}</th>
            <th class="numeric">{word("weight")}</th>
            <th class="numeric">{say("bagsBeyond")}</th>
            <th class="numeric">%</th>
          </tr>
        </thead>
        <tbody>
          {answer.limits.map((limit) => (
            <tr key={limit.name}>
              <td>{say(`limit_${limit.name}`)}</td>
              <td class="numeric">{weight(limit.value)}</td>
              <td class="numeric">{formatNumber(limit.bags_beyond)}</td>
              <td class="numeric">{formatShare(limit.share_beyond, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl class="facts">
        <Fact name={word("mean")} note={say("ofBags", { count: answer.bags })}>
          {weight(answer.mean)}
        </Fact>
        {test !== null && (
          <Fact
            name={say("referenceTest")}
            note={say("testNote", {
              defective: formatNumber(test.defective),
              count: test.sample,
              accept: formatNumber(test.accept),
              mean: weight(test.mean),
              least: weight(test.mean_limit),
            })}
          >
            {say(test.verdict)}
          </Fact>
        )}
        {answer.sample_error !== null && (
          <Fact name={say("sampleError")} note={weight(answer.sample_error.limit)}>
            {say(answer.sample_error.passes ? "pass" : "fail")}
          </Fact>
        )}
        {target !== null && (
          <Fact
            name={say("lawfulTarget")}
            note={say("lawfulNote", {
              target: target.target_lb === null ? "–" : `${formatDecimal(target.target_lb)} lb`,
              difference: target.difference_lb === null ? "–" : `${formatNumber(target.difference_lb, 4)} lb`,
              cost: target.cost_30_days === null ? "–" : formatNumber(target.cost_30_days, 2),
            })}
          >
            {weight(target.lowest)}
          </Fact>
        )}
      </dl>
      {answer.reference_test_missing !== null && <p class="quiet">{say("testMissing")}</p>}
      <p class="quiet">{say("notLegal")}</p>
    </>
  );
}
