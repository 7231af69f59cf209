import type { BoardFinding } from "../../../doctor/from-inside.ts";
import { api } from "../../shared/api.ts";
import { formatTime } from "../../shared/format.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { useEvery, useSoon } from "../soon.ts";
import { Show } from "../states.tsx";
import { say } from "./texts.ts";

interface FindingsReport {
  readonly items: readonly BoardFinding[];
  readonly as_of: string;
}

const askEveryMs = 20_000;
const askSoonMs = 3_000;

/** The doctor's checks, in the doctor's words: one place says what a fault means and what to do. */
export function Findings() {
  const findings = useLoaded("", () => api<FindingsReport>("GET", "/api/findings"));
  useEvery(findings.reload, askEveryMs);
  const askSoon = useSoon(findings.reload, askSoonMs);
  useLive("health", askSoon);
  useLive("scale", askSoon);
  useLive("job", askSoon);
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">{say("findings")}</h2>
      <Show of={findings}>
        {({ items, as_of }) => {
          const failing = items.filter(({ ok }) => !ok);
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
                  {failing.map((finding) => (
                    <Failing key={finding.check} finding={finding} />
                  ))}
                </ul>
              )}
              <details class="passed">
                <summary>{say("passed", { count: passed.length })}</summary>
                <ul>
                  {passed.map(({ check, what }) => (
                    <li key={check}>
                      <b>{check}</b>: {what}
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

/** The doctor speaks English; the page says so to screen readers. */
function Failing(props: { readonly finding: BoardFinding }) {
  const { check, what, remedy } = props.finding;
  return (
    <li class="callout callout-bad" lang="en">
      <h3>{check}</h3>
      <p>{what}</p>
      {remedy !== null && <p class="remedy">{remedy}</p>}
    </li>
  );
}
