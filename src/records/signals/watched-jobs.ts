import { LRUCache } from "lru-cache";
import type { Transaction } from "../../database/types.ts";
import { type JobBag, type NewJobBag, readFirstBags, readJobBags } from "./job-bags.ts";
import { type JobTerms, readJobTerms } from "./job-terms.ts";
import {
  compareSignals,
  keepAdvice,
  keepSignals,
  lastAdvised,
  type Raised,
  type SignalRows,
} from "./kept-signals.ts";
import { firstBagsMax, type WatchedJob, watchJob } from "./watched-job.ts";

/** How far back a job's bags are read again. */
const readAgainBags = 1_000;
/** Jobs in memory; one that is left out is read again with its next bag. */
const jobsMax = 1_000;

/** What a look at some bags changed. */
export interface Outcome {
  /** Ids. */
  readonly signals: Set<number>;
  isAdvised: boolean;
}

/**
 * The running jobs of a plant with what their signals need, in memory. It follows from the bags: whoever is in doubt (a
 * transaction failed, say) forgets it, and the jobs are read again.
 */
export interface WatchedJobs {
  forget(): void;
  /** Reads a job's bags again, and compares what they say with what is kept. Of one that has ended nothing new is raised. */
  readAgain(tx: Transaction, job: number, by: Raised): Promise<Outcome>;
  /** Takes bags that were recorded, by job in the order of their numbers; those that it has had are passed over. */
  take(tx: Transaction, bags: readonly NewJobBag[], by: Raised): Promise<Outcome>;
}

interface Watched {
  readonly job: WatchedJob;
  readonly rows: SignalRows;
}

export function createWatchedJobs(): WatchedJobs {
  const watched = new LRUCache<number, Watched>({ max: jobsMax });

  async function takeOf(
    tx: Transaction,
    terms: JobTerms,
    bags: readonly NewJobBag[],
    by: Raised,
    outcome: Outcome,
  ): Promise<void> {
    const known = watched.get(terms.id);
    const isKnown = known !== undefined && known.job.terms.key === terms.key;
    const isWhole = isKnown && bags.every((bag) => known.job.take(bag));
    if (known !== undefined) await keep(tx, known, by, outcome);
    const seen = bags[0]?.num ?? terms.lastNum;
    if (!isWhole) await readJob(tx, terms, { seen, mayRaise: true }, by, outcome);
    if (!terms.isActive) watched.delete(terms.id);
  }

  /** @param how.seen the number up to which its bags were looked at before, as far as is known. */
  async function readJob(
    tx: Transaction,
    terms: JobTerms,
    how: { readonly seen: number; readonly mayRaise: boolean },
    by: Raised,
    outcome: Outcome,
  ): Promise<void> {
    const { id, since, lastNum } = terms;
    const first = await readFirstBags(tx, id, since, firstBagsMax);
    const wanted = Math.max(0, Math.min(how.seen, lastNum) - readAgainBags);
    // Where nothing that counts lies before it, it is the whole job.
    const after = (first[0]?.num ?? lastNum) > wanted ? 0 : wanted;
    const read = await readJobBags(tx, id, since, { after, through: lastNum });
    const from = after === 0 ? since : beginOf(read);
    const last = from === null ? read : read.filter(({ at }) => at >= from.getTime());
    const job = watchJob(terms, { first, last, adviceAfter: await lastAdvised(tx, id) });
    const { mayRaise } = how;
    const compared = await compareSignals(tx, job, job.changed(), { from, after, mayRaise, by });
    for (const each of compared.ids) outcome.signals.add(each);
    if (!terms.isActive) return;
    const now = { job, rows: compared.rows };
    watched.set(id, now);
    await keep(tx, now, by, outcome);
  }

  async function keep(tx: Transaction, { job, rows }: Watched, by: Raised, outcome: Outcome): Promise<void> {
    for (const id of await keepSignals(tx, job, job.changed(), rows, by)) outcome.signals.add(id);
    const advice = job.advice();
    if (advice !== null && (await keepAdvice(tx, job, advice, by))) outcome.isAdvised = true;
  }

  return {
    forget: () => watched.clear(),
    async readAgain(tx, job, by) {
      const outcome = noOutcome();
      for (const terms of await readJobTerms(tx, by.plant, [job])) {
        await readJob(tx, terms, { seen: terms.lastNum, mayRaise: terms.isActive }, by, outcome);
      }
      return outcome;
    },
    async take(tx, bags, by) {
      const outcome = noOutcome();
      const byJob = Map.groupBy(bags, ({ job }) => job);
      for (const terms of await readJobTerms(tx, by.plant, [...byJob.keys()])) {
        await takeOf(tx, terms, byJob.get(terms.id) ?? [], by, outcome);
      }
      return outcome;
    },
  };
}

/** Bags that were assigned or came late may be the first by their numbers; so many of them in a row there are hardly ever. */
const lateMax = 20;

/**
 * From when on all bags of a job were read, that were read by their numbers. What was weighed earlier stands between bags that were not
 * read.
 */
function beginOf(bags: readonly JobBag[]): Date {
  const lowest = [...bags].sort((a, b) => a.num - b.num).slice(0, lateMax);
  return new Date(Math.max(0, ...lowest.map(({ at }) => at)));
}

function noOutcome(): Outcome {
  return { signals: new Set(), isAdvised: false };
}
