import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type Emitter } from "../runtime/emitter.ts";
import { type Counted, createCounted } from "./counted.ts";
import { isDamage, isFull } from "./damage.ts";
import { type Entry, framesOf, type JournaledEntry, type RejectedEntry } from "./entry.ts";
import { type JournalFile, openFile, type ScaleSetting } from "./file.ts";
import type { JournalView } from "./journal-view.ts";
import { createKept, type KeepLimits } from "./kept.ts";
import type { Mark } from "./mark.ts";
import { journalName, repair } from "./repair.ts";
import { createReserve } from "./reserve.ts";
import { startFile } from "./start.ts";

/** More than this at once is committed in the middle of a turn of the event loop. */
const groupLimit = 4096;
/**
 * Recorded entries removed at once, a few milliseconds' work: more would hold the scales up, and need more of a full
 * disk. So many are removed as soon as they may go; fewer wait for a commit or a quiet moment.
 */
const removeLimit = 5_000;
/** Fewer are not worth a commit's time: each touches the table's first page once more. */
const removeWithCommit = 500;
/** With less room on the disk recorded entries are not kept: the room that they have is for new ones. */
const keepFreeBytes = 256 * 1024 * 1024;
/** What the journal's write-ahead log usually takes. */
const logBytes = 4 * 1024 * 1024;
const retryAfterMs = 1_000;
const markEveryMs = 250;
/** Of the newest entries so many are given from memory: reading them back is a tenth of a lone bag's way. */
const newestLimit = 256;
/** Below this only bags are written one by one; PostgreSQL on the same disk needs some for its own log. */
const floorBytes = 64 * 1024 * 1024;
/** How often recorded entries are removed in a quiet moment, and how soon a deleted file is noticed. */
const lookAfterMs = 1_000;

/** The durable local buffer between the scales and Postgres. */
export interface Journal extends JournalView {
  /**
   * Keeps an entry. Entries of one turn of the event loop share one fsync at its end; nobody hears of
   * them before that. While the disk refuses writes they wait, in order, and `onWritable` says so.
   */
  append(entry: Entry): void;
  /**
   * Counts a rejected frame that is not kept with its bytes: one entry will stand for many of a kind. Its count is as
   * durable as an entry, with the same fsync.
   */
  count(frame: Omit<RejectedEntry, "kind" | "frames" | "followsBagUid">): void;
  /** Calls back after every commit that added entries. */
  readonly onDurable: Emitter["on"];
  /** Calls back when the disk begins to refuse writes, and when it takes them again. */
  readonly onWritable: Emitter<[writable: boolean]>["on"];
  /** Entries after a number, in order. */
  read(afterSeq: number, limit: number): JournaledEntry[];
  /**
   * Everything up to this number is in Postgres, as it has just said: it counts no longer. It is kept for a while, and
   * then its room is freed.
   */
  markRecorded(throughSeq: number): void;
  /**
   * Takes back that entries behind a number are recorded, because Postgres lost them.
   *
   * @returns the number after which they are still here; it is higher where their room was freed already.
   */
  unmarkRecorded(afterSeq: number): number;
  /** Postgres has had everything up to this number once, also what it lost since. */
  readonly everRecorded: number;
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
 * Opens the journal of a data folder, or makes it. A journal that turns out to be damaged, now or later, or whose file
 * is deleted, is made anew out of what can be read of it, and goes on.
 *
 * @param parts.folder must be locked by this process.
 * @param parts.keep how long recorded entries stay; default: not at all.
 * @throws where the folder cannot be written.
 */
export function openJournal(parts: {
  folder: string;
  clock: Clock;
  logger: Logger;
  keep?: KeepLimits;
}): Journal {
  const { folder, clock, logger, keep = { ageMs: 0, entries: 0 } } = parts;
  let file: JournalFile | null = startFile(parts);
  const { id } = file;
  let lastSeq = file.lastSeq();
  // The number before the first entry that is still here.
  let removedThrough = (file.firstSeq() ?? lastSeq + 1) - 1;
  const found = file.mark();
  // What was recorded after the mark was kept is compared with Postgres.
  let recordedThrough = Math.min(lastSeq, Math.max(removedThrough, found?.recordedThrough ?? 0));
  let everRecorded = Math.max(recordedThrough, found?.everRecorded ?? 0);
  let savedMark = found;
  let markSavedAt = 0;
  const kept = createKept(keep);
  const isKeepingNothing = keep.ageMs === 0 || keep.entries === 0;
  /** Nothing that is recorded is kept, because the disk or the file is nearly full. */
  let isTight = isKeepingNothing;
  const reserve = createReserve(folder);
  const durable = createEmitter("journal entries durable", logger);
  const writableChanges = createEmitter<[writable: boolean]>("journal writable or not", logger);
  const counted = countedIn(file, logger);
  let waiting: Entry[] = [];
  /** Without gaps, up to `lastSeq`; empty after a flood. */
  let newest: JournaledEntry[] = [];
  let writable = true;
  let lastError: string | null = null;
  let scheduled = false;
  let removing = false;
  let closed = false;
  let isShortOfRoom = false;
  const lookingAfter = setInterval(lookAfter, lookAfterMs);
  lookingAfter.unref();

  /** The open file. It is opened again where the step after a replacement failed. */
  function current(): JournalFile {
    if (closed) throw new Error("the journal is closed");
    file ??= openFile(join(folder, journalName), { id, createdAt: clock.now(), mayBeEmpty: false });
    return file;
  }

  /** Works on the file; where that shows damage, once more on the mended one. */
  function on<T>(work: (file: JournalFile) => T): T {
    try {
      return work(current());
    } catch (error) {
      if (!isDamage(error)) throw error;
      replace(String(error));
      return work(current());
    }
  }

  function replace(cause: string): void {
    const source = file?.db ?? null;
    repair({ folder, source, known: { id, lastSeq, mark: mark() }, cause, clock, logger });
    file = null;
    removedThrough = recordedThrough;
    counted.rewrite();
  }

  function mark(): Mark {
    return { recordedThrough, everRecorded: Math.max(everRecorded, recordedThrough) };
  }

  function changedMark(): Mark | null {
    const now = mark();
    return Bun.deepEquals(now, savedMark) ? null : now;
  }

  function commit(): void {
    scheduled = false;
    if (closed || (waiting.length === 0 && counted.isWritten)) return;
    const hasEntries = waiting.length > 0;
    try {
      writeWithRoom();
    } catch (error) {
      // Before anybody is told: the next try depends on nobody.
      setTimeout(commit, retryAfterMs);
      refused(error);
      return;
    }
    if (!writable) accepted();
    if (hasEntries) durable.emit();
  }

  /** New entries come first: where there is no room for them, recorded ones go. */
  function writeWithRoom(): void {
    try {
      write();
    } catch (error) {
      // What is not kept at all leaves by itself, and the reserve is for that.
      if (!isFull(error) || isTight || recordedThrough === removedThrough) throw error;
      isTight = true;
      // What is freed lies in the file; to get at it the log needs room, too.
      reserve.release();
      removeNow();
      write();
    }
  }

  function write(): void {
    const worthwhile = removable();
    const removeThrough =
      worthwhile !== null && worthwhile - removedThrough >= removeWithCommit ? worthwhile : null;
    // Not with every commit: what was recorded since is asked for at a start, and that is quick.
    const newMark = performance.now() - markSavedAt >= markEveryMs ? changedMark() : null;
    const newCounts = counted.isWritten ? null : counted.text();
    on((open) => open.write(lastSeq, waiting, removeThrough, newMark, newCounts));
    if (newMark !== null) savedMark = newMark;
    if (newMark !== null) markSavedAt = performance.now();
    keepNewest();
    for (const entry of waiting) lastSeq += framesOf(entry);
    counted.written();
    removedThrough = removeThrough ?? removedThrough;
    waiting = [];
  }

  function keepNewest(): void {
    if (newest.length + waiting.length > newestLimit) newest = [];
    // Under a flood the recorder is far behind, and reads the file.
    if (waiting.length > newestLimit) return;
    let seq = lastSeq;
    for (const entry of waiting) {
      seq += framesOf(entry);
      newest.push({ ...entry, seq });
    }
  }

  function read(afterSeq: number, limit: number): JournaledEntry[] {
    const [first] = newest;
    if (first === undefined || afterSeq < first.seq - framesOf(first)) {
      return on((open) => open.read(afterSeq, limit));
    }
    const from = newest.findIndex(({ seq }) => seq > afterSeq);
    return from < 0 ? [] : newest.slice(from, from + limit);
  }

  function refused(error: unknown): void {
    lastError = error instanceof Error ? error.message : String(error);
    if (!writable) return;
    writable = false;
    logger.fatal(
      { error: lastError, waiting: waiting.length },
      "journal not writable: the scales wait until the disk has room again",
    );
    writableChanges.emit(false);
  }

  function accepted(): void {
    writable = true;
    lastError = null;
    logger.warn("journal writable again: the scales go on");
    writableChanges.emit(true);
  }

  function lookAfter(): void {
    try {
      if (!current().isInPlace()) replace("the journal's file was deleted or replaced while it was in use");
      isTight = isKeepingNothing || diskFree() < keepFreeBytes || current().isNearlyFull();
      isShortOfRoom = diskFree() < floorBytes;
      for (const entry of counted.takeDue(clock.now())) append(entry);
      forget();
      if (writable) reserve.refill(logBytes);
      saveMark();
    } catch (error) {
      logger.warn({ error: String(error) }, "the journal could not be looked after, trying again");
    }
  }

  /** Step by step, with turns for the scales between them. */
  function forgetSoon(): void {
    if (removing || freeThrough() - removedThrough < removeLimit) return;
    removing = true;
    setImmediate(() => {
      removing = false;
      if (!closed && tryToForget()) forgetSoon();
    });
  }

  /** @returns whether room was freed. */
  function tryToForget(): boolean {
    const before = removedThrough;
    try {
      forget();
      saveMark();
    } catch (error) {
      logger.warn({ error: String(error) }, "recorded journal entries could not be removed yet");
    }
    return removedThrough > before;
  }

  function append(entry: Entry): void {
    waiting.push(entry);
    if (waiting.length >= groupLimit && writable) commit();
    else commitSoon();
  }

  function commitSoon(): void {
    if (scheduled || !writable) return;
    scheduled = true;
    // After the poll phase: every socket that has bytes in this turn has been read by then.
    setImmediate(commit);
  }

  /** Frees the room of entries that may go in a quiet moment; under load the next commit does it for free. */
  function forget(): void {
    if (waiting.length === 0 || !writable) removeNow();
  }

  function removeNow(): void {
    const through = removable();
    if (through === null) return;
    try {
      on((open) => open.remove(through));
    } catch (error) {
      if (!isFull(error)) throw error;
      reserve.release();
      on((open) => open.remove(through));
      current().truncateLog();
      // At once: the next full disk must find it.
      reserve.refill(0);
    }
    removedThrough = through;
  }

  /** Up to which number entries may go. */
  function freeThrough(): number {
    return isTight ? recordedThrough : Math.min(recordedThrough, kept.freeThrough);
  }

  function removable(): number | null {
    const through = freeThrough();
    return through > removedThrough ? Math.min(through, removedThrough + removeLimit) : null;
  }

  function saveMark(): void {
    const newMark = changedMark();
    if (newMark === null) return;
    on((open) => open.saveMark(newMark));
    savedMark = newMark;
  }

  function diskFree(): number {
    const disk = statfsSync(folder);
    return disk.bavail * disk.bsize;
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
      return on((open) => open.oldestAfter(recordedThrough)) ?? waiting[0]?.receivedAt ?? null;
    },
    get writable() {
      return writable;
    },
    get lastError() {
      return lastError;
    },
    get diskFreeBytes() {
      return diskFree();
    },
    get everRecorded() {
      return everRecorded;
    },
    get isShortOfRoom() {
      return isShortOfRoom;
    },
    get counted() {
      return counted.frames;
    },
    append,
    count(frame) {
      counted.add(frame);
      commitSoon();
    },
    onDurable: durable.on,
    onWritable: writableChanges.on,
    read(afterSeq, limit) {
      const entries = read(afterSeq, limit);
      // Only of a damaged journal: its last entries are lost, and nobody must wait for them.
      if (entries.length === 0 && limit > 0 && afterSeq === recordedThrough) recordedThrough = lastSeq;
      return entries;
    },
    markRecorded(throughSeq) {
      recordedThrough = Math.max(recordedThrough, throughSeq);
      everRecorded = Math.max(everRecorded, recordedThrough);
      kept.confirm(recordedThrough, performance.now());
      forgetSoon();
    },
    unmarkRecorded(afterSeq) {
      recordedThrough = Math.min(recordedThrough, Math.max(afterSeq, removedThrough));
      kept.takeBack(recordedThrough);
      return recordedThrough;
    },
    renumber(from, recorded) {
      const shift = recorded + 1 - from;
      const last = lastSeq + shift;
      on((open) => open.renumber(from, shift, last));
      newest = [];
      lastSeq = last;
      recordedThrough = recorded;
      everRecorded = recorded;
    },
    scaleSettings: () => on((open) => open.scaleSettings()),
    saveScaleSetting: (setting) => on((open) => open.saveScaleSetting(setting)),
    close() {
      clearInterval(lookingAfter);
      if (waiting.length > 0 || !counted.isWritten) writeWithRoom();
      tryToForget();
      file?.close();
      closed = true;
    },
  };
}

/** A damaged text costs the counts of a minute, which is said; it must not cost the journal. */
function countedIn(file: JournalFile, logger: Logger): Counted {
  try {
    return createCounted(file.counted());
  } catch (error) {
    logger.error({ error: String(error) }, "how many rejected frames were only counted cannot be read");
    return createCounted(null);
  }
}
