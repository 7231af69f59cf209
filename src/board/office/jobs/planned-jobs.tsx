import { useSignal } from "@preact/signals";
import type { Stations } from "../../../http/api/stations.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { BeginsItself } from "../../jobs/begins-itself.tsx";
import { NewJobDialog } from "../../jobs/job-dialog.tsx";
import { QueueList } from "../../jobs/queue-list.tsx";
import { say as sayJobs } from "../../jobs/texts.ts";
import { api, type Page } from "../../shared/api.ts";
import { areJobsUpstream, isOperator } from "../../shared/session.ts";
import { useSubmit } from "../../shared/submit.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { useSoon } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { say } from "./texts.ts";

const plannedMax = 500;
const reloadEveryMs = 500;

interface Queue {
  readonly station: string;
  readonly jobs: readonly Job[];
  readonly isFree: boolean;
  readonly beginsItself: boolean;
}

/** What is planned, station by station. */
export function PlannedJobs(props: { readonly station: string; readonly q: string }) {
  const { station, q } = props;
  const queues = useLoaded(JSON.stringify(props), () => loadQueues(station, q));
  const soon = useSoon(queues.reload, reloadEveryMs);
  useLive("queue", soon);
  const isPlanning = useSignal(false);
  if (areJobsUpstream.value) return null;
  return (
    <section aria-labelledby="planned">
      <div class="section-head">
        <h2 id="planned">{sayJobs("planned")}</h2>
        <span class="row-actions">
          <a class="button" href="/products">
            {sayJobs("products")}
          </a>
          {isOperator.value && (
            <button
              type="button"
              class="button button-main"
              onClick={() => {
                isPlanning.value = true;
              }}
            >
              {sayJobs("planJob")}
            </button>
          )}
        </span>
      </div>
      <Show of={queues}>
        {(found) =>
          found.length === 0 ? (
            <Empty>{say("nonePlanned")}</Empty>
          ) : (
            <div class="queues">
              {found.map((queue) => (
                // Moving within a part of a queue would move it elsewhere in the whole.
                <StationQueue
                  key={queue.station}
                  queue={queue}
                  mayMove={q === ""}
                  onChanged={queues.reload}
                />
              ))}
            </div>
          )
        }
      </Show>
      {isPlanning.value && (
        <NewJobDialog
          how="plan"
          station={station === "" ? null : station}
          onClose={() => {
            isPlanning.value = false;
          }}
          onDone={queues.reload}
        />
      )}
    </section>
  );
}

function StationQueue(props: {
  readonly queue: Queue;
  readonly mayMove: boolean;
  readonly onChanged: () => void;
}) {
  const { queue, mayMove, onChanged } = props;
  const submit = useSubmit();
  const start = (job: Job) =>
    submit.run(async () => {
      await api<Job>("POST", `/api/jobs/${job.id}/start`, { body: {} });
      onChanged();
    });
  return (
    <div class="card station-queue">
      <h3>{queue.station}</h3>
      <QueueList
        jobs={queue.jobs}
        onStart={queue.isFree ? (job) => void start(job) : null}
        mayChange={isOperator.value && mayMove}
        onChanged={onChanged}
      />
      {isOperator.value && (
        <BeginsItself
          station={queue.station}
          isOn={queue.beginsItself}
          submit={submit}
          onChanged={onChanged}
        />
      )}
      {submit.failure.value && (
        <p class="form-error" role="alert">
          {submit.failure.value}
        </p>
      )}
    </div>
  );
}

async function loadQueues(station: string, q: string): Promise<readonly Queue[]> {
  const query = { q, station, status: "planned", limit: plannedMax };
  const [{ items }, stations] = await Promise.all([
    api<Page<Job>>("GET", "/api/jobs", { query }),
    api<Stations>("GET", "/api/stations"),
  ]);
  const ofStation = Map.groupBy(items, (job) => job.station);
  return [...ofStation].map(([name, jobs]) => {
    const here = stations.items.find((each) => each.station === name);
    return {
      station: name,
      jobs: jobs.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0)),
      isFree: here?.active_job === null,
      beginsItself: here?.next_job_begins === "by_itself",
    };
  });
}
