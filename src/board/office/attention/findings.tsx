import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FindingPhrases } from "../../../health/finding-phrases.ts";
import type { ShownFinding } from "../../../http/api/findings.ts";
import { api } from "../../shared/api.ts";
import { attention, findings, putOff, toKnow } from "../../shared/findings.ts";
import { formatMoment, formatTime } from "../../shared/format.ts";
import { isOperator } from "../../shared/session.ts";
import { Show } from "../states.tsx";
import { phraseText, placeOf } from "./finding-words.ts";
import { SnoozeDialog } from "./snooze-dialog.tsx";
import { say } from "./texts.ts";

/** The doctor's checks, in the doctor's words: one place says what a fault means, what to do, and where. */
export function Findings(props: {
  /** When they are there, or why they are not. */
  readonly onAnswered: () => void;
}) {
  const isAnswered = findings.value.value !== null || findings.failure.value !== null;
  useEffect(() => {
    if (isAnswered) props.onAnswered();
  }, [isAnswered]);
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">{say("findings")}</h2>
      <Show of={findings}>
        {({ items, as_of }) => {
          const passed = items.filter(({ ok }) => ok);
          const count = attention.value.length;
          return (
            <>
              <p class={count === 0 ? "all-well" : "not-well"}>
                <span role="status">{count === 0 ? say("allWell") : say("failing", { count })}</span>{" "}
                <small class="quiet">{say("asOf", { when: formatTime(as_of) })}</small>
              </p>
              <div class="needed">
                <FailingList items={attention.value} />
              </div>
              {toKnow.value.length > 0 && (
                <>
                  <h3 class="findings-head">{say("toKnow")}</h3>
                  <FailingList items={toKnow.value} />
                </>
              )}
              {putOff.value.length > 0 && (
                <>
                  <h3 class="findings-head">{say("putOff")}</h3>
                  <FailingList items={putOff.value} />
                </>
              )}
              <details class="passed">
                <summary>{say("passed", { count: passed.length })}</summary>
                <ul>
                  {passed.map(({ said }) => (
                    <li key={keyOf(said)}>
                      <b>{phraseText(said.check)}</b>: {phraseTexts(said.what)}
                    </li>
                  ))}
                </ul>
              </details>
            </>
          );
        }}
      </Show>
    </section>
  );
}

/** Findings with what to do about each. */
export function FailingList(props: { readonly items: readonly ShownFinding[] }) {
  const snoozing = useSignal<ShownFinding | null>(null);
  const { items } = props;
  if (items.length === 0) return null;
  return (
    <>
      <ul class="findings">
        {items.map((finding) => (
          <Failing
            key={keyOf(finding.said)}
            finding={finding}
            onSnooze={() => {
              snoozing.value = finding;
            }}
          />
        ))}
      </ul>
      {snoozing.value !== null && (
        <SnoozeDialog
          check={snoozing.value.check}
          title={phraseText(snoozing.value.said.check)}
          onClose={() => {
            snoozing.value = null;
          }}
          onDone={findings.reload}
        />
      )}
    </>
  );
}

const looks = {
  stops: "callout callout-bad",
  today: "callout",
  know: "callout callout-know",
} as const;

function Failing(props: { readonly finding: ShownFinding; readonly onSnooze: () => void }) {
  const { said, severity, snoozed, check: name } = props.finding;
  const { check, what, remedy } = said;
  const place = remedy === null ? null : placeOf(remedy);
  const title = phraseText(check);
  const tellAgain = () => {
    void api("POST", "/api/findings/snooze", { body: { check: name, until: null } }).then(
      findings.reload,
      findings.reload,
    );
  };
  return (
    <li class={looks[snoozed === null ? (severity ?? "know") : "know"]}>
      <h3>
        {title}
        {severity === "stops" && <strong class="badge">{say("stops")}</strong>}
      </h3>
      <p>{phraseTexts(what)}</p>
      {remedy !== null && <p class="remedy">{phraseText(remedy)}</p>}
      {snoozed !== null && (
        <p>
          {say("putOffBy", { who: snoozed.by, until: formatMoment(snoozed.until) })}
          {snoozed.reason !== null && `: ${snoozed.reason}`}
        </p>
      )}
      <p class="finding-actions">
        {place !== null && (
          <a class="button button-small" href={place}>
            {say("goThere")}
            <span class="sr-only">: {title}</span>
          </a>
        )}
        {isOperator.value && snoozed !== null && (
          <button type="button" class="button button-small" onClick={tellAgain}>
            {say("tellAgain")}
            <span class="sr-only">: {title}</span>
          </button>
        )}
        {isOperator.value && snoozed === null && severity !== "stops" && (
          <button type="button" class="button button-small button-quiet" onClick={props.onSnooze}>
            {say("snooze")}
            <span class="sr-only">: {title}</span>
          </button>
        )}
      </p>
    </li>
  );
}

/** What the web application answered stands with the parked deliveries, below. */
function phraseTexts(what: FindingPhrases["what"]): string {
  return what
    .filter(({ code }) => code !== "parked_newest")
    .map(phraseText)
    .join("; ");
}

/** Some checks have several findings. Numbers change while a finding stays the same. */
function keyOf({ check, what }: FindingPhrases): string {
  const names = what.map(({ code, values }) => [
    code,
    ...Object.values(values).filter((value) => typeof value === "string"),
  ]);
  return JSON.stringify([check, names]);
}
