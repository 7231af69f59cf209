import { useSignal } from "@preact/signals";
import type { Person } from "../../../access/persons.ts";
import { api } from "../../shared/api.ts";
import { Layout } from "../../shared/layout.tsx";
import { t } from "../../shared/texts.ts";
import { loadPeople } from "../../sign-in/people.ts";
import { ActDialog } from "../act-dialog.tsx";
import { useLoaded } from "../loaded.ts";
import { Cell, Moment } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { AccessTabs } from "./access-tabs.tsx";
import { PersonDialog, type PersonField } from "./person-dialog.tsx";
import { StationsAsking } from "./stations-asking.tsx";
import { say } from "./texts.ts";

/** An open dialog; without a person it makes one. */
type Open =
  | { readonly what: "edit"; readonly person: Person | null; readonly fields: readonly PersonField[] }
  | { readonly what: "retire"; readonly person: Person };

/** Who may act on devices, by a PIN, and which stations ask for it. */
export function PeoplePage() {
  const people = useLoaded("", loadPeople);
  const open = useSignal<Open | null>(null);
  const close = () => {
    open.value = null;
  };
  return (
    <Layout name={t("people")} title={<h1>{t("people")}</h1>}>
      <main class="page office" id="content">
        <AccessTabs />
        <section>
          <p class="quiet">{say("peopleWhat")}</p>
          <Show of={people}>
            {(list) =>
              list.length === 0 ? (
                <Empty>{say("nobodyYet")}</Empty>
              ) : (
                <PeopleTable
                  people={list}
                  onOpen={(next) => {
                    open.value = next;
                  }}
                />
              )
            }
          </Show>
          <div>
            <button
              type="button"
              class="button"
              onClick={() => {
                open.value = { what: "edit", person: null, fields: ["name", "pin"] };
              }}
            >
              {say("addPerson")}
            </button>
          </div>
        </section>
        <StationsAsking />
        {open.value?.what === "edit" && (
          <PersonDialog
            person={open.value.person}
            fields={open.value.fields}
            onClose={close}
            onSaved={people.reload}
          />
        )}
        {open.value?.what === "retire" && (
          <Retire person={open.value.person} onClose={close} onRetired={people.reload} />
        )}
      </main>
    </Layout>
  );
}

function PeopleTable(props: { readonly people: readonly Person[]; readonly onOpen: (open: Open) => void }) {
  const { people, onOpen } = props;
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{word("name")}</th>
          <th>{say("pinSet")}</th>
          <th>
            <span class="sr-only">{word("actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <Cell label={word("name")} class="cell-title cell-name">
              {person.name}
            </Cell>
            <Cell label={say("pinSet")}>
              <Moment at={person.pin_set_at} />
            </Cell>
            <Cell label="" class="cell-actions">
              <span class="row-actions">
                <RowAction
                  text={say("rename")}
                  name={person.name}
                  onClick={() => onOpen({ what: "edit", person, fields: ["name"] })}
                />
                <RowAction
                  text={say("newPin")}
                  name={person.name}
                  onClick={() => onOpen({ what: "edit", person, fields: ["pin"] })}
                />
                <RowAction
                  text={say("retire")}
                  name={person.name}
                  onClick={() => onOpen({ what: "retire", person })}
                />
              </span>
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Retire(props: {
  readonly person: Person;
  readonly onClose: () => void;
  readonly onRetired: () => void;
}) {
  const { person, onClose, onRetired } = props;
  return (
    <ActDialog
      title={say("retireTitle", { name: person.name })}
      act={say("retire")}
      isDanger
      onClose={onClose}
      onAct={async () => {
        await api<undefined>("DELETE", `/api/persons/${person.id}`);
        onRetired();
      }}
    >
      <p>{say("retireWhat")}</p>
    </ActDialog>
  );
}
