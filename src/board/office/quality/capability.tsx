import type { CapabilityAnswer } from "../../../records/quality/capability-answer.ts";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { Limit, percent } from "../chart-parts.tsx";
import { Fact } from "../parts.tsx";
import { fineText, poundsInUnit, poundsText, tickText } from "../weights.ts";
import { word } from "../words.ts";
import { layOutBars } from "./bars-layout.ts";
import { say } from "./texts.ts";

const indexes = ["cp", "cpk", "pp", "ppk", "cpm"] as const;
const names = { cp: "Cp", cpk: "Cpk", pp: "Pp", ppk: "Ppk", cpm: "Cpm" } as const;

/** The indexes with their bounds, whether weights are normal, and what is out of limits: observed and expected. */
export function Capability(props: { readonly answer: CapabilityAnswer }) {
  const { answer } = props;
  const { normality, expected_out_overall: expected } = answer;
  return (
    <>
      <dl class="facts">
        {indexes.map((name) => {
          const index = answer[name];
          return (
            <Fact
              key={name}
              name={names[name]}
              hint={say(`about_${name}`)}
              note={
                index !== null &&
                say("bounds", {
                  share: formatShare(answer.confidence, 0),
                  low: formatNumber(index.low, 2),
                  high: formatNumber(index.high, 2),
                })
              }
            >
              {index === null ? "–" : formatNumber(index.value, 3)}
            </Fact>
          );
        })}
        <Fact name={word("mean")} note={say("ofBags", { count: answer.bags })}>
          {fineText(answer.mean)}
        </Fact>
        <Fact name={say("sigmaWithin")} note={answer.sigma_from?.replace("σ within = ", "")}>
          {fineText(answer.sigma_within)}
        </Fact>
        <Fact name={say("sigmaOverall")}>{fineText(answer.sigma_overall)}</Fact>
        <Fact name={say("limits")} note={say(`limits_${answer.limits_from}`)}>
          {poundsText(answer.lower)} – {poundsText(answer.upper)}
        </Fact>
        <Fact
          name={say("observedOut")}
          note={say("belowAbove", {
            below: formatNumber(answer.observed_out_bags.below),
            above: formatNumber(answer.observed_out_bags.above),
          })}
        >
          {formatShare(answer.observed_out.total, 3)}
        </Fact>
        <Fact name={say("expectedOut")} note={say("ifNormal")}>
          {expected === null ? "–" : formatShare(expected.total, 3)}
        </Fact>
        <Fact
          name={say("normality")}
          note={normality !== null && say(normality.p < 0.05 ? "hardlyNormal" : "mayBeNormal")}
        >
          {normality === null ? "–" : `p ${formatNumber(normality.p, 3)}`}
        </Fact>
      </dl>
      <Curve answer={answer} />
    </>
  );
}

/** The histogram with the curve of a normal process. */
function Curve(props: { readonly answer: CapabilityAnswer }) {
  const { answer } = props;
  if (answer.histogram.length === 0) return null;
  const drawn = layOutBars(
    answer.histogram,
    { lower: numberOf(answer.lower), upper: numberOf(answer.upper), target: numberOf(answer.target) },
    poundsInUnit(),
  );
  const label = say("histogramText", { count: answer.bags, mean: fineText(answer.mean) });
  return (
    <div class="histogram" role="img" aria-label={label}>
      <div class="plot" aria-hidden="true">
        {drawn.bars.map((bar) => (
          <span
            key={bar.left}
            class="column"
            style={{ left: percent(bar.left), width: percent(bar.width), height: percent(bar.height) }}
          />
        ))}
        <svg class="control-curve" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <polyline class="control-line" points={drawn.curve} />
        </svg>
        {drawn.marks.map(({ kind, ...mark }) => (
          <Limit
            key={kind}
            mark={mark}
            text={kind === "target" ? word("target") : say(kind)}
            isTarget={kind === "target"}
          />
        ))}
      </div>
      <div class="axis" aria-hidden="true">
        {drawn.ticks.map(({ value, at }) => (
          <span key={value} class="tick" style={{ left: percent(at) }}>
            {tickText(value)}
          </span>
        ))}
      </div>
    </div>
  );
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
