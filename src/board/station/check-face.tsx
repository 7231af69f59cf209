import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AskedCheck } from "../../records/scale-checks/asked.ts";
import type { ScaleCheck } from "../../records/scale-checks/check-list.ts";
import { api } from "../shared/api.ts";
import { now } from "../shared/clock.ts";
import { formatNumber, printedText } from "../shared/format.ts";
import { isOperator } from "../shared/session.ts";
import { type Submit, useSubmit } from "../shared/submit.ts";
import { figuresOf } from "./check-figures.ts";
import { scaleName } from "./names.ts";
import { Shape } from "./shape.tsx";
import type { StationState } from "./state.ts";
import { addressOf, askCheck } from "./station-checks.ts";
import { t } from "./texts.ts";

/** A check of a scale, from the moment that it waits for its print until somebody has seen how it ended. */
export function CheckFace(props: { readonly check: AskedCheck; readonly state: StationState }) {
  const { check, state } = props;
  const submit = useSubmit();
  const scale = scaleName(check.scale, state.scales.value);
  if (check.result !== null) {
    return <Result check={check} result={check.result} scale={scale} state={state} submit={submit} />;
  }
  const leftMs = Date.parse(check.expires_at) - now.value;
  if (check.state === "printed") {
    return (
      <Panel look="kept">
        <Head shape="kept" word={t("checkPrinted")} />
        <p class="face-sentence">{printsText(check)}</p>
        <p class="face-what">{t("checkPrintedWhat")}</p>
      </Panel>
    );
  }
  if (check.state === "expired" || leftMs <= 0) {
    return (
      <Panel look="kept">
        <Head shape="void" word={t("checkExpired")} />
        <p class="face-what">{t("checkExpiredWhat")}</p>
        <Buttons check={check} state={state} submit={submit} />
      </Panel>
    );
  }
  const cancel = () =>
    submit.run(async () => {
      state.checks.note(await api<AskedCheck>("DELETE", addressOf(check)));
    });
  return (
    <Panel look="kept">
      <Head shape="kept" word={t("checkScale")} aside={progressText(check)} />
      <p class="face-sentence">{putText(check, scale)}</p>
      <p class="check-left number">
        {formatNumber(Math.ceil(leftMs / 1000))}
        <span class="face-unit">s</span>
      </p>
      <div class="check-foot">
        <p class="face-what">{t("checkNoBag")}</p>
        {isOperator.value && <Act text={t("checkCancel")} submit={submit} onClick={cancel} />}
      </div>
      <Failure submit={submit} />
    </Panel>
  );
}

/** For screen readers. */
export function spokenCheck(check: AskedCheck, state: StationState): string {
  const { result } = check;
  if (result !== null)
    return `${t(result.passes ? "checkPass" : "checkFail")}: ${figuresOf(result)
      .map(({ term, text }) => `${term} ${text}`)
      .join(", ")}`;
  if (check.state === "printed") return t("checkPrinted");
  if (check.state === "expired") return t("checkExpired");
  return putText(check, scaleName(check.scale, state.scales.value));
}

function Result(props: {
  readonly check: AskedCheck;
  readonly result: ScaleCheck;
  readonly scale: string;
  readonly state: StationState;
  readonly submit: Submit;
}) {
  const { check, result, scale, state, submit } = props;
  const { passes } = result;
  return (
    <Panel look={passes ? "in" : "notTaken"}>
      <Head shape={passes ? "in" : "notTaken"} word={t(passes ? "checkPass" : "checkFail")} aside={scale} />
      <dl class="check-figures number">
        {figuresOf(result).map(({ term, text }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="face-what">{t(whatOf(result))}</p>
      <Buttons check={check} state={state} submit={submit} />
    </Panel>
  );
}

/** A check again, and away with this one. */
function Buttons(props: {
  readonly check: AskedCheck;
  readonly state: StationState;
  readonly submit: Submit;
}) {
  const { check, state, submit } = props;
  const again = () =>
    submit.run(async () => {
      state.checks.note(await askCheck(check.scale, check.weight_name));
    });
  return (
    <>
      <div class="check-foot">
        {isOperator.value && <Act text={t("checkAgain")} submit={submit} onClick={again} />}
        <Act text={t("checkDone")} submit={submit} onClick={state.checks.dismiss} />
      </div>
      <Failure submit={submit} />
    </>
  );
}

/** Repeated weighings say nothing of the error: a scale that repeats well may still fail by a check weight. */
function whatOf({ kind, passes }: ScaleCheck) {
  if (!passes) return "checkFailWhat";
  return kind === "repeatability" ? "checkRepeatsWhat" : "checkPassWhat";
}

/** Fills the screen. On a phone it is scrolled to: it was asked for farther down. */
function Panel(props: { readonly look: "in" | "kept" | "notTaken"; readonly children: ComponentChildren }) {
  const { look, children } = props;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), [look]);
  return (
    <div ref={panel} class={`face face-check face-${look}`}>
      {children}
    </div>
  );
}

function Act(props: { readonly text: string; readonly submit: Submit; readonly onClick: () => void }) {
  return (
    <button
      type="button"
      class="button check-act"
      disabled={props.submit.isBusy.value}
      onClick={props.onClick}
    >
      {props.text}
    </button>
  );
}

function Failure({ submit }: { readonly submit: Submit }) {
  return submit.failure.value === undefined ? null : (
    <p class="face-what" role="alert">
      {submit.failure.value}
    </p>
  );
}

function Head(props: {
  readonly shape: "in" | "kept" | "void" | "notTaken";
  readonly word: string;
  readonly aside?: ComponentChildren;
}) {
  return (
    <div class="face-head">
      <Shape verdict={props.shape} />
      <h2 class="face-word">{props.word}</h2>
      {props.aside !== undefined && <span class="face-aside number">{props.aside}</span>}
    </div>
  );
}

function putText(check: AskedCheck, scale: string): string {
  if (check.kind === "repeatability") return t("checkPutAgain", { scale });
  return t("checkPut", { weight: printedText(check), scale });
}

function progressText({ weighings, prints }: AskedCheck): string {
  if (weighings === 1) return "";
  return t("checkProgress", { number: formatNumber(prints.length + 1), of: formatNumber(weighings) });
}

function printsText({ prints }: AskedCheck): string {
  return prints.map(printedText).slice(-3).join(", ");
}
