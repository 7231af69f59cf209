import { LRUCache } from "lru-cache";
import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Sql, Transaction } from "../database/types.ts";
import type { Logger } from "../logging/logger.ts";
import { standingAdvice } from "../records/signals/advice-view.ts";
import {
  jobsOfBags,
  type NewJobBag,
  readFirstBags,
  readJobBags,
  readNewBags,
} from "../records/signals/job-bags.ts";
import { type JobTerms, readJobTerms, runningJobs } from "../records/signals/job-terms.ts";
import {
  compareSignals,
  keepAdvice,
  keepSignals,
  lastAdvised,
  type Raised,
  type SignalRows,
} from "../records/signals/kept-signals.ts";
import { signalsById } from "../records/signals/signal-view.ts";
import { firstBagsMax, type WatchedJob, watchJob } from "../records/signals/watched-job.ts";
import type { Clock } from "../runtime/clock.ts";
import { repeat } from "../runtime/repeat.ts";
import type { EventHub } from "./hub.ts";

/** PostgreSQL is read at most so often, however fast bags come. */
const readEveryMs = 250;
/** After a failure; while the database is away nothing is tried. */
const retryMs = 2_000;
/** Ids of one look: of some 5,000 bags recording takes 0.1 s, and this must take less. */
const idsAtOnce = 5_000;
/** How far back a job's bags are read again. */
const readAgainBags = 1_000;
/** Jobs in memory; one that is left out is read again with its next bag. */
const jobsMax = 1_000;
/** Changed bags whose jobs are looked up; where more wait all running jobs are read again. */
const changedMax = 10_000;

export interface SignalWatch {
  /** To be called after a commit that made bags. */
  bagsRecorded(ids: readonly number[]): void;
  /** To be called after a commit that voided or assigned bags. */
  bagsChanged(ids: readonly number[]): void;
  start(): void;
  stop(): Promise<void>;
}

/** Ids, both ends among them. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Watched {
  readonly job: WatchedJob;
  readonly rows: SignalRows;
}

/** What one look changed, to be published after its commit. */
interface Outcome {
  readonly signals: Set<number>;
  isAdvised: boolean;
}

/**
 * Looks for the rules of control charts in the bags of running jobs, and for means that are off their target, after the bags
 * were committed: nothing in the way of a bag waits for it. What it remembers follows from the bags, so where anything is in doubt
 * (a bag is missing, late, void, assigned, or the job's terms changed) it reads the job's last bags again.
 */
export function createSignalWatch(parts: {
  readonly database: Pick<Database, "up" | "run" | "onChange">;
  readonly plant: Pick<Plant, "id">;
  readonly hub: Pick<EventHub, "publish">;
  readonly clock: Clock;
  readonly logger: Logger;
}): SignalWatch {
  const { database, plant, hub, clock, logger } = parts;
  const stopping = new AbortController();
  const watched = new LRUCache<number, Watched>({ max: jobsMax });
  /** Bags to be looked at; a span, because ids of a moment lie side by side. */
  let span: Span | null = null;
  let changed: number[] = [];
  let isAllUnread = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;

  const turns = repeat({
    work: look,
    everyMs: () => (hasFailed ? retryMs : 60_000),
    clock,
    onError(error) {
      hasFailed = true;
      isAllUnread = true;
      logger.warn({ error: String(error) }, "signals could not be looked for; tried again");
    },
  });
  const forget = database.onChange("signals", (up) => {
    isAllUnread = true;
    if (up) turns.wake();
  });

  async function look(): Promise<void> {
    const restMs = lookedAt + readEveryMs - performance.now();
    if (restMs > 0) await clock.sleep(restMs, stopping.signal);
    lookedAt = performance.now();
    while (database.up && !stopping.signal.aborted && (isAllUnread || changed.length > 0 || span !== null)) {
      await lookOnce();
      hasFailed = false;
    }
  }

  async function lookOnce(): Promise<void> {
    const [wasAll, ids, piece] = [isAllUnread, changed, firstPiece(span)];
    isAllUnread = false;
    changed = [];
    if (wasAll) watched.clear();
    const outcome = await database.run((sql) =>
      sql.begin(async (tx) => {
        const found: Outcome = { signals: new Set(), isAdvised: false };
        const jobs = new Set(wasAll ? await runningJobs(tx, plant.id) : []);
        for (const job of await jobsOfBags(tx, plant.id, ids)) jobs.add(job);
        await readAgain(tx, [...jobs], found);
        if (piece !== null) await takeBags(tx, await readNewBags(tx, plant.id, piece), found);
        return found;
      }),
    );
    if (piece !== null) span = behind(span, piece);
    await publish(outcome);
  }

  async function readAgain(tx: Transaction, jobs: readonly number[], outcome: Outcome): Promise<void> {
    for (const terms of await readJobTerms(tx, plant.id, jobs)) {
      await readJob(tx, terms, { from: terms.lastNum, mayRaise: terms.isActive }, outcome);
    }
  }

  async function takeBags(tx: Transaction, bags: readonly NewJobBag[], outcome: Outcome): Promise<void> {
    const byJob = Map.groupBy(bags, ({ job }) => job);
    for (const terms of await readJobTerms(tx, plant.id, [...byJob.keys()])) {
      const own = byJob.get(terms.id) ?? [];
      const known = watched.get(terms.id);
      const isKnown = known !== undefined && known.job.terms.key === terms.key;
      const isWhole = isKnown && own.every((bag) => known.job.take(bag));
      if (known !== undefined) await keep(tx, known, outcome);
      const from = own[0]?.num ?? terms.lastNum;
      if (!isWhole) await readJob(tx, terms, { from, mayRaise: true }, outcome);
      if (!terms.isActive) watched.delete(terms.id);
    }
  }

  /** @param how.from the number up to which its bags were looked at before, as far as is known. */
  async function readJob(
    tx: Transaction,
    terms: JobTerms,
    how: { readonly from: number; readonly mayRaise: boolean },
    outcome: Outcome,
  ): Promise<void> {
    const { id, since, lastNum } = terms;
    const first = await readFirstBags(tx, id, since, firstBagsMax);
    const after = Math.min(how.from, lastNum) - readAgainBags;
    const last = await readJobBags(tx, id, since, { after, through: lastNum });
    const job = watchJob(terms, { first, last, adviceAfter: await lastAdvised(tx, id) });
    const isWhole = (first[0]?.num ?? 0) > after;
    const from = isWhole ? since : new Date(last[0]?.at ?? 0);
    const compared = await compareSignals(tx, job, job.changed(), {
      from,
      mayRaise: how.mayRaise,
      by: raised(),
    });
    for (const each of compared.ids) outcome.signals.add(each);
    const read = { job, rows: compared.rows };
    if (!terms.isActive) return;
    watched.set(id, read);
    await keep(tx, read, outcome);
  }

  async function keep(tx: Transaction, { job, rows }: Watched, outcome: Outcome): Promise<void> {
    const by = raised();
    const signals = job.changed();
    for (const id of await keepSignals(tx, job, signals, rows, by)) outcome.signals.add(id);
    const advice = job.advice();
    if (advice !== null && (await keepAdvice(tx, job, advice, by))) outcome.isAdvised = true;
  }

  function raised(): Raised {
    return { plant: plant.id, at: clock.now() };
  }

  async function publish({ signals, isAdvised }: Outcome): Promise<void> {
    if (signals.size === 0 && !isAdvised) return;
    const read = async (sql: Sql) => ({
      signals: await signalsById(sql, plant.id, [...signals]),
      advice: isAdvised ? await standingAdvice(sql, plant.id) : [],
    });
    const { signals: found, advice } = await database.run(read);
    for (const signal of found) hub.publish({ type: "signal", signal });
    for (const each of advice) hub.publish({ type: "advice", advice: each });
  }

  return {
    bagsRecorded(ids) {
      for (const id of ids) {
        span =
          span === null ? { from: id, to: id } : { from: Math.min(span.from, id), to: Math.max(span.to, id) };
      }
      if (ids.length > 0) turns.wake();
    },
    bagsChanged(ids) {
      if (changed.length + ids.length > changedMax) {
        changed = [];
        isAllUnread = true;
      } else changed.push(...ids);
      turns.wake();
    },
    start: turns.start,
    async stop() {
      forget();
      stopping.abort();
      await turns.stop();
    },
  };
}

/** The ids of one look. */
function firstPiece(span: Span | null): Span | null {
  return span && { from: span.from, to: Math.min(span.to, span.from + idsAtOnce - 1) };
}

/** What is left of a span behind an id; null: nothing. Other ids may have come meanwhile, also lower ones. */
function behind(span: Span | null, { from, to }: Span): Span | null {
  if (span === null || span.from < from) return span;
  return span.to <= to ? null : { from: to + 1, to: span.to };
}
