import { useComputed, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
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

/** What is held back for each destination; where there is one, it is not named. */
export function Parked() {
  const names = (health.value?.destinations ?? []).map(({ name }) => name);
  if (names.length < 2) return <ParkedFor destination={null} />;
  return names.map((name) => <ParkedFor key={name} destination={name} />);
}

/** Bags that a destination refused, and what can be done: try again, or give up with a reason. */
function ParkedFor(props: {
  /** Its name; null: the only one. */
  readonly destination: string | null;
}) {
  const { destination } = props;
  const only = destination === null ? {} : { destination };
  const headingId = useId();
  const count = useComputed(() =>
    destination === null
      ? (health.value?.deliveries_parked ?? null)
      : (health.value?.destinations.find(({ name }) => name === destination)?.parked ?? null),
  );
  const parked = useLoaded(`${count.value}`, () =>
    api<Page<Delivery>>("GET", "/api/deliveries", {
      query: { ...only, state: "parked", limit: shownMax },
    }),
  );
  useEvery(parked.reload, askEveryMs);
  const selected = useSignal<ReadonlySet<number>>(new Set());
  const asking = useSignal<"discard" | "retryAll" | null>(null);
  const outcome = useSignal<string | null>(null);
  const failure = useSignal<string | null>(null);

  async function retry(body: object): Promise<void> {
    const { retried } = await api<{ retried: number }>("POST", "/api/deliveries/retry", {
      body: { ...only, ...body },
    });
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
    <section aria-labelledby={headingId}>
      <h2 id={headingId}>{destination === null ? say("parked") : `${say("parked")}: ${destination}`}</h2>
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
            const body = { ...only, ids, reason };
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
