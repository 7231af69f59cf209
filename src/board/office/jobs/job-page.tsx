import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Bag } from "../../../records/bags/bag-view.ts";
import type { ChainHead } from "../../../records/chain/head.ts";
import type { JobHistory } from "../../../records/jobs/job-history.ts";
import type { JobStatistics } from "../../../records/jobs/job-statistics.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import type { Release } from "../../../records/releases/releases.ts";
import { idMax } from "../../../weighing/ids.ts";
import { ApiProblem, api, type Page } from "../../shared/api.ts";
import { areBehind } from "../../shared/figures.ts";
import { Layout } from "../../shared/layout.tsx";
import { jobUnit } from "../../shared/settings.ts";
import { readId } from "../bags/bag-filter.ts";
import { BagsOfJob } from "../bags/bag-list.tsx";
import { type BagsToPrint, loadBagsToPrint, PrintedBags } from "../bags/printed-bags.tsx";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { loadChainHead, PrintedHead } from "../printed-head.tsx";
import { useSoon } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { JobHead } from "./job-head.tsx";
import { History } from "./job-history.tsx";
import { JobReport } from "./job-report.tsx";
import { Releases } from "./releases.tsx";
import { say } from "./texts.ts";

/** On a fast station the database must not compute a job's figures for each bag. */
const sumUpEveryMs = 2_000;
const bagsInChart = 200;

interface Report {
  readonly job: Job;
  readonly statistics: JobStatistics;
  readonly history: JobHistory;
  /** The last ones that count, for the chart. */
  readonly bags: readonly Bag[];
  /** Newest first. */
  readonly releases: readonly Release[];
  readonly head: ChainHead;
}

/** One job: how it went, and its bags. While it runs the report follows the bags. */
export function JobPage(props: { readonly id: string }) {
  const id = readId(props.id, idMax);
  return (
    <Layout name={say("job", { id: props.id })} title={<h1>{say("job", { id: props.id })}</h1>}>
      <main class="page office report" id="content">
        {id === null ? <Missing id={props.id} /> : <Loading id={id} />}
      </main>
    </Layout>
  );
}

function Loading(props: { readonly id: number }) {
  const { id } = props;
  const report = useLoaded<Report | "missing">(String(id), () => loadReport(id));
  const toPrint = useSignal<BagsToPrint | null>(null);
  const sumUp = useSoon(report.reload, sumUpEveryMs);
  useSignalEffect(() => {
    const shown = report.value.value;
    if (shown !== null && shown !== "missing" && areBehind(shown.statistics, shown.job)) sumUp();
  });
  useSignalEffect(() => {
    const shown = report.value.value;
    jobUnit.value = shown === null || shown === "missing" ? null : shown.job.unit;
  });
  useEffect(
    () => () => {
      jobUnit.value = null;
    },
    [],
  );
  useLive("bag", (bag: Bag) => {
    if (bag.job_id === id) sumUp();
  });
  useLive("job", (job) => {
    if (job.id === id) changed(job);
  });

  function changed(job: Job): void {
    const shown = report.value.value;
    if (shown !== null && shown !== "missing") report.value.value = { ...shown, job };
    sumUp();
  }

  /** On paper there are no pages to turn: all bags go there. Where they cannot be had, those on the screen. */
  async function onPrint(): Promise<void> {
    toPrint.value = await loadBagsToPrint(id).catch(() => null);
    // Rendered before the browser lays out the page for printing.
    requestAnimationFrame(() => {
      print();
      toPrint.value = null;
    });
  }

  return (
    <Show of={report}>
      {(shown) =>
        shown === "missing" ? (
          <Missing id={id} />
        ) : (
          <>
            <JobHead job={shown.job} onChanged={changed} onPrint={onPrint} />
            <JobReport job={shown.job} statistics={shown.statistics} bags={shown.bags} />
            {shown.job.ended_at !== null && (
              <Releases job={shown.job} releases={shown.releases} onReleased={report.reload} />
            )}
            <History history={shown.history} />
            <section aria-labelledby="bags-of-job" class="report-bags">
              <h2 id="bags-of-job">{say("bagsOfJob")}</h2>
              <div class={toPrint.value === null ? "" : "no-print"}>
                <BagsOfJob job={id} />
              </div>
              {toPrint.value !== null && <PrintedBags {...toPrint.value} />}
            </section>
            <PrintedHead {...shown.head} />
          </>
        )
      }
    </Show>
  );
}

function Missing(props: { readonly id: number | string }) {
  return (
    <Empty>
      <p>{say("missing", { id: props.id })}</p>
      <a class="button" href="/jobs">
        {say("jobs")}
      </a>
    </Empty>
  );
}

async function loadReport(id: number): Promise<Report | "missing"> {
  try {
    const chartQuery = { job_id: id, voided: false, limit: bagsInChart };
    const head = await loadChainHead();
    const [job, history, statistics, bags, releases] = await Promise.all([
      api<Job>("GET", `/api/jobs/${id}`),
      api<JobHistory>("GET", `/api/jobs/${id}/history`),
      api<JobStatistics>("GET", `/api/jobs/${id}/statistics`),
      api<Page<Bag>>("GET", "/api/bags", { query: chartQuery }),
      api<Page<Release>>("GET", `/api/jobs/${id}/releases`),
    ]);
    return { job, statistics, history, bags: bags.items, releases: releases.items, head };
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return "missing";
    throw error;
  }
}
