import { type Signal, useSignal } from "@preact/signals";
import type { SourceView } from "../../../records/sources/source-list.ts";
import { api, type Page } from "../../shared/api.ts";
import { isAdmin } from "../../shared/session.ts";
import { ActDialog } from "../act-dialog.tsx";
import { useLoaded } from "../loaded.ts";
import { useEvery } from "../soon.ts";
import { Show } from "../states.tsx";
import { SourceDialog } from "./source-dialog.tsx";
import type { SourceFields } from "./source-form.ts";
import { SourceTable } from "./source-table.tsx";
import { say } from "./texts.ts";

const askEveryMs = 5_000;

/** How weights come in, and where that is set. */
export function Sources(props: {
  /** What is known of a source that is to be added now; null: none is. */
  readonly wanted: Signal<Partial<SourceFields> | null>;
}) {
  const { wanted } = props;
  const sources = useLoaded("", async () => {
    const { items } = await api<Page<SourceView>>("GET", "/api/sources");
    return items;
  });
  useEvery(sources.reload, askEveryMs);
  const edited = useSignal<SourceView | null>(null);
  const toRemove = useSignal<SourceView | null>(null);
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">{say("sources")}</h2>
      <p class="quiet">{say("sourcesText")}</p>
      <Show of={sources}>
        {(list) => (
          <SourceTable
            sources={list}
            onEdit={(source) => {
              edited.value = source;
            }}
            onRemove={(source) => {
              toRemove.value = source;
            }}
          />
        )}
      </Show>
      {isAdmin.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            wanted.value = {};
          }}
        >
          {say("add")}
        </button>
      )}
      {isAdmin.value && (wanted.value !== null || edited.value !== null) && (
        <SourceDialog
          source={edited.value}
          {...(wanted.value !== null && { known: wanted.value })}
          onClose={() => {
            edited.value = null;
            wanted.value = null;
          }}
          onSaved={sources.reload}
        />
      )}
      {toRemove.value !== null && (
        <RemoveSource
          name={toRemove.value.name ?? ""}
          onClose={() => {
            toRemove.value = null;
          }}
          onRemoved={sources.reload}
        />
      )}
    </section>
  );
}

function RemoveSource(props: {
  readonly name: string;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}) {
  const { name, onClose, onRemoved } = props;
  return (
    <ActDialog
      title={say("removeTitle", { name })}
      act={say("remove")}
      isDanger
      onClose={onClose}
      onAct={async () => {
        await api<undefined>("DELETE", `/api/sources/${encodeURIComponent(name)}`);
        onRemoved();
      }}
    >
      <p>{say("removeText")}</p>
    </ActDialog>
  );
}
