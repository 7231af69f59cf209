import type { Clock } from "../clock.ts";
import { type Database, isConnectionLoss, sqlState } from "../database/database.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { meetPostgres } from "./meet-postgres.ts";
import { type RecordedBatch, type RefusedEntry, recordJournaled } from "./record.ts";

/** Entries of one transaction: enough to keep Postgres busy, small enough to keep memory and latency low. */
const batchLimit = 5_000;
/** Batches on their way: one that Postgres works on, and one that waits there, so that it never waits for us. */
const sentMax = 2;
const backoffMs = { first: 100, most: 5_000 };

export interface Recorder {
  start(): void;
  /** Records what is in the journal for at most `drainMs`, then stops; the rest waits for the next start. */
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
 * @param parts.onRecorded is told of every batch after its commit.
 */
export function createRecorder(parts: {
  journal: Journal;
  database: Database;
  forward: boolean;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  onRecorded: (batch: RecordedBatch) => void;
}): Recorder {
  const { journal, database, forward, clock, logger, metrics, onRecorded } = parts;
  const stopping = new AbortController();
  let running = Promise.resolve();
  let wake: () => void = () => undefined;
  let drainUntil = Number.POSITIVE_INFINITY;
  let answeredAt = 0;
  /** Postgres and the journal agree on how far it is recorded. */
  let hasMet = false;

  journal.onDurable(() => wake());
  database.onChange((up) => {
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
      if (!database.up || (hasMet && journal.entries === 0)) {
        await somethingNew();
        continue;
      }
      try {
        if (!hasMet) await meetPostgres(journal, database, logger, (late) => record(late, true));
        hasMet = true;
        await recordWaiting();
        failures = 0;
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

  function readBehind(last: Batch | undefined): Batch {
    const after = last?.entries.at(-1)?.seq ?? journal.recordedThrough;
    return { after, entries: journal.lastSeq > after ? journal.read(after, batchLimit) : [] };
  }

  /** What was sent behind a batch that was not recorded changes nothing, and is sent again. */
  async function untilAnswered(sent: Sent[]): Promise<void> {
    await Promise.all(sent.splice(0).map(({ answer }) => answer));
  }

  async function record(entries: readonly RefusedEntry[], late = false): Promise<void> {
    const sent = send({ entries, after: journal.recordedThrough, late });
    await take(sent, await sent.answer);
  }

  function send(batch: Batch): Sent {
    const { entries, after, late = false } = batch;
    const sentAt = performance.now();
    const answer = database
      .runInOrder((sql) => recordJournaled(sql, journal.id, entries, forward, { after, late }))
      .then(
        (recorded): Answer => {
          const now = performance.now();
          const began = Math.max(sentAt, answeredAt);
          answeredAt = now;
          return { batch: recorded, tookMs: now - began };
        },
        (error: unknown): Answer => ({ batch: null, error }),
      );
    return { ...batch, answer };
  }

  async function take({ entries, late = false }: Sent, answer: Answer): Promise<void> {
    if (answer.batch !== null) {
      committed(entries, answer.batch, answer.tookMs);
    } else if (!("error" in answer)) {
      hasMet = false;
      throw new Error("Postgres does not stand where this journal does (is there a copy of it at work?)");
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

  function committed(entries: readonly RefusedEntry[], batch: RecordedBatch, tookMs: number): void {
    const last = entries.at(-1);
    if (last !== undefined) journal.markRecorded(last.seq);
    metrics.recordDuration.observe(tookMs / 1000);
    const now = clock.now();
    for (const entry of entries) {
      if (entry.kind === "weighed" && entry.refusal === undefined)
        metrics.frameToBag.observe(Math.max(0, now - entry.receivedAt) / 1000);
    }
    onRecorded(batch);
  }

  return {
    start() {
      running = run();
    },
    async stop(drainMs) {
      drainUntil = clock.now() + drainMs;
      stopping.abort();
      wake();
      await running;
    },
  };
}

/**
 * Whether Postgres refused the data of a record (SQLSTATE 22: data exception, 23: integrity, P0: raised by a
 * trigger). Everything else, a full disk or a missing right, says nothing about the record: it waits.
 */
function isRefusal(error: unknown): boolean {
  return !isConnectionLoss(error) && /^(22|23|P0)/.test(sqlState(error) ?? "");
}
