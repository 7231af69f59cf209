import { useSignal } from "@preact/signals";
import type { RejectedFrame } from "../../../records/rejected/rejected-list.ts";
import type { RejectedReason } from "../../../records/rejected/rejected-reasons.ts";
import { api, type Page } from "../../shared/api.ts";
import { serverNow } from "../../shared/clock.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { Ago, Cell, Moment } from "../parts.tsx";
import { useSoon } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

const weekMs = 7 * 86_400_000;
const askSoonMs = 2_000;
const framesShown = 20;

function aWeekAgo(): string {
  return new Date(serverNow() - weekMs).toISOString();
}

/** What scales sent that became no bag, by reason; each reason opens to its frames. */
export function Rejected() {
  const reasons = useLoaded("", async () => {
    const query = { from: aWeekAgo() };
    const { items } = await api<{ items: readonly RejectedReason[] }>("GET", "/api/rejected/reasons", {
      query,
    });
    // What was printed to check a scale is no fault.
    return items.filter(({ reason }) => reason !== "check");
  });
  useLive("rejected", useSoon(reasons.reload, askSoonMs));
  return (
    <section aria-labelledby="rejected">
      <h2 id="rejected">{say("rejected")}</h2>
      <p class="quiet">{say("rejectedText")}</p>
      <Show of={reasons}>
        {(items) =>
          items.length === 0 ? (
            <Empty>{say("rejectedNone")}</Empty>
          ) : (
            <ul class="reasons">
              {items.map((item) => (
                <Reason key={item.reason} item={item} />
              ))}
            </ul>
          )
        }
      </Show>
    </section>
  );
}

function Reason(props: { readonly item: RejectedReason }) {
  const { reason, frames, last_received_at: last, example } = props.item;
  const isOpen = useSignal(false);
  return (
    <li>
      <details
        class="card reason"
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary>
          <b>{word(reason)}</b>
          <span>{say("frames", { count: frames })}</span>
          <span class="quiet">
            <Ago at={last} />
          </span>
          <code class="raw">{example.raw}</code>
        </summary>
        {isOpen.value && <Frames reason={reason} frames={frames} />}
      </details>
    </li>
  );
}

/** Loaded when they are opened, and again when there are more. */
function Frames(props: { readonly reason: RejectedFrame["reason"]; readonly frames: number }) {
  const { reason, frames } = props;
  const limit = useSignal(framesShown);
  const list = useLoaded(`${frames} ${limit.value}`, () => {
    const query = { reason, limit: limit.value, from: aWeekAgo() };
    return api<Page<RejectedFrame>>("GET", "/api/rejected", { query });
  });
  return (
    <Show of={list}>
      {({ items, next }) => (
        <>
          <table class="table">
            <thead>
              <tr>
                <th>{word("received")}</th>
                <th>{word("address")}</th>
                <th class="numeric">{word("scale")}</th>
                <th>{word("rawBytes")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((frame) => (
                <tr key={frame.id}>
                  <Cell label={word("received")}>
                    <Moment at={frame.received_at} />
                  </Cell>
                  <Cell label={word("address")} class="number">
                    {frame.remote_address}
                  </Cell>
                  <Cell label={word("scale")} class="numeric">
                    {frame.scale ?? "–"}
                  </Cell>
                  <Cell label={word("rawBytes")} class="cell-wide">
                    <code class="raw">{frame.raw}</code>
                    {frame.frames > 1 && <span class="note">{say("frames", { count: frame.frames })}</span>}
                  </Cell>
                </tr>
              ))}
            </tbody>
          </table>
          {next !== null && limit.value < 500 && (
            <button
              type="button"
              class="button button-small"
              onClick={() => {
                limit.value = Math.min(500, limit.value * 5);
              }}
            >
              {word("more")}
            </button>
          )}
        </>
      )}
    </Show>
  );
}
