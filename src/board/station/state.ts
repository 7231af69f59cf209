import { computed, effect, type Signal, signal } from "@preact/signals";
import type { LiveEvent, ReadingEvent } from "../../events/event.ts";
import type { Stations } from "../../http/api/stations.ts";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { JobStatistics } from "../../records/jobs/job-statistics.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import type { RejectedFrame } from "../../records/rejected/rejected-list.ts";
import type { Scale } from "../../records/scales/scale-list.ts";
import { ApiProblem, api, NotReached, type Page } from "../shared/api.ts";
import { serverNow } from "../shared/clock.ts";
import { areBehind } from "../shared/figures.ts";
import { connection, health, onLive, opened } from "../shared/live.ts";
import { areJobsUpstream, session } from "../shared/session.ts";
import { everyWhile } from "./pace.ts";
import { createQualityState, type QualityState } from "./quality-state.ts";
import { createStationChecks, type StationChecks } from "./station-checks.ts";
import {
  isNotTaken,
  type Latest,
  latestOf,
  type NotTaken,
  newestFirst,
  readingVerdict,
  type Verdict,
  verdictOf,
  withBag,
} from "./verdict.ts";

/** What the board knows of its station. Every list has a bound: a board stays open for weeks. */
export interface StationState {
  readonly station: string;
  /** False until the station was read for the first time. */
  readonly isLoaded: Signal<boolean>;
  /** Newest first, `bagsMax` at most, with voided ones. */
  readonly bags: Signal<readonly Bag[]>;
  /** False until it was read whether a job runs here. */
  readonly isJobKnown: Signal<boolean>;
  /** The active job, else the one that was active last. */
  readonly job: Signal<Job | null>;
  /** The job of this station that was completed last, as far as that is known. */
  readonly completed: Signal<Job | null>;
  /** The first one of the queue. */
  readonly next: Signal<Job | null>;
  readonly plannedJobs: Signal<number>;
  /** Of `job`. */
  readonly statistics: Signal<JobStatistics | null>;
  readonly scales: Signal<readonly Scale[]>;
  readonly latest: Signal<Latest>;
  /** The load that is on a scale of this station now; null: none, or its scale does not stream. */
  readonly live: Signal<LiveEvent | null>;
  /** Checks of its scales by weights. */
  readonly checks: StationChecks;
  /** Bags of the last days without a job, newest first, `unassignedMax` at most. */
  readonly unassigned: Signal<readonly Bag[]>;
  /** Signals on the job's bags, and advice to change the filling. */
  readonly quality: QualityState;
  /** There are more of them than `unassigned` holds. */
  readonly hasMoreUnassigned: Signal<boolean>;
  /** The bags without a job of now need none: the notice speaks of later ones. */
  dismissUnassigned(): Promise<void>;
  /** Takes over what an action of this board was answered, before the event comes. */
  noteBag(bag: Bag): void;
  noteJob(job: Job): void;
  /** Called with each verdict when it is first known, provisional ones too, and when its bag was weighed; for the sound. */
  onVerdict(listener: (verdict: Verdict, weighedAt: string) => void): void;
  dispose(): void;
}

const bagsMax = 200;
const unassignedMax = 50;
/** Older ones are handled in the office. */
const unassignedMs = 7 * 86_400_000;
/** Figures are read again at most so often, and at least so often: an estimate ages. */
const figuresEveryMs = { least: 1_000, most: 30_000 };
const againMs = 2_000;
/** An answer older than that is what the appliance knew before its database stopped answering. */
const staleMs = 2_000;

export function createStationState(station: string): StationState {
  const isLoaded = signal(false);
  const isJobKnown = signal(false);
  const isDatabaseUp = computed(() => health.value?.parts.database.state !== "down");
  const bags = signal<readonly Bag[]>([]);
  const job = signal<Job | null>(null);
  const completed = signal<Job | null>(null);
  const next = signal<Job | null>(null);
  const plannedJobs = signal(0);
  const statistics = signal<JobStatistics | null>(null);
  const scales = signal<readonly Scale[]>([]);
  const unassigned = signal<readonly Bag[]>([]);
  const hasMoreUnassigned = signal(false);
  const live = signal<LiveEvent | null>(null);
  const reading = signal<ReadingEvent | null>(null);
  const rejected = signal<NotTaken | null>(null);
  let again: ReturnType<typeof setTimeout> | undefined;
  let isDisposed = false;
  /** Counts updates of this station's job by events and actions. */
  let jobNotes = 0;
  /** Bags without a job that were weighed before it are seen to. */
  let joblessSeenAt = 0;
  let onVerdict: (verdict: Verdict, weighedAt: string) => void = () => undefined;
  /** Every scale, also those of other stations: to tell whose a print is that was not taken. */
  let known: readonly Scale[] = [];

  const pace = everyWhile(figuresEveryMs, readFigures);
  const checks = createStationChecks(station);
  const latest = computed(() => latestOf(bags.value[0], reading.value, rejected.value, checks.current.value));
  const quality = createQualityState(station, { job, bags });

  function noteBag(bag: Bag): void {
    if (bag.station !== station) return;
    bags.value = withBag(bags.value, bag, bagsMax);
    if (reading.value?.uid === bag.uid) reading.value = null;
    noteUnassigned(bag);
    pace.soon();
  }

  /** The count of bags without a job follows the bags on the screen at once, not with the next read. */
  function noteUnassigned(bag: Bag): void {
    const others = unassigned.value.filter(({ id }) => id !== bag.id);
    const isWaiting =
      bag.job_id === null &&
      bag.voided_at === null &&
      Date.parse(bag.weighed_at) >= joblessSeenAt &&
      !areJobsUpstream.value;
    if (isWaiting && others.length >= unassignedMax) hasMoreUnassigned.value = true;
    else unassigned.value = isWaiting ? withBag(others, bag, unassignedMax) : others;
  }

  function noteJob(changed: Job): void {
    if (changed.station !== station || changed.status === "planned") return;
    jobNotes++;
    const shown = job.value;
    if (changed.status === "completed" && isLater(changed, completed.value)) completed.value = changed;
    // An older job can still change when a bag is assigned to it; it does not come back for that.
    if (shown !== null && shown.id !== changed.id && changed.status !== "active") return;
    if (shown?.id !== changed.id) statistics.value = null;
    job.value = changed;
    isJobKnown.value = true;
    pace.soon();
  }

  function noteRejected(frame: RejectedFrame): void {
    if (!isNotTaken(frame) || !isOfStation(frame)) return;
    if (rejected.value === null || rejected.value.received_at <= frame.received_at) rejected.value = frame;
  }

  /** A frame without a scale id belongs to the scale at its address; without one, to the station of unknown scales. */
  function isOfStation(frame: RejectedFrame): boolean {
    const senders = known.filter(({ id, remote_address }) =>
      frame.scale === null ? remote_address === frame.remote_address : id === frame.scale,
    );
    if (senders.length === 0) return session.value?.default_station === station;
    return senders.some((scale) => scale.station === station);
  }

  async function readScales(): Promise<void> {
    const { items } = await api<{ readonly items: readonly Scale[] }>("GET", "/api/scales");
    known = items;
    scales.value = items.filter(
      (scale) => scale.station === station && scale.enabled && scale.alias_of === null,
    );
  }

  /** Also answered while the database is not reachable, as last known: for the first read. */
  async function readStation(): Promise<void> {
    const notesBefore = jobNotes;
    const askedAt = serverNow();
    const { items, as_of } = await api<Stations>("GET", "/api/stations");
    if (as_of === null) return;
    // What was known before the database stopped answering does not take the place of what events have said since.
    const isStale = Date.parse(as_of) < askedAt - staleMs;
    if (isJobKnown.value && isStale && isDatabaseUp.value) throw new NotReached("nothing new was said");
    if (isJobKnown.value && !isDatabaseUp.value) return;
    const found = items.find((each) => each.station === station);
    joblessSeenAt = Date.parse(found?.jobless_seen_at ?? "") || 0;
    // Updates that came meanwhile are at least as new.
    if (jobNotes === notesBefore) {
      const shown = found?.active_job ?? found?.last_job ?? null;
      if (shown?.id !== job.value?.id) statistics.value = null;
      job.value = shown;
      completed.value = found?.last_job?.status === "completed" ? found.last_job : null;
      isJobKnown.value = true;
    }
    next.value = found?.next_job ?? null;
    plannedJobs.value = found?.planned_jobs ?? 0;
    if (found?.last_bag && bags.value.length === 0) bags.value = [found.last_bag];
    pace.soon();
    if (isDatabaseUp.value && isStale) throw new NotReached("nothing new was said");
  }

  async function readBags(): Promise<void> {
    const { items } = await api<Page<Bag>>("GET", "/api/bags", { query: { station, limit: bagsMax } });
    // Events that came meanwhile are at least as new.
    const seen = new Map(items.map((bag) => [bag.id, bag]));
    for (const bag of bags.value) if (!seen.has(bag.id)) seen.set(bag.id, bag);
    bags.value = [...seen.values()].sort(newestFirst).slice(0, bagsMax);
    if (bags.value.some(({ uid }) => uid === reading.value?.uid)) reading.value = null;
  }

  async function readRejected(): Promise<void> {
    const { items } = await api<Page<RejectedFrame>>("GET", "/api/rejected", { query: { limit: 20 } });
    for (const frame of [...items].reverse()) noteRejected(frame);
  }

  async function readFigures(): Promise<void> {
    const id = job.value?.id;
    const [withoutJob, figures] = await Promise.all([
      api<Page<Bag>>("GET", "/api/bags", {
        query: {
          station,
          verdict: "no_job",
          voided: false,
          from: new Date(Math.max(serverNow() - unassignedMs, joblessSeenAt)).toISOString(),
          limit: unassignedMax,
        },
      }),
      id === undefined ? null : api<JobStatistics>("GET", `/api/jobs/${id}/statistics`),
    ]);
    // Where the web application keeps the jobs, no bag has one here.
    unassigned.value = areJobsUpstream.value ? [] : withoutJob.items;
    hasMoreUnassigned.value = !areJobsUpstream.value && withoutJob.next !== null;
    if (figures !== null && figures.job_id !== job.value?.id) return;
    statistics.value = figures;
    if (figures !== null && job.value !== null && areBehind(figures, job.value)) pace.soon();
  }

  /**
   * What needs the database follows when it is back. A request that was not answered, as one on a connection that died
   * before, is made again.
   */
  async function readAll(): Promise<void> {
    clearTimeout(again);
    checks.readAgain();
    const results = await Promise.allSettled([
      readScales().then(readRejected),
      readStation(),
      readBags(),
      quality.read(),
    ]);
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    for (const failure of failures) ignoreExpected(failure);
    isLoaded.value = true;
    if (!isDisposed && failures.some((failure) => failure instanceof NotReached)) {
      again = setTimeout(() => void readAll(), againMs);
    }
  }

  const forgets = [
    onLive("bag", "station", (bag) => {
      if (bag.station !== station) return;
      const known = bags.value.find(({ id }) => id === bag.id);
      const wasJudged = known === undefined ? reading.value?.uid === bag.uid : verdictOf(known) !== "asked";
      noteBag(bag);
      if (!wasJudged) onVerdict(verdictOf(bag), bag.weighed_at);
    }),
    onLive("job", "station", noteJob),
    onLive("queue", "station", (queue) => {
      if (queue.station === station) void readStation().catch(ignoreExpected);
    }),
    onLive("rejected", "station", noteRejected),
    onLive("reading", "station", (next) => {
      if (next.station !== station) return;
      reading.value = next;
      onVerdict(readingVerdict(next, job.value), next.weighed_at);
    }),
    onLive("live", "station", (next) => {
      if (next.station !== station) return;
      const isOn = next.state !== "empty" && next.weight !== null;
      // Of several scales the one that is loaded is shown until its load leaves.
      if (isOn && (live.value === null || live.value.scale === next.scale)) live.value = next;
      else if (!isOn && live.value?.scale === next.scale) live.value = null;
    }),
    // After a lost line it says nothing of now.
    effect(() => {
      if (connection.value !== "live") live.value = null;
    }),
    onLive("scale", "station", (next) => {
      if (scales.value.some(({ id }) => id === next.id)) {
        scales.value = scales.value.map((scale) => (scale.id === next.id ? { ...scale, ...next } : scale));
      } else if (next.station === station) {
        void readScales().catch(ignoreExpected);
      }
    }),
    // The connection was re-established, or the database became reachable or not: events may have been missed.
    effect(() => {
      if (opened.value > 0 && isDatabaseUp.value !== null) void readAll();
    }),
    quality.dispose,
    pace.stop,
    checks.dispose,
  ];

  async function dismissUnassigned(): Promise<void> {
    const { jobless_seen_at: at } = await api<{ readonly jobless_seen_at: string }>(
      "POST",
      `/api/stations/${encodeURIComponent(station)}/jobless-seen`,
      { body: {} },
    );
    joblessSeenAt = Date.parse(at);
    unassigned.value = unassigned.value.filter((bag) => Date.parse(bag.weighed_at) >= joblessSeenAt);
    hasMoreUnassigned.value = false;
  }

  return {
    station,
    isLoaded,
    isJobKnown,
    bags,
    job,
    completed,
    next,
    plannedJobs,
    statistics,
    scales,
    latest,
    live,
    checks,
    unassigned,
    hasMoreUnassigned,
    quality,
    dismissUnassigned,
    noteBag,
    noteJob,
    onVerdict(listener) {
      onVerdict = listener;
    },
    dispose() {
      isDisposed = true;
      clearTimeout(again);
      for (const forget of forgets) forget();
    },
  };
}

function isLater(job: Job, other: Job | null): boolean {
  return other === null || (job.ended_at ?? "") >= (other.ended_at ?? "");
}

function ignoreExpected(error: unknown): void {
  if (!(error instanceof ApiProblem || error instanceof NotReached)) throw error;
}
