import { Database } from "bun:sqlite";
import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Logger } from "../observability/logger.ts";
import type { RejectReason, Unit } from "../scale/reading.ts";
import type { Entry, JournaledEntry } from "./entry.ts";
import type { JournalView } from "./journal-view.ts";
import schema from "./schema.sql" with { type: "text" };

/** Pages of 4 KiB: 8 GiB, room for some 50 million frames. Beyond it the journal is full, as a disk is. */
const maxPages = 2 * 1024 * 1024;
/** More than this at once is committed in the middle of a turn of the event loop. */
const groupLimit = 4096;
const retryAfterMs = 1_000;
const forgetEveryMs = 1_000;

export interface ScaleSetting {
  readonly scale: number;
  /** null: as configured. */
  readonly station: string | null;
  /** null: as configured. */
  readonly enabled: boolean | null;
}

/** The durable local buffer between the scales and Postgres. */
export interface Journal extends JournalView {
  /**
   * Keeps an entry. Entries of one turn of the event loop share one fsync at its end; nobody hears of
   * them before that. While the disk refuses writes they wait, in order, and `onWritable` says so.
   */
  append(entry: Entry): void;
  /** Calls back after every commit that added entries. */
  onDurable(listener: () => void): void;
  /** Calls back when the disk begins to refuse writes, and when it takes them again. */
  onWritable(listener: (writable: boolean) => void): void;
  /** Entries after a number, in order. */
  read(afterSeq: number, limit: number): JournaledEntry[];
  /** Everything up to this number is in Postgres: it counts no longer, and its room is freed soon. */
  markRecorded(throughSeq: number): void;
  /**
   * Takes back that entries behind a number are recorded, because Postgres lost them.
   *
   * @returns the number after which they are still here; it is higher where their room was freed already.
   */
  unmarkRecorded(afterSeq: number): number;
  /**
   * Gives the entries from number `from` on the numbers after `recorded`, the last one that Postgres has seen of
   * this journal. Needed when the data folder was restored from a copy: under their old numbers Postgres has other
   * frames, and they would be taken for recorded. What is before `from` counts as recorded.
   */
  renumber(from: number, recorded: number): void;
  scaleSettings(): ScaleSetting[];
  saveScaleSetting(setting: ScaleSetting): void;
  /** Commits what waits and closes. @throws when the disk still refuses it. */
  close(): void;
}

/**
 * Opens the journal of a data folder, or makes it.
 *
 * @param parts.folder must be locked by this process.
 */
export function openJournal(parts: { folder: string; clock: Clock; logger: Logger }): Journal {
  const { folder, clock, logger } = parts;
  const db = new Database(join(folder, "journal.db"), { create: true, strict: true });
  db.run("pragma journal_mode = wal");
  db.run("pragma synchronous = full");
  db.run(`pragma max_page_count = ${maxPages}`);
  db.run(schema);
  const id = journalId(db, clock);
  const insert = db.prepare<unknown, (string | number | Uint8Array | null)[]>(
    `insert into entry (
      seq, received_at, remote_address, uid, station, printed_scale, weight, unit, repeat_suspected,
      scale, reason, raw
    ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare<EntryRow, [number, number]>(
    "select * from entry where seq > ? order by seq limit ?",
  );
  const oldest = db.prepare<{ received_at: number }, [number]>(
    "select received_at from entry where seq > ? order by seq limit 1",
  );
  const remove = db.prepare<unknown, [number]>("delete from entry where seq <= ?");

  const durableListeners: (() => void)[] = [];
  const writableListeners: ((writable: boolean) => void)[] = [];
  let waiting: Entry[] = [];
  let lastSeq = lastNumber(db);
  let recordedThrough = firstPending(db, lastSeq);
  let removedThrough = recordedThrough;
  let writable = true;
  let lastError: string | null = null;
  let scheduled = false;
  let closed = false;
  const forgetting = setInterval(forget, forgetEveryMs);
  forgetting.unref();

  const writeGroup = db.transaction(() => {
    let seq = lastSeq;
    for (const entry of waiting) insert.run(...columnsOf(++seq, entry));
    if (recordedThrough > removedThrough) remove.run(recordedThrough);
  });

  function commit(): void {
    scheduled = false;
    if (waiting.length === 0 || closed) return;
    try {
      writeGroup.immediate();
    } catch (error) {
      refused(error);
      setTimeout(commit, retryAfterMs);
      return;
    }
    lastSeq += waiting.length;
    removedThrough = recordedThrough;
    waiting = [];
    if (!writable) accepted();
    for (const listener of durableListeners) listener();
  }

  function refused(error: unknown): void {
    lastError = error instanceof Error ? error.message : String(error);
    if (!writable) return;
    writable = false;
    logger.fatal(
      { error: lastError, waiting: waiting.length },
      "journal not writable: the scales wait until the disk has room again",
    );
    for (const listener of writableListeners) listener(false);
  }

  function accepted(): void {
    writable = true;
    lastError = null;
    logger.warn("journal writable again: the scales go on");
    for (const listener of writableListeners) listener(true);
  }

  /** Frees the room of recorded entries in a quiet moment; under load the next commit does it for free. */
  function forget(): void {
    if (recordedThrough <= removedThrough || waiting.length > 0) return;
    try {
      remove.run(recordedThrough);
      removedThrough = recordedThrough;
    } catch (error) {
      logger.warn({ error: String(error) }, "recorded journal entries could not be removed yet");
    }
  }

  return {
    id,
    get lastSeq() {
      return lastSeq;
    },
    get recordedThrough() {
      return recordedThrough;
    },
    get entries() {
      return lastSeq - recordedThrough;
    },
    get waiting() {
      return waiting.length;
    },
    get oldestReceivedAt() {
      return oldest.get(recordedThrough)?.received_at ?? waiting[0]?.receivedAt ?? null;
    },
    get writable() {
      return writable;
    },
    get lastError() {
      return lastError;
    },
    get diskFreeBytes() {
      const disk = statfsSync(folder);
      return disk.bavail * disk.bsize;
    },
    append(entry) {
      waiting.push(entry);
      if (waiting.length >= groupLimit && writable) commit();
      else if (!scheduled && writable) {
        scheduled = true;
        // After the poll phase: every socket that has bytes in this turn has been read by then.
        setImmediate(commit);
      }
    },
    onDurable(listener) {
      durableListeners.push(listener);
    },
    onWritable(listener) {
      writableListeners.push(listener);
    },
    read: (afterSeq, limit) => select.all(afterSeq, limit).map(entryOf),
    markRecorded(throughSeq) {
      recordedThrough = Math.max(recordedThrough, throughSeq);
    },
    unmarkRecorded(afterSeq) {
      recordedThrough = Math.min(recordedThrough, Math.max(afterSeq, removedThrough));
      return recordedThrough;
    },
    renumber(from, recorded) {
      const shift = recorded + 1 - from;
      const last = lastSeq + shift;
      db.transaction(() => {
        // In two steps through negative numbers, so that no number is met twice on the way.
        db.run("update entry set seq = -(seq + ?) where seq >= ?", [shift, from]);
        db.run("update entry set seq = -seq where seq < 0");
        const { changes } = db.run("update sqlite_sequence set seq = ? where name = 'entry'", [last]);
        if (changes === 0) db.run("insert into sqlite_sequence (name, seq) values ('entry', ?)", [last]);
      }).immediate();
      lastSeq = last;
      recordedThrough = recorded;
    },
    scaleSettings: () =>
      db
        .query<{ scale: number; station: string | null; enabled: number | null }, []>(
          "select * from scale_setting",
        )
        .all()
        .map((row) => ({ ...row, enabled: row.enabled === null ? null : row.enabled === 1 })),
    saveScaleSetting({ scale, station, enabled }) {
      db.run(
        `insert into scale_setting (scale, station, enabled) values (?, ?, ?)
        on conflict (scale) do update set station = excluded.station, enabled = excluded.enabled`,
        [scale, station, enabled === null ? null : Number(enabled)],
      );
    },
    close() {
      clearInterval(forgetting);
      if (waiting.length > 0) {
        writeGroup.immediate();
        waiting = [];
      }
      closed = true;
      forget();
      db.close();
    },
  };
}

function journalId(db: Database, clock: Clock): string {
  const row = db.query<{ id: string }, []>("select id from journal").get();
  if (row !== null) return row.id;
  const id = Bun.randomUUIDv7();
  db.run("insert into journal (id, created_at) values (?, ?)", [id, clock.now()]);
  return id;
}

function lastNumber(db: Database): number {
  const query = db.query<{ seq: number }, []>("select seq from sqlite_sequence where name = 'entry'");
  return query.get()?.seq ?? 0;
}

/** The number before the first entry that is still here. What is recorded may still be here: Postgres knows. */
function firstPending(db: Database, lastSeq: number): number {
  const first = db.query<{ seq: number | null }, []>("select min(seq) as seq from entry").get();
  return (first?.seq ?? lastSeq + 1) - 1;
}

interface EntryRow {
  readonly seq: number;
  readonly received_at: number;
  readonly remote_address: string;
  readonly uid: string | null;
  readonly station: string | null;
  readonly printed_scale: number | null;
  readonly weight: string | null;
  readonly unit: Unit | null;
  readonly repeat_suspected: number | null;
  readonly scale: number | null;
  readonly reason: RejectReason | null;
  readonly raw: Uint8Array;
}

function columnsOf(seq: number, entry: Entry): (string | number | Uint8Array | null)[] {
  const raw = Buffer.from(entry.raw, "latin1");
  const { receivedAt, remoteAddress, scale } = entry;
  if (entry.kind === "rejected") {
    return [seq, receivedAt, remoteAddress, null, null, null, null, null, null, scale, entry.reason, raw];
  }
  const { uid, station, printedScale, weight, unit, repeatSuspected } = entry;
  const repeat = repeatSuspected ? 1 : 0;
  return [seq, receivedAt, remoteAddress, uid, station, printedScale, weight, unit, repeat, scale, null, raw];
}

function entryOf(row: EntryRow): JournaledEntry {
  const { seq, scale, uid, station, printed_scale: printedScale, weight, unit, reason } = row;
  const common = {
    seq,
    receivedAt: row.received_at,
    remoteAddress: row.remote_address,
    raw: Buffer.from(row.raw).toString("latin1"),
  };
  if (reason !== null) return { ...common, kind: "rejected", scale, reason };
  if (
    uid === null ||
    station === null ||
    printedScale === null ||
    weight === null ||
    unit === null ||
    scale === null
  ) {
    throw new Error(`journal entry ${seq} is neither a bag nor a rejected frame`);
  }
  const repeatSuspected = row.repeat_suspected === 1;
  return { ...common, kind: "weighed", uid, station, scale, printedScale, weight, unit, repeatSuspected };
}
