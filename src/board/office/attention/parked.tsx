import { useComputed, useSignal } from "@preact/signals";
import type { Delivery } from "../../../delivery/deliveries.ts";
import { api, type Page } from "../../shared/api.ts";
import { failureText } from "../../shared/failure.ts";
import { health } from "../../shared/live.ts";
import { isAdmin } from "../../shared/session.ts";
import { ActDialog, ReasonDialog } from "../act-dialog.tsx";
import { useLoaded } from "../loaded.ts";
import { useEvery } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { ParkedTable } from "./parked-table.tsx";
import { say } from "./texts.ts";

const shownMax = 100;
const askEveryMs = 15_000;

/** Bags that the web application refused, and what can be done: try again, or give up with a reason. */
export function Parked() {
  const count = useComputed(() => health.value?.deliveries_parked ?? null);
  const parked = useLoaded(`${count.value}`, () =>
    api<Page<Delivery>>("GET", "/api/deliveries", { query: { state: "parked", limit: shownMax } }),
  );
  useEvery(parked.reload, askEveryMs);
  const selected = useSignal<ReadonlySet<number>>(new Set());
  const asking = useSignal<"discard" | "retryAll" | null>(null);
  const outcome = useSignal<string | null>(null);
  const failure = useSignal<string | null>(null);

  async function retry(body: object): Promise<void> {
    const { retried } = await api<{ retried: number }>("POST", "/api/deliveries/retry", { body });
    done(say("retried", { count: retried }));
  }

  function done(text: string): void {
    outcome.value = text;
    failure.value = null;
    selected.value = new Set();
    parked.reload();
  }

  const shown = parked.value.value?.items ?? [];
  // What is parked no more must not be chosen any more.
  const ids = shown.map(({ bag_id }) => bag_id).filter((id) => selected.value.has(id));
  return (
    <section aria-labelledby="parked">
      <h2 id="parked">{say("parked")}</h2>
      <p role="status" class="in-text">
        {outcome.value}
      </p>
      {failure.value !== null && (
        <p class="form-error" role="alert">
          {failure.value}
        </p>
      )}
      <Show of={parked}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty>{say("parkedNone")}</Empty>
          ) : (
            <>
              <p class="quiet">{say("parkedText")}</p>
              {isAdmin.value && (
                <div class="bulk">
                  <span>{word("selected", { count: ids.length })}</span>
                  <button
                    type="button"
                    class="button button-small"
                    disabled={ids.length === 0}
                    onClick={() => {
                      retry({ ids }).catch((error) => {
                        failure.value = failureText(error);
                      });
                    }}
                  >
                    {say("retry")}
                  </button>
                  <button
                    type="button"
                    class="button button-small"
                    disabled={ids.length === 0}
                    onClick={() => {
                      asking.value = "discard";
                    }}
                  >
                    {say("discard")}
                  </button>
                  <button
                    type="button"
                    class="button button-small"
                    onClick={() => {
                      asking.value = "retryAll";
                    }}
                  >
                    {say("retryAll")}
                  </button>
                </div>
              )}
              <ParkedTable deliveries={items} selected={isAdmin.value ? selected : null} />
              {next !== null && (
                <p class="quiet">{say("parkedMore", { count: count.value ?? items.length })}</p>
              )}
            </>
          )
        }
      </Show>
      {asking.value === "discard" && (
        <ReasonDialog
          title={say("discardTitle", { count: ids.length })}
          text={say("discardText")}
          act={say("discard")}
          reasons={[say("enteredByHand"), say("testBags"), say("notWanted")]}
          onClose={close}
          onReason={async (reason) => {
            const body = { ids, reason };
            const answer = await api<{ discarded: number }>("POST", "/api/deliveries/discard", { body });
            done(say("discarded", { count: answer.discarded }));
          }}
        />
      )}
      {asking.value === "retryAll" && (
        <ActDialog
          title={say("retryAllTitle")}
          act={say("retryAll")}
          onClose={close}
          onAct={() => retry({ all: true })}
        >
          <p>{say("retryAllText")}</p>
        </ActDialog>
      )}
    </section>
  );

  function close(): void {
    asking.value = null;
  }
}
