import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import { createBagRanges, isBeyondRanges } from "./bag-ranges.ts";
import { observeAges } from "./frame-ages.ts";
import { type LastLook, reconcile } from "./reconcile.ts";
import { type RecordedBatch, recordJournaled } from "./record.ts";
import { createRecordedAgain } from "./recorded-again.ts";
import { uidsRecordedElsewhere } from "./recorded-elsewhere.ts";
import { isRefusal, type RefusedEntry } from "./refusal.ts";
import { lookAgain, raiseWatermark } from "./watermark.ts";

/** Entries of one transaction: enough to keep Postgres busy, small enough to keep memory and latency low. */
const batchLimit = 5_000;
/** Batches on their way: one that Postgres works on, and one that waits there, so that it never waits for us. */
const sentMax = 2;
const backoffMs = { first: 100, most: 5_000 };

export interface Recorder {
  start(): void;
  /** Rejects where it ended without being stopped, which nothing that we know of leads to. */
  readonly done: Promise<void>;
  /**
   * Records what is in the journal for at most `drainMs`, then stops; the rest waits for the next start. Calling it again
   * waits for the first.
   */
  stop(drainMs: number): Promise<void>;
}

interface Batch {
  readonly entries: readonly RefusedEntry[];
  /** The number before them: of a journal that was damaged, not always the one before the first. */
  readonly after: number;
  /** They come after higher numbers were recorded. */
  readonly late?: boolean;
}

/** A batch on its way to Postgres. */
interface Sent extends Batch {
  readonly answer: Promise<Answer>;
}

/** Null: not recorded, with an error or because it did not begin behind what Postgres has. */
type Answer =
  | { readonly batch: RecordedBatch; readonly tookMs: number }
  | { readonly batch: null; readonly error?: unknown };

/**
 * Moves entries from the journal to Postgres, in order, for ever.
 *
 * @param parts.destinations ids of those that each bag is delivered to.
 * @param parts.onRecorded is told of every batch after its commit.
 * @param parts.lookEveryMs how often Postgres is asked whether it still has what it had, also while nothing is weighed.
 */
export function createRecorder(parts: {
  journal: Journal;
  database: Database;
  plant: Plant;
  destinations: readonly number[];
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  onRecorded: (batch: RecordedBatch) => void;
  lookEveryMs?: number;
}): Recorder {
  const {
    journal,
    database,
    plant,
    destinations,
    clock,
    logger,
    metrics,
    onRecorded,
    lookEveryMs = 5_000,
  } = parts;
  const stopping = new AbortController();
  const ended = Promise.withResolvers<void>();
  let running: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let wake: () => void = () => undefined;
  let drainUntil = Number.POSITIVE_INFINITY;
  let answeredAt = 0;
  /** Postgres and the journal agree on how far it is recorded. */
  let hasMet = false;
  let lastLook: LastLook | null = null;
  /** Bags that came from another journal, which Postgres has under its numbers. */
  let elsewhere: ReadonlySet<string> = new Set();

  const again = createRecordedAgain({ journal, database, plant, clock, logger });
  const ranges = createBagRanges({ database, clock, logger });

  journal.onDurable("recorder", () => wake());
  database.onChange("recorder", (up) => {
    if (!up) hasMet = false;
    wake();
  });

  /** Resolves at the next commit of the journal, change of the database, or stop. */
  function somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  function done(): boolean {
    if (!stopping.signal.aborted) return false;
    return journal.entries === 0 || !database.up || clock.now() >= drainUntil;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!done()) {
      if (!database.up) {
        await somethingNew();
        continue;
      }
      try {
        if (!hasMet) await meet();
        await ranges.keep();
        await recordWaiting();
        await passOverLost();
        await again.sayWhenDone();
        failures = 0;
        if (isLookDue()) await look();
        else if (journal.entries === 0 && !done()) await untilNewOrLook();
      } catch (error) {
        failures++;
        const waitMs = Math.min(backoffMs.most, backoffMs.first * 2 ** (failures - 1));
        logger.warn(
          { error: String(error), pending: journal.entries, waitMs },
          "recording failed, trying again",
        );
        await clock.sleep(waitMs, stopping.signal);
      }
    }
  }

  async function meet(): Promise<void> {
    elsewhere = await uidsRecordedElsewhere(journal, database);
    lastLook = await reconcile({
      journal,
      database,
      plant,
      logger,
      now: clock.now,
      last: lastLook,
      recordLate: (late) => record(late, true),
    });
    hasMet = true;
  }

  function isLookDue(): boolean {
    return hasMet && lastLook !== null && Math.abs(clock.now() - lastLook.at) >= lookEveryMs;
  }

  async function untilNewOrLook(): Promise<void> {
    await withTimeLimit(somethingNew(), lookEveryMs, () => undefined, clock);
  }

  /** Sees also a Postgres that was exchanged behind its address while nothing was recorded. */
  async function look(): Promise<void> {
    if (lastLook === null) return;
    const { wrote } = lastLook;
    const through = journal.recordedThrough;
    const now = await database.run((sql) => lookAgain(sql, journal.id, through, wrote));
    if (now === null) {
      hasMet = false;
      return;
    }
    lastLook = { wrote: now, at: clock.now() };
    journal.markRecorded(through);
  }

  /** Records until nothing waits. While Postgres works on one batch, the next is read and sent, and waits there. */
  async function recordWaiting(): Promise<void> {
    const sent: Sent[] = [];
    try {
      for (;;) {
        while (sent.length < sentMax && hasMet && !done()) {
          const next = readBehind(sent.at(-1));
          if (next.entries.length === 0) break;
          sent.push(send(next));
        }
        const [first] = sent;
        if (first === undefined) return;
        const answer = await (sent.length < sentMax
          ? Promise.race([first.answer, somethingNew()])
          : first.answer);
        if (answer === undefined) continue;
        sent.shift();
        if (answer.batch === null) await untilAnswered(sent);
        await take(first, answer);
      }
    } finally {
      await untilAnswered(sent);
    }
  }

  /** Of a damaged journal the last numbers may have no entry: nobody must wait for them. */
  async function passOverLost(): Promise<void> {
    const { recordedThrough, lastSeq } = journal;
    if (!hasMet || lastSeq === recordedThrough || journal.read(recordedThrough, 1).length > 0) return;
    await database.run((sql) => raiseWatermark(sql, journal.id, recordedThrough, lastSeq));
    journal.markRecorded(lastSeq);
  }

  function readBehind(last: Batch | undefined): Batch {
    const after = last?.entries.at(-1)?.seq ?? journal.recordedThrough;
    const entries = journal.lastSeq > after ? journal.read(after, batchLimit) : [];
    // What Postgres has had before and what is new are not mixed.
    const hadBefore = entries.filter(({ seq }) => seq <= journal.everRecorded);
    return { after, entries: hadBefore.length > 0 ? hadBefore : entries };
  }

  /** What was sent behind a batch that was not recorded changes nothing, and is sent again. */
  async function untilAnswered(sent: Sent[]): Promise<void> {
    await Promise.all(sent.splice(0).map(({ answer }) => answer));
  }

  async function record(entries: readonly RefusedEntry[], late = false): Promise<void> {
    const sent = send({ entries, after: journal.recordedThrough, late });
    await take(sent, await sent.answer);
  }

  /** A bag that Postgres has from another journal becomes no second one: it is kept among the rejected frames. */
  function withoutKnown(entries: readonly RefusedEntry[]): readonly RefusedEntry[] {
    if (elsewhere.size === 0) return entries;
    return entries.map((entry) =>
      entry.kind === "weighed" && elsewhere.has(entry.uid)
        ? { ...entry, refusal: "recorded before, as a bag of another journal" }
        : entry,
    );
  }

  function send(given: Batch): Sent {
    const { after, late = false } = given;
    const entries = withoutKnown(given.entries);
    const sentAt = performance.now();
    const answer = database
      .runInOrder((sql) => recordJournaled(sql, journal.id, entries, destinations, { after, late }))
      .then(
        (recorded): Answer => {
          const now = performance.now();
          const began = Math.max(sentAt, answeredAt);
          answeredAt = now;
          return { batch: recorded, tookMs: now - began };
        },
        (error: unknown): Answer => ({ batch: null, error }),
      );
    return { ...given, entries, answer };
  }

  async function take({ entries, late = false }: Sent, answer: Answer): Promise<void> {
    if (answer.batch !== null) {
      committed(entries, answer.batch, answer.tookMs, late);
    } else if (!("error" in answer)) {
      hasMet = false;
      throw new Error("Postgres does not stand where this journal does (is there a copy of it at work?)");
    } else if (isBeyondRanges(answer.error)) {
      await ranges.make();
      throw answer.error;
    } else if (isRefusal(answer.error)) {
      await isolate(entries, late, String(answer.error));
    } else {
      throw answer.error;
    }
  }

  /** Halves a refused batch until the one record that Postgres dislikes is found; the rest is recorded. */
  async function isolate(entries: readonly RefusedEntry[], late: boolean, refusal: string): Promise<void> {
    const [entry] = entries;
    if (entry === undefined) return;
    if (entry.refusal !== undefined) throw new Error(`refused also as a rejected frame: ${refusal}`);
    if (entries.length === 1) {
      logger.error(
        { seq: entry.seq, raw: entry.raw, refusal },
        "Postgres refused a record: kept as rejected frame",
      );
      await record([{ ...entry, refusal }], late);
      metrics.framesRejected.inc({ reason: "refused" });
      return;
    }
    const middle = Math.ceil(entries.length / 2);
    await record(entries.slice(0, middle), late);
    await record(entries.slice(middle), late);
  }

  function committed(
    entries: readonly RefusedEntry[],
    batch: RecordedBatch,
    tookMs: number,
    late: boolean,
  ): void {
    const last = entries.at(-1);
    const isAgain = !late && last !== undefined && last.seq <= journal.everRecorded;
    if (last !== undefined) journal.markRecorded(last.seq);
    metrics.recordDuration.observe(tookMs / 1000);
    const now = clock.now();
    if (lastLook !== null) lastLook = { ...lastLook, at: now };
    if (isAgain) {
      again.count(batch, entries);
      onRecorded({ ...batch, isAgain });
      return;
    }
    observeAges(metrics, entries, now);
    onRecorded(batch);
  }

  async function stop(drainMs: number): Promise<void> {
    drainUntil = clock.now() + drainMs;
    stopping.abort();
    wake();
    await running;
  }

  return {
    start() {
      running ??= run().then(ended.resolve, ended.reject);
    },
    done: ended.promise,
    stop: (drainMs) => (stopped ??= stop(drainMs)),
  };
}
