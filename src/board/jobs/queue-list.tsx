import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Job } from "../../records/jobs/job-view.ts";
import { api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { failureText } from "../shared/failure.ts";
import { useSubmit } from "../shared/submit.ts";
import { ChangeJobDialog } from "./job-dialog.tsx";
import { orderText } from "./job-words.ts";
import { say } from "./texts.ts";

/**
 * The planned jobs of a station in their order, which is changed by dragging, by the arrow keys on the handle, or by the buttons.
 *
 * @param props.onChanged asks for them again.
 */
export function QueueList(props: {
  readonly jobs: readonly Job[];
  /** Null: one runs, or the reader may not. */
  readonly onStart: ((job: Job) => void) | null;
  readonly mayChange: boolean;
  readonly onChanged: () => void;
}) {
  const { jobs, onStart, mayChange, onChanged } = props;
  const failure = useSignal<string | null>(null);
  const open = useSignal<{ readonly what: "edit" | "remove"; readonly job: Job } | null>(null);
  /** As they were moved here, until they are read again behind the last move. */
  const moved = useSignal<readonly Job[] | null>(null);
  const moves = useRef({ waiting: 0, last: Promise.resolve() });
  const said = useSignal("");
  const list = useRef<HTMLOListElement>(null);
  const shown = moved.value ?? jobs;
  const close = () => {
    open.value = null;
  };

  useEffect(() => {
    if (moves.current.waiting === 0) moved.value = null;
  }, [jobs]);

  function move(job: Job, index: number): void {
    const from = shown.findIndex(({ id }) => id === job.id);
    const to = Math.max(0, Math.min(shown.length - 1, index));
    if (from === to) return;
    moved.value = shown.filter(({ id }) => id !== job.id).toSpliced(to, 0, job);
    failure.value = null;
    said.value = say("moved", { company: job.company, place: to + 1, number: shown.length });
    // Its button has moved with it; the focus goes along.
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-job="${job.id}"] .queue-handle`)?.focus(),
    );
    moves.current.waiting++;
    moves.current.last = moves.current.last.then(() => send(job, to + 1));
  }

  /** One after the other, in the order of the touches. */
  async function send(job: Job, place: number): Promise<void> {
    try {
      await api<Job>("POST", `/api/jobs/${job.id}/move`, { body: { place } });
    } catch (error) {
      failure.value = failureText(error);
    } finally {
      moves.current.waiting--;
      if (moves.current.waiting === 0) onChanged();
    }
  }

  return (
    <>
      <ol class="queue" ref={list}>
        {shown.map((job, index) => (
          <li key={job.id} class="queue-job" data-job={job.id}>
            {mayChange && (
              <Handle
                job={job}
                index={index}
                count={shown.length}
                list={list}
                onMove={(to) => move(job, to)}
              />
            )}
            <span class="queue-text">
              <strong>{job.company}</strong>
              <span class="number">{orderText(job)}</span>
              {job.note !== null && <small>{job.note}</small>}
            </span>
            {mayChange && (
              <span class="queue-actions">
                {onStart !== null && (
                  <QueueButton job={job} action="start" onClick={() => onStart(job)} isMain={index === 0} />
                )}
                <QueueButton job={job} action="up" isOff={index === 0} onClick={() => move(job, index - 1)}>
                  ▲
                </QueueButton>
                <QueueButton
                  job={job}
                  action="down"
                  isOff={index === shown.length - 1}
                  onClick={() => move(job, index + 1)}
                >
                  ▼
                </QueueButton>
                <QueueButton
                  job={job}
                  action="edit"
                  onClick={() => {
                    open.value = { what: "edit", job };
                  }}
                />
                <QueueButton
                  job={job}
                  action="remove"
                  onClick={() => {
                    open.value = { what: "remove", job };
                  }}
                />
              </span>
            )}
          </li>
        ))}
      </ol>
      <p class="sr-only" role="status">
        {said.value}
      </p>
      {failure.value !== null && (
        <p class="form-error" role="alert">
          {failure.value}
        </p>
      )}
      {open.value?.what === "edit" && (
        <ChangeJobDialog job={open.value.job} onClose={close} onDone={onChanged} />
      )}
      {open.value?.what === "remove" && (
        <RemoveDialog job={open.value.job} onClose={close} onDone={onChanged} />
      )}
    </>
  );
}

function QueueButton(props: {
  readonly job: Job;
  readonly action: "start" | "up" | "down" | "edit" | "remove";
  readonly isOff?: boolean;
  readonly isMain?: boolean;
  readonly onClick: () => void;
  readonly children?: string;
}) {
  const { job, action, isOff = false, isMain = false, onClick, children } = props;
  return (
    <button
      type="button"
      class={isMain ? "button button-main" : "button"}
      aria-label={say("at", { company: job.company, action: say(action) })}
      disabled={isOff}
      onClick={onClick}
    >
      {children ?? say(action)}
    </button>
  );
}

/** What a job is dragged by; with the keyboard, arrows move it. */
function Handle(props: {
  readonly job: Job;
  readonly index: number;
  readonly count: number;
  readonly list: { readonly current: HTMLOListElement | null };
  readonly onMove: (index: number) => void;
}) {
  const { job, index, count, list, onMove } = props;
  /** Where it was taken hold of; null: it is not dragged. */
  const heldAt = useSignal<number | null>(null);

  /** The place that a height on the screen belongs to. */
  function placeAt(y: number): number {
    const rows = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect());
    return rows.filter((row, at) => at !== index && row.top + row.height / 2 < y).length;
  }

  /** Its row follows the hand. */
  function shift(handle: HTMLElement, by: number): void {
    const row = handle.closest("li");
    if (row !== null) row.style.translate = by === 0 ? "" : `0 ${by}px`;
  }

  return (
    <button
      type="button"
      class={heldAt.value === null ? "queue-handle" : "queue-handle queue-handle-held"}
      aria-label={say("drag", { company: job.company, place: index + 1, number: count })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        heldAt.value = event.clientY;
      }}
      onPointerMove={(event) => {
        if (heldAt.value !== null) shift(event.currentTarget, event.clientY - heldAt.value);
      }}
      onPointerUp={(event) => {
        if (heldAt.value === null) return;
        heldAt.value = null;
        shift(event.currentTarget, 0);
        onMove(placeAt(event.clientY));
      }}
      onPointerCancel={(event) => {
        heldAt.value = null;
        shift(event.currentTarget, 0);
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
        if (step === 0) return;
        event.preventDefault();
        onMove(index + step);
      }}
    >
      <span aria-hidden="true">⠿</span>
    </button>
  );
}

function RemoveDialog(props: {
  readonly job: Job;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { job, onClose, onDone } = props;
  const submit = useSubmit();
  return (
    <DialogForm
      title={say("removeAsk", { company: job.company })}
      submit={submit}
      onClose={onClose}
      onSubmit={() =>
        void submit.run(async () => {
          await api<undefined>("DELETE", `/api/jobs/${job.id}`);
          onDone();
          onClose();
        })
      }
      deed={say("remove")}
      isDangerous
      keep={say("keep")}
    >
      <p>{orderText(job)}</p>
      <p>{say("removeWhat")}</p>
    </DialogForm>
  );
}
