import type { Database, Sql } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import { jobsBegunAfter, jobsById } from "../records/jobs/job-view.ts";
import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type Emitter } from "../runtime/emitter.ts";
import type { AppEvent } from "./event.ts";
import { loadBags, loadChecks, loadRejected } from "./load.ts";

/** Passes events on to the clients that listen now. It stores none: they are read from PostgreSQL. */
export interface EventHub {
  publish(event: AppEvent): void;
  /** A listener must not wait. */
  readonly subscribe: Emitter<[event: AppEvent]>["on"];
  /** How many listen. */
  readonly size: number;
  /** To be called after a commit that made bags: publishes them, then the jobs they belong to. */
  bagsRecorded(ids: readonly number[]): void;
  /** To be called after a commit that voided or assigned bags. A client that was not connected does not get it later. */
  bagsChanged(ids: readonly number[]): void;
  /** To be called after a commit. */
  rejectedRecorded(ids: readonly number[]): void;
  /** Ends the open streams, so that the HTTP server can stop. */
  close(): void;
}

/** More waiting ids than this are not read here: each stream reads what it misses. */
const waitingMax = 5_000;
const chunkSize = 500;
/**
 * PostgreSQL is read at most so often, the first time at once: 20 ms are not noticed, and at 500 bags a second showing
 * them one by one would cost more than recording.
 */
const readEveryMs = 20;

export function createEventHub(parts: {
  database: Pick<Database, "run">;
  clock: Pick<Clock, "sleep">;
  logger: Logger;
}): EventHub {
  const { database, clock, logger } = parts;
  const listeners = createEmitter<[event: AppEvent]>("event for pages", logger);
  const publish = listeners.emit;
  const waiting = { bags: new Set<number>(), changed: new Set<number>(), rejected: new Set<number>() };
  const kinds = Object.values(waiting);
  let reading = false;
  let readAt = Number.NEGATIVE_INFINITY;

  function add(kind: keyof typeof waiting, ids: readonly number[]): void {
    // Without listeners no query is made.
    if (listeners.size === 0) return;
    for (const id of ids) waiting[kind].add(id);
    if (kinds.reduce((sum, { size }) => sum + size, 0) > waitingMax) {
      for (const ids of kinds) ids.clear();
      publish({ type: "gap" });
    }
    if (!reading) void readAll();
  }

  /** One reader at a time, so that events keep their order; what comes meanwhile is read together. */
  async function readAll(): Promise<void> {
    reading = true;
    try {
      for (;;) {
        if (kinds.every(({ size }) => size === 0)) return;
        const restMs = readAt + readEveryMs - performance.now();
        if (restMs > 0) await clock.sleep(restMs);
        readAt = performance.now();
        const ids = {
          bags: take(waiting.bags),
          changed: take(waiting.changed),
          rejected: take(waiting.rejected),
        };
        for (const event of await database.run((sql) => readEvents(sql, ids))) publish(event);
      }
    } catch (error) {
      logger.debug({ error: String(error) }, "recorded bags could not be read for the events");
      publish({ type: "gap" });
    } finally {
      reading = false;
    }
  }

  return {
    publish,
    subscribe: listeners.on,
    get size() {
      return listeners.size;
    },
    bagsRecorded: (ids) => add("bags", ids),
    bagsChanged: (ids) => add("changed", ids),
    rejectedRecorded: (ids) => add("rejected", ids),
    close: () => publish({ type: "end" }),
  };
}

async function readEvents(
  sql: Sql,
  ids: Readonly<Record<"bags" | "changed" | "rejected", readonly number[]>>,
): Promise<AppEvent[]> {
  const bags = await loadBags(sql, ids.bags);
  const changed = await loadBags(sql, ids.changed);
  const frames = await loadRejected(sql, ids.rejected);
  const checks = await loadChecks(sql, frames);
  const jobIds = new Set([...bags, ...changed].flatMap((bag) => bag.job_id ?? []));
  const jobs = await jobsById(sql, [...jobIds]);
  const completed = jobs.filter(({ status }) => status === "completed");
  const begun = await jobsBegunAfter(
    sql,
    completed.map(({ id }) => id),
  );
  return [
    ...bags.map((bag) => ({ type: "bag", bag, isNew: true }) as const),
    ...changed.map((bag) => ({ type: "bag", bag }) as const),
    ...[...jobs, ...begun].map((job) => ({ type: "job", job }) as const),
    ...begun.map(({ station }) => ({ type: "queue", queue: { station } }) as const),
    ...frames.map((frame) => ({ type: "rejected", frame }) as const),
    ...checks.map((check) => ({ type: "scale_check", check }) as const),
  ];
}

function take(ids: Set<number>): number[] {
  const taken = [...ids].sort((a, b) => a - b).slice(0, chunkSize);
  for (const id of taken) ids.delete(id);
  return taken;
}
