import { useEffect } from "preact/hooks";
import type { FindingPhrases } from "../../../health/finding-phrases.ts";
import { attention, findings } from "../../shared/findings.ts";
import { formatTime } from "../../shared/format.ts";
import { Show } from "../states.tsx";
import { phraseText, placeOf } from "./finding-words.ts";
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
          const failing = attention.value;
          const passed = items.filter(({ ok }) => ok);
          return (
            <>
              <p class={failing.length === 0 ? "all-well" : "not-well"}>
                <span role="status">
                  {failing.length === 0 ? say("allWell") : say("failing", { count: failing.length })}
                </span>{" "}
                <small class="quiet">{say("asOf", { when: formatTime(as_of) })}</small>
              </p>
              {failing.length > 0 && (
                <ul class="findings">
                  {failing.map(({ said }) => (
                    <Failing key={keyOf(said)} said={said} />
                  ))}
                </ul>
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

function Failing(props: { readonly said: FindingPhrases }) {
  const { check, what, remedy } = props.said;
  const place = remedy === null ? null : placeOf(remedy);
  return (
    <li class="callout callout-bad">
      <h3>{phraseText(check)}</h3>
      <p>{phraseTexts(what)}</p>
      {remedy !== null && <p class="remedy">{phraseText(remedy)}</p>}
      {place !== null && (
        <a class="button button-small" href={place}>
          {say("goThere")}
          <span class="sr-only">: {phraseText(check)}</span>
        </a>
      )}
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
