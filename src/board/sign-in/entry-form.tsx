import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { t } from "../shared/texts.ts";

/** A page of one field by which a browser is let in. */
export function EntryForm(props: {
  readonly title: string;
  readonly what: string;
  readonly value: Signal<string>;
  /** The field, with why it was refused. */
  readonly field: (error: string | undefined) => ComponentChildren;
  readonly deed: string;
  readonly onSend: () => Promise<void>;
  /** Of what `onSend` threw. */
  readonly refusalText: (problem: unknown) => string;
  /** The link to the other way in. */
  readonly children: ComponentChildren;
}) {
  const { title, what, value, field, deed, onSend, refusalText, children } = props;
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy.value) return;
    if (value.value.trim() === "") {
      error.value = t("required");
      return;
    }
    isBusy.value = true;
    error.value = undefined;
    try {
      await onSend();
    } catch (problem) {
      error.value = refusalText(problem);
    } finally {
      isBusy.value = false;
    }
  }

  return (
    <main class="sign-in" id="content">
      <form class="card sign-in-card" onSubmit={submit} noValidate>
        <h1>{title}</h1>
        <p>{what}</p>
        {field(error.value)}
        <button type="submit" class="button button-main" disabled={isBusy.value}>
          {deed}
        </button>
        {children}
      </form>
    </main>
  );
}
