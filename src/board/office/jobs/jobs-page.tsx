import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Job } from "../../../records/jobs/job-view.ts";
import { api, type Page } from "../../shared/api.ts";
import { Layout } from "../../shared/layout.tsx";
import { query, setQuery } from "../../shared/router.ts";
import { t } from "../../shared/texts.ts";
import { Choice, StationChoice } from "../choice.tsx";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { type JobFilter, type JobList, readJobFilter, takeJob } from "./job-list.ts";
import { PastJobs, RunningJobs } from "./job-tables.tsx";
import { PlannedJobs } from "./planned-jobs.tsx";
import { say } from "./texts.ts";

const pageSize = 50;

/** Running and past jobs; the filters are in the address. */
export function JobsPage() {
  const filter = readJobFilter(query.value);
  const jobs = useLoaded(JSON.stringify(filter), () => loadJobs(filter));
  useLive("job", (job) => {
    if (jobs.value.value !== null) jobs.value.value = takeJob(jobs.value.value, job, filter);
  });

  return (
    <Layout name={t("jobs")} title={<h1>{t("jobs")}</h1>}>
      <main class="page office" id="content">
        <Filters filter={filter} />
        <Show of={jobs}>{(list) => <Lists list={list} filter={filter} onMore={() => more(list)} />}</Show>
      </main>
    </Layout>
  );

  async function more(list: JobList): Promise<void> {
    const page = await loadPast(filter, list.next).catch(() => null);
    const now = jobs.value.value;
    if (page === null || now === null) return jobs.reload();
    const known = new Set(now.past.map(({ id }) => id));
    jobs.value.value = {
      ...now,
      past: [...now.past, ...page.past.filter(({ id }) => !known.has(id))],
      next: page.next,
    };
  }
}

function Lists(props: {
  readonly list: JobList;
  readonly filter: JobFilter;
  readonly onMore: () => Promise<void>;
}) {
  const { list, filter, onMore } = props;
  const { q, station, status } = filter;
  const isFiltered = q !== "" || station !== "";
  return (
    <>
      {(status === "" || status === "active") && (
        <section aria-labelledby="running">
          <h2 id="running">{say("running")}</h2>
          {list.running.length > 0 ? (
            <RunningJobs jobs={list.running} />
          ) : (
            <Empty>{say(isFiltered ? "noneFound" : "noneRunning")}</Empty>
          )}
        </section>
      )}
      {(status === "" || status === "planned") && <PlannedJobs station={station} q={q} />}
      {status !== "active" && status !== "planned" && (
        <section aria-labelledby="past">
          <h2 id="past">{say("past")}</h2>
          {list.past.length > 0 ? (
            <PastJobs jobs={list.past} />
          ) : (
            <Empty>{say(isFiltered ? "noneFound" : "nonePast")}</Empty>
          )}
          {list.next !== null && (
            <button type="button" class="button" onClick={() => void onMore()}>
              {word("more")}
            </button>
          )}
        </section>
      )}
    </>
  );
}

/** Typing is over when nothing was typed for so long. */
const typingMs = 300;

function Filters(props: { readonly filter: JobFilter }) {
  const { q, station, status } = props.filter;
  const typed = useSignal(q);
  useEffect(() => {
    if (typed.value === q) return;
    const timer = setTimeout(() => setQuery({ q: typed.value.trim() }), typingMs);
    return () => clearTimeout(timer);
  }, [typed.value, q]);
  return (
    <search class="filters">
      <label class="choice choice-wide">
        <span>{say("search")}</span>
        <input
          type="search"
          name="q"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      </label>
      <StationChoice value={station} onChange={(chosen) => setQuery({ station: chosen })} />
      <Choice
        label={word("status")}
        name="status"
        value={status}
        onChange={(chosen) => setQuery({ status: chosen })}
        options={[
          { value: "", text: word("all") },
          { value: "active", text: word("active") },
          { value: "planned", text: word("planned") },
          { value: "completed", text: word("completed") },
          { value: "cancelled", text: word("cancelled") },
        ]}
      />
    </search>
  );
}

async function loadJobs(filter: JobFilter): Promise<JobList> {
  const { q, station, status } = filter;
  const running =
    status === "" || status === "active"
      ? api<Page<Job>>("GET", "/api/jobs", { query: { q, station, status: "active", limit: 500 } })
      : { items: [] };
  const past =
    status === "active" || status === "planned" ? { past: [], next: null } : loadPast(filter, null);
  const [{ items }, rest] = await Promise.all([running, past]);
  return { running: items, ...rest };
}

/** Running and planned jobs stand among the others in the API's list; here they have places of their own. */
async function loadPast(
  { q, station, status }: JobFilter,
  cursor: string | null,
): Promise<Pick<JobList, "past" | "next">> {
  for (let from = cursor; ; ) {
    const { items, next } = await api<Page<Job>>("GET", "/api/jobs", {
      query: { q, station, status, cursor: from, limit: pageSize },
    });
    const past = items.filter((job) => job.status !== "active" && job.status !== "planned");
    // Many planned ones may fill the first pages.
    if (past.length > 0 || next === null) return { past, next };
    from = next;
  }
}
