import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Logger } from "../logging/logger.ts";
import type { Outcome } from "./answer.ts";
import { webApplication } from "./destination.ts";

export type Delivered = Extract<Outcome, { kind: "delivered" }>;

/** A bag that a destination took. */
export interface Delivery {
  readonly uid: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: Delivered;
}

/**
 * What was delivered to one destination recently, kept beside the journal: PostgreSQL may lose it with the bag, as when
 * a standby that was behind is promoted. The courier reads it before it sends a bag.
 */
export interface DeliveredNotes {
  /** Survives a kill -9 once it returns, a power cut some seconds later. Never throws. */
  add(deliveries: readonly Delivery[]): void;
  /** How the destination took the bag; null where nothing is known of it. Never throws. */
  find(uid: string): Delivered | null;
  close(): void;
}

const outcomeSchema = z.object({
  kind: z.literal("delivered"),
  status: z.int(),
  bagId: z.int().nullable(),
  bagNum: z.int().nullable(),
  inTolerance: z.boolean().nullable(),
  jobComplete: z.boolean().nullable(),
});

/** Old notes are removed in steps, so that none takes long. */
const removeLimit = 2_000;

/**
 * Opens the notes of a destination, or makes them: a file for each, so that damage to one affects no other. Notes of
 * another address are dropped: it got none of these bags.
 *
 * @param parts.destination its id.
 * @param parts.keep how long after it a note is kept, by the time of the newest one, and how many at most.
 * @returns null where they cannot be opened: then bags that Postgres forgets are delivered again, with their key.
 */
export function openDeliveredNotes(parts: {
  folder: string;
  destination: number;
  url: string;
  keep: { readonly ageMs: number; readonly entries: number };
  logger: Logger;
}): DeliveredNotes | null {
  const { folder, destination, url, keep, logger } = parts;
  const path = join(folder, fileName(destination));
  try {
    return notesIn(open(path, url), keep, logger);
  } catch (error) {
    logger.warn({ error: String(error), path }, "notes of deliveries cannot be read: begun anew");
  }
  try {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
    return notesIn(open(path, url), keep, logger);
  } catch (error) {
    logger.error({ error: String(error), path }, "deliveries cannot be noted");
    return null;
  }
}

/** The first destination's file has the name from before there were several. */
function fileName(destination: number): string {
  return destination === webApplication.id ? "delivered.db" : `delivered-${destination}.db`;
}

function open(path: string, url: string): Database {
  const db = new Database(path, { create: true, strict: true });
  try {
    db.run("pragma journal_mode = wal");
    // Commits do not wait for the disk: what is noted here is in PostgreSQL a moment later, too.
    db.run("pragma synchronous = normal");
    db.run(`create table if not exists delivered (
      nth integer primary key autoincrement, uid text not null unique, at integer not null, outcome text not null
    ) strict`);
    db.run("create table if not exists upstream (digest text not null) strict");
    const digest = new Bun.CryptoHasher("sha256").update(url).digest("hex");
    const known = db.query<{ digest: string }, []>("select digest from upstream").get();
    if (known?.digest !== digest) {
      db.run("delete from delivered");
      db.run("delete from upstream");
      db.run("insert into upstream (digest) values (?)", [digest]);
    }
    return db;
  } catch (error) {
    db.close(true);
    throw error;
  }
}

function notesIn(
  db: Database,
  keep: { readonly ageMs: number; readonly entries: number },
  logger: Logger,
): DeliveredNotes {
  const insert = db.prepare<unknown, [string, number, string]>(
    "insert into delivered (uid, at, outcome) values (?, ?, ?) on conflict (uid) do nothing",
  );
  const select = db.prepare<{ outcome: string }, [string]>("select outcome from delivered where uid = ?");
  const remove = db.prepare<unknown, [number, number, number]>(
    `delete from delivered where nth in (
      select nth from delivered where nth <= (select max(nth) from delivered) - ? or at < ? order by nth limit ?
    )`,
  );
  let added = 0;
  let hasFailed = false;
  const write = db.transaction((deliveries: readonly Delivery[]) => {
    for (const { uid, at, outcome } of deliveries) insert.run(uid, at, JSON.stringify(outcome));
    added += deliveries.length;
    if (added < removeLimit / 2) return;
    added = 0;
    remove.run(keep.entries, Math.max(...deliveries.map(({ at }) => at)) - keep.ageMs, removeLimit);
  });

  function quietly<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!hasFailed) logger.warn({ error: String(error) }, "deliveries cannot be noted");
      hasFailed = true;
      return null;
    }
  }

  return {
    add: (deliveries) => void quietly(() => write.immediate(deliveries)),
    find: (uid) =>
      quietly(() => {
        const row = select.get(uid);
        return row === null ? null : outcomeSchema.parse(JSON.parse(row.outcome));
      }),
    close: () => db.close(true),
  };
}
