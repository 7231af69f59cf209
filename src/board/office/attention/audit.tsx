import { useSignal } from "@preact/signals";
import type { AuditEvent } from "../../../audit/audit-list.ts";
import { api, type Page } from "../../shared/api.ts";
import { useLoaded } from "../loaded.ts";
import { Cell, Moment } from "../parts.tsx";
import { useEvery } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { auditWords, subjectText } from "./audit-words.ts";
import { changesOf } from "./changes.ts";
import { say } from "./texts.ts";

const firstShown = 20;
const mostShown = 500;
const askEveryMs = 15_000;

/** Who did what; for administrators. */
export function Audit() {
  const limit = useSignal(firstShown);
  const events = useLoaded(`${limit.value}`, () =>
    api<Page<AuditEvent>>("GET", "/api/audit", { query: { limit: limit.value } }),
  );
  useEvery(events.reload, askEveryMs);
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">{say("audit")}</h2>
      <Show of={events}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <Empty>{say("auditNone")}</Empty> : <Events events={items} />}
            {next !== null && limit.value < mostShown && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  limit.value = Math.min(mostShown, limit.value * 5);
                }}
              >
                {word("more")}
              </button>
            )}
          </>
        )}
      </Show>
    </section>
  );
}

function Events(props: { readonly events: readonly AuditEvent[] }) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{say("when")}</th>
          <th>{say("who")}</th>
          <th>{say("what")}</th>
          <th>{say("details")}</th>
        </tr>
      </thead>
      <tbody>
        {props.events.map((event) => (
          <tr key={event.id}>
            <Cell label={say("when")}>
              <Moment at={event.at} />
            </Cell>
            <Cell label={say("who")} class="cell-name">
              {event.actor}
            </Cell>
            <Cell label={say("what")}>
              {say(event.action)} <span class="quiet">{subjectText(event.subject)}</span>
            </Cell>
            <Cell label={say("details")} class="cell-wide">
              <span class="changes">
                {changesOf(event, auditWords).map((change) => (
                  <span key={change}>{change}</span>
                ))}
              </span>
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
