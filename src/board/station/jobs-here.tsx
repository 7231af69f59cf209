import { useSignal } from "@preact/signals";
import type { Stations } from "../../http/api/stations.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { BeginsItself } from "../jobs/begins-itself.tsx";
import { ChangeJobDialog, NewJobDialog } from "../jobs/job-dialog.tsx";
import { orderText } from "../jobs/job-words.ts";
import { QueueList } from "../jobs/queue-list.tsx";
import { say } from "../jobs/texts.ts";
import { useLive } from "../office/live-hook.ts";
import { useLoaded } from "../office/loaded.ts";
import { Show } from "../office/states.tsx";
import { api, type Page } from "../shared/api.ts";
import { Dialog } from "../shared/dialog.tsx";
import { useSubmit } from "../shared/submit.ts";
import { startPlanned } from "./next-job.tsx";
import type { StationState } from "./state.ts";

const queueMax = 100;

/** The jobs of this station: the one that runs, and those that are planned. */
export function JobsHere(props: { readonly state: StationState; readonly onClose: () => void }) {
  const { state, onClose } = props;
  const submit = useSubmit();
  const open = useSignal<"plan" | "change" | null>(null);
  const running = state.job.value?.status === "active" ? state.job.value : null;
  const { station } = state;
  const queue = useLoaded(station, () => loadQueue(station));
  useLive("queue", (changed) => {
    if (changed.station === station) queue.reload();
  });

  const start = (job: Job) =>
    void submit.run(async () => {
      state.noteJob(await startPlanned(job));
      onClose();
    });

  return (
    <Dialog title={`${say("jobsHere")}: ${station}`} onClose={onClose} wide>
      <div class="dialog-body">
        <h3>{say("runningHere")}</h3>
        {running === null ? (
          <p>{say("noneRunning")}</p>
        ) : (
          <div class="queue-job">
            <span class="queue-text">
              <strong>{running.company}</strong>
              <span class="number">{orderText(running)}</span>
            </span>
            <span class="queue-actions">
              <button
                type="button"
                class="button"
                onClick={() => {
                  open.value = "change";
                }}
              >
                {say("change")}
              </button>
            </span>
          </div>
        )}
        <h3>{say("planned")}</h3>
        <Show of={queue}>
          {({ jobs }) =>
            jobs.length === 0 ? (
              <p>{say("nonePlanned")}</p>
            ) : (
              <QueueList
                jobs={jobs}
                onStart={running === null ? start : null}
                mayChange
                onChanged={queue.reload}
              />
            )
          }
        </Show>
        <BeginsItself
          station={station}
          isOn={queue.value.value?.beginsItself ?? false}
          submit={submit}
          onChanged={queue.reload}
        />
        {submit.failure.value && (
          <p class="form-error" role="alert">
            {submit.failure.value}
          </p>
        )}
        <div class="dialog-actions">
          <button
            type="button"
            class="button button-main"
            onClick={() => {
              open.value = "plan";
            }}
          >
            {say("planJob")}
          </button>
        </div>
      </div>
      {open.value === "plan" && (
        <NewJobDialog
          how="plan"
          station={station}
          draft={state.job.value === null ? undefined : sameFigures(state.job.value)}
          onClose={() => {
            open.value = null;
          }}
          onDone={queue.reload}
        />
      )}
      {open.value === "change" && running !== null && (
        <ChangeJobDialog
          job={running}
          onClose={() => {
            open.value = null;
          }}
          onDone={state.noteJob}
        />
      )}
    </Dialog>
  );
}

async function loadQueue(station: string) {
  const [planned, stations] = await Promise.all([
    api<Page<Job>>("GET", "/api/jobs", { query: { station, status: "planned", limit: queueMax } }),
    api<Stations>("GET", "/api/stations"),
  ]);
  const here = stations.items.find((each) => each.station === station);
  return {
    jobs: planned.items.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0)),
    beginsItself: here?.next_job_begins === "by_itself",
  };
}

/** The next job is mostly filled as the last one. */
export function sameFigures({ target_weight, tolerance_percent, quantity }: Job) {
  return { target_weight, tolerance_percent, quantity };
}
