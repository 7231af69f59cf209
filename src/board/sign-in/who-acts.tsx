import { signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import type { Person } from "../../access/persons.ts";
import { ApiProblem, whenPersonWanted } from "../shared/api.ts";
import { Dialog } from "../shared/dialog.tsx";
import { failureText } from "../shared/failure.ts";
import { formatAge, formatTime } from "../shared/format.ts";
import { Keypad } from "../shared/keypad.tsx";
import { actingPerson, actNoMore, device, enterPin, isPersonAsked, loadSession } from "../shared/session.ts";
import { t } from "../shared/texts.ts";
import { loadPeople } from "./people.ts";

const pinLengthMax = 8;

/** The question that stands; null: none. */
const asked = signal<{ answer(isKnown: boolean): void; readonly answered: Promise<boolean> } | null>(null);

/** Asks who acts on this device: one question, whoever asks meanwhile. @returns whether somebody entered their PIN. */
async function askWhoActs(): Promise<boolean> {
  if (asked.value !== null) return asked.value.answered;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  asked.value = { answer: resolve, answered: promise };
  // What the station asks may have changed since this page was opened.
  loadSession().then(
    () => {
      if (!isPersonAsked.value) resolve(true);
    },
    () => undefined,
  );
  const isKnown = await promise;
  asked.value = null;
  return isKnown;
}

whenPersonWanted(askWhoActs);

/** The question who acts, while it stands. */
export function WhoActs() {
  const question = asked.value;
  const person = useSignal<Person | null>(null);
  if (question === null) return null;
  const close = (isKnown: boolean) => {
    person.value = null;
    question.answer(isKnown);
  };
  return person.value === null ? (
    <Names
      onClose={() => close(false)}
      onChoose={(chosen) => {
        person.value = chosen;
      }}
    />
  ) : (
    <Pin
      key={person.value.id}
      person={person.value}
      onClose={() => close(false)}
      onEntered={() => close(true)}
      onOther={() => {
        person.value = null;
      }}
    />
  );
}

function Names(props: { readonly onClose: () => void; readonly onChoose: (person: Person) => void }) {
  const people = useSignal<readonly Person[] | null>(null);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    loadPeople().then(
      (found) => {
        people.value = found;
      },
      (error: unknown) => {
        failure.value = failureText(error);
      },
    );
  }, [people, failure]);
  return (
    <Dialog title={t("whoActs")} onClose={props.onClose} wide>
      <div class="dialog-body">
        {failure.value !== null && (
          <p class="form-error" role="alert">
            {failure.value}
          </p>
        )}
        {people.value === null && failure.value === null && <p>{t("loading")}</p>}
        <ul class="people-list">
          {people.value?.map((person) => (
            <li key={person.id}>
              <button type="button" class="button" onClick={() => props.onChoose(person)}>
                {person.name}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function Pin(props: {
  readonly person: Person;
  readonly onClose: () => void;
  readonly onEntered: () => void;
  readonly onOther: () => void;
}) {
  const { person, onClose, onEntered, onOther } = props;
  const pin = useSignal("");
  const failure = useSignal<string | null>(null);
  const isBusy = useSignal(false);

  async function enter(): Promise<void> {
    if (isBusy.value || pin.value === "") return;
    isBusy.value = true;
    failure.value = null;
    try {
      await enterPin(person.id, pin.value);
      onEntered();
    } catch (error) {
      pin.value = "";
      failure.value = refusalText(error);
    } finally {
      isBusy.value = false;
    }
  }

  // Before anything is painted: the first key after the name must not be lost.
  useLayoutEffect(() => {
    // A keyboard that is there is used, too. Enter is not a press of the key that has the focus.
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^\d$/.test(event.key) && pin.value.length < pinLengthMax) pin.value += event.key;
      else if (event.key === "Backspace") pin.value = pin.value.slice(0, -1);
      else if (event.key === "Enter") void enter();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  return (
    <Dialog title={t("pinOf", { name: person.name })} onClose={onClose}>
      <div class="dialog-body">
        <p class="pin-shown" role="status">
          <span aria-hidden="true">{"●".repeat(pin.value.length)}</span>
          <span class="sr-only">{t("pinDigits", { count: pin.value.length })}</span>
        </p>
        {failure.value !== null && (
          <p class="form-error" role="alert">
            {failure.value}
          </p>
        )}
        <Keypad value={pin} maxLength={pinLengthMax} onEnter={() => void enter()} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onOther}>
            {t("otherName")}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t("cancel")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function refusalText(error: unknown): string {
  if (!(error instanceof ApiProblem)) return failureText(error);
  switch (error.code) {
    case "wrong_pin":
      return t("pinWrong");
    case "pin_locked":
      return t("pinLocked", { age: formatAge((error.waitSeconds ?? 60) * 1000) });
    default:
      return failureText(error);
  }
}

/** Who acts here, where it is asked once a shift; a touch changes that. */
export function PersonButton() {
  const isOpen = useSignal(false);
  if (device.value?.person_asked !== "each_shift") return null;
  const person = actingPerson.value;
  const close = () => {
    isOpen.value = false;
  };
  return (
    <>
      <button
        type="button"
        class="button button-person"
        onClick={() => {
          if (person === null) void askWhoActs();
          else isOpen.value = true;
        }}
      >
        {person?.name ?? t("whoActs")}
      </button>
      {isOpen.value && person !== null && (
        <Dialog title={person.name} onClose={close}>
          <div class="dialog-body">
            <p>{t("actsHere", { name: person.name, time: formatTime(person.until, false) })}</p>
            <div class="dialog-actions">
              <button type="button" class="button" onClick={close}>
                {t("close")}
              </button>
              <button
                type="button"
                class="button button-main"
                onClick={() => {
                  close();
                  void actNoMore().catch(() => undefined);
                }}
              >
                {t("actNoMore")}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
