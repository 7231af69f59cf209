import { constants, Database } from "bun:sqlite";
import { readFileSync, statSync } from "node:fs";
import { carveEntries } from "./carve.ts";
import { isDamage } from "./damage.ts";
import type { JournaledEntry } from "./entry.ts";
import { isLayoutSound, pageSize } from "./layout.ts";

// SQLite's file format, "The Write-Ahead Log": https://www.sqlite.org/fileformat2.html#walformat
const headerBytes = 32;
const frameHeaderBytes = 24;
const frameBytes = frameHeaderBytes + pageSize;

/** The state of the write-ahead log that an ended process left. */
export type LogState =
  | { readonly kind: "sound" }
  /** The process ended while it wrote: entries of no complete transaction, which no scale sends again. */
  | { readonly kind: "unfinished"; readonly entries: readonly JournaledEntry[] }
  /** SQLite would leave out or delete committed entries, without an error. */
  | { readonly kind: "damaged"; readonly cause: string };

/**
 * Compares a journal's log with what SQLite takes of it. SQLite takes the first damaged frame for the log's end, and
 * soon overwrites all that follows; so this is done before it may write.
 */
export function checkLog(path: string): LogState {
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (logBytes < headerBytes + frameBytes) return { kind: "sound" };
  if (statSync(path).size === 0) {
    return { kind: "damaged", cause: "the file is empty, and SQLite would delete the log beside it" };
  }
  if (isLogForeign(path)) {
    return { kind: "damaged", cause: "the log beside the file is of another journal" };
  }
  let db: Database | null = null;
  try {
    db = new Database(path, { readonly: true, strict: true });
    const { frames, hasCommit } = framesLeftOut(path, framesTaken(db));
    const entries = entriesBehind(db, frames);
    if (entries.length === 0) return { kind: "sound" };
    return hasCommit
      ? { kind: "damaged", cause: "the log is damaged, and SQLite would leave out what lies behind" }
      : { kind: "unfinished", entries };
  } catch (error) {
    // Opening it reports the same.
    if (isDamage(error)) return { kind: "sound" };
    throw error;
  } finally {
    db?.close(true);
  }
}

/** Whether the file alone says that it is one journal, and with its log says that it is another. */
export function isLogForeign(path: string): boolean {
  const alone = idIn(new URL(`file://${encodeURI(path)}?immutable=1`).href);
  return alone !== null && alone !== (idIn(path) ?? alone);
}

function idIn(path: string): string | null {
  const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
  let db: Database | null = null;
  try {
    db = new Database(path, flags);
    const id = db.query<{ id: unknown }, []>("select id from journal").get()?.id;
    return typeof id === "string" ? id : null;
  } catch {
    return null;
  } finally {
    db?.close(true);
  }
}

/** How many frames of the log count for SQLite. */
function framesTaken(db: Database): number {
  // The log is looked at when something is read.
  db.query("select 1 from sqlite_schema limit 1").get();
  return Math.max(0, db.query<{ log: number }, []>("pragma wal_checkpoint(noop)").get()?.log ?? 0);
}

/** The pages behind those, of the same run of the log: older ones that were left there have another salt. */
function framesLeftOut(path: string, taken: number): { frames: Uint8Array[]; hasCommit: boolean } {
  const log = readFileSync(`${path}-wal`);
  // Where the header is damaged SQLite takes none, and the first frame says what the header said.
  const salt = taken > 0 ? log.subarray(16, 24) : log.subarray(headerBytes + 8, headerBytes + 16);
  const frames: Uint8Array[] = [];
  let hasCommit = false;
  for (let at = headerBytes + taken * frameBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) continue;
    frames.push(log.subarray(at + frameHeaderBytes, at + frameBytes));
    // The last page of a transaction says how many pages the file has then.
    if (log.readUInt32BE(at + 4) > 0) hasCommit = true;
  }
  return { frames, hasCommit };
}

function entriesBehind(db: Database, frames: readonly Uint8Array[]): JournaledEntry[] {
  const last = frames.length === 0 ? 0 : lastSeqIn(db);
  const found = new Map<number, JournaledEntry>();
  for (const frame of frames) {
    for (const entry of carveEntries(frame, (seq) => seq > last && !found.has(seq)))
      found.set(entry.seq, entry);
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq);
}

/** 0 also where the tables themselves lie behind the damage. */
function lastSeqIn(db: Database): number {
  if (!isLayoutSound(db)) return 0;
  return (
    db.query<{ seq: number }, []>("select seq from sqlite_sequence where name = 'entry'").get()?.seq ?? 0
  );
}
