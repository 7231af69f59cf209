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

/** A source whose dialog is to be opened. */
export interface WantedSource {
  /** Its name; null: a new one. */
  readonly source: string | null;
  /** What is known, and not saved yet. */
  readonly known: Partial<SourceFields>;
}

/** How weights come in, and where that is set. */
export function Sources(props: { readonly wanted: Signal<WantedSource | null> }) {
  const { wanted } = props;
  const sources = useLoaded("", async () => {
    const { items } = await api<Page<SourceView>>("GET", "/api/sources");
    return items;
  });
  useEvery(sources.reload, askEveryMs);
  const toRemove = useSignal<SourceView | null>(null);

  function dialogOf({ source, known }: WantedSource) {
    const found = sources.value.value?.find(({ name }) => name !== null && name === source) ?? null;
    // It was deleted meanwhile, or the list is not there yet.
    if (source !== null && found === null) return null;
    return (
      <SourceDialog
        source={found}
        known={known}
        onClose={() => {
          wanted.value = null;
        }}
        onSaved={sources.reload}
      />
    );
  }

  return (
    <section aria-labelledby="sources">
      <h2 id="sources">{say("sources")}</h2>
      <p class="quiet">{say("sourcesText")}</p>
      <Show of={sources}>
        {(list) => (
          <SourceTable
            sources={list}
            onEdit={(source) => {
              wanted.value = { source: source.name, known: {} };
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
            wanted.value = { source: null, known: {} };
          }}
        >
          {say("add")}
        </button>
      )}
      {isAdmin.value && wanted.value !== null && dialogOf(wanted.value)}
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
