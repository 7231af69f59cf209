import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Emitter } from "../runtime/emitter.ts";
import type { Adopted } from "./adopted.ts";
import { type Counted, createCounted } from "./counted.ts";
import { isFull } from "./damage.ts";
import { type CountedFrame, type Entry, framesOf, type JournaledEntry } from "./entry.ts";
import type { JournalFile, ScaleSetting } from "./file.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { JournalView } from "./journal-view.ts";
import type { KeepLimits } from "./kept.ts";
import { createNewestEntries } from "./newest-entries.ts";
import { createRecorded } from "./recorded.ts";
import { createRoom } from "./room.ts";
import { createSelfRepairingFile } from "./self-repairing-file.ts";
import { startFile } from "./start.ts";

/** How often recorded entries are removed in a quiet moment, and how soon a deleted file is noticed. */
const lookAfterMs = 1_000;

/** The durable local buffer between the scales and Postgres. */
export interface Journal extends JournalView {
  /**
   * Keeps an entry. Entries of one turn of the event loop share one fsync at its end; nothing is published before that.
   * While the disk refuses writes they wait, in order, and `onWritable` says so.
   *
   * @param onDurable is called when it is on disk.
   */
  append(entry: Entry, onDurable?: () => void): void;
  /**
   * Counts a rejected frame that is not kept with its bytes: one entry will stand for many of a kind. Its count is as
   * durable as an entry, with the same fsync.
   */
  count(frame: CountedFrame, onDurable?: () => void): void;
  /** Calls back after every commit that added entries. */
  readonly onDurable: Emitter["on"];
  /** Calls back when the disk begins to refuse writes, and when it takes them again. */
  readonly onWritable: Emitter<[writable: boolean]>["on"];
  /** Entries after a number, in order. */
  read(afterSeq: number, limit: number): JournaledEntry[];
  /**
   * PostgreSQL has confirmed everything up to this number: it no longer counts as pending. It is kept for a while, and
   * then its space is freed.
   */
  markRecorded(throughSeq: number): void;
  /**
   * Marks entries behind a number as not recorded again, because PostgreSQL lost them.
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
  /** Where entries from other journals lie: Postgres may have their bags under other numbers. null: there are none. */
  adopted(): Adopted | null;
  scaleSettings(): ScaleSetting[];
  saveScaleSetting(setting: ScaleSetting): void;
  /** Commits what waits and closes. @throws when the disk still refuses it. */
  close(): void;
}

/**
 * Opens the journal of a data folder, or makes it. A journal that turns out to be damaged, now or later, or whose file
 * is deleted, is made again from what can be read of it, and work continues.
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
  const opened = startFile(parts);
  const { id } = opened;
  let lastSeq = opened.lastSeq();
  // The number before the first entry that is still in the file.
  const removedThrough = (opened.firstSeq() ?? lastSeq + 1) - 1;
  const recorded = createRecorded(opened.mark(), { least: removedThrough, most: lastSeq });
  const counted = countedIn(opened, logger);
  const newest = createNewestEntries();
  let closed = false;
  const file = createSelfRepairingFile({
    folder,
    file: opened,
    known: () => ({ lastSeq, mark: recorded.mark }),
    onReplaced() {
      room.removed(recorded.through);
      counted.rewrite();
    },
    clock,
    logger,
  });
  const room = createRoom({
    folder,
    keep,
    recorded,
    file,
    removedThrough,
    removeMany: () => !closed && tidy(),
  });
  const commits = createGroupCommit({ write: writeWithRoom, hasOther: () => !counted.isWritten, logger });
  const lookingAfter = setInterval(lookAfter, lookAfterMs);
  lookingAfter.unref();

  /** New entries come first: where there is no room for them, recorded ones go. */
  function writeWithRoom(entries: readonly Entry[]): void {
    try {
      write(entries);
    } catch (error) {
      if (!isFull(error) || !room.make()) throw error;
      write(entries);
    }
  }

  function write(entries: readonly Entry[]): void {
    const removeThrough = room.removableWithCommit();
    const mark = recorded.dueMark;
    const counts = counted.isWritten ? null : counted.text();
    file.use((open) => open.write(lastSeq, entries, removeThrough, mark, counts));
    if (mark !== null) recorded.saved(mark);
    newest.add(entries, lastSeq);
    for (const entry of entries) lastSeq += framesOf(entry);
    counted.written();
    if (removeThrough !== null) room.removed(removeThrough);
  }

  function lookAfter(): void {
    try {
      file.checkPlace();
      room.look();
      for (const entry of counted.takeDue(clock.now())) commits.append(entry);
      removeWhenQuiet();
      if (commits.writable) room.reserve();
      saveMark();
    } catch (error) {
      logger.warn({ error: String(error) }, "the journal could not be looked after, trying again");
    }
  }

  /** @returns whether room was freed. */
  function tidy(): boolean {
    const before = room.removedThrough;
    try {
      removeWhenQuiet();
      saveMark();
    } catch (error) {
      logger.warn({ error: String(error) }, "recorded journal entries could not be removed yet");
    }
    return room.removedThrough > before;
  }

  /** Under load the next commit frees room, for nothing. */
  function removeWhenQuiet(): void {
    if (commits.waiting === 0 || !commits.writable) room.remove();
  }

  function saveMark(): void {
    const mark = recorded.unsavedMark;
    if (mark === null) return;
    file.use((open) => open.saveMark(mark));
    recorded.saved(mark);
  }

  function read(afterSeq: number, limit: number): JournaledEntry[] {
    return newest.read(afterSeq, limit) ?? file.use((open) => open.read(afterSeq, limit));
  }

  return {
    id,
    get lastSeq() {
      return lastSeq;
    },
    get recordedThrough() {
      return recorded.through;
    },
    get everRecorded() {
      return recorded.ever;
    },
    get entries() {
      return lastSeq - recorded.through;
    },
    get counted() {
      return counted.frames;
    },
    get waiting() {
      return commits.waiting;
    },
    get oldestReceivedAt() {
      return file.use((open) => open.oldestAfter(recorded.through)) ?? commits.oldestReceivedAt;
    },
    get writable() {
      return commits.writable;
    },
    get lastError() {
      return commits.lastError;
    },
    get isShortOfRoom() {
      return room.isShort;
    },
    get diskFreeBytes() {
      return room.diskFreeBytes;
    },
    append: commits.append,
    count(frame, onDurable) {
      counted.add(frame);
      commits.soon(onDurable);
    },
    onDurable: commits.onDurable,
    onWritable: commits.onWritable,
    read,
    markRecorded(throughSeq) {
      recorded.raise(throughSeq);
      room.confirmed();
    },
    unmarkRecorded(afterSeq) {
      recorded.lower(Math.max(afterSeq, room.removedThrough));
      room.takenBack();
      return recorded.through;
    },
    renumber(from, through) {
      const shift = through + 1 - from;
      const last = lastSeq + shift;
      file.use((open) => open.renumber(from, shift, last));
      newest.clear();
      lastSeq = last;
      recorded.restart(through);
    },
    adopted: () => file.use((open) => open.adopted()),
    scaleSettings: () => file.use((open) => open.scaleSettings()),
    saveScaleSetting: (setting) => file.use((open) => open.saveScaleSetting(setting)),
    close() {
      clearInterval(lookingAfter);
      commits.close();
      tidy();
      file.close();
      closed = true;
    },
  };
}

/** A damaged text loses the counts of a minute, which is logged; it must not make the journal unusable. */
function countedIn(file: JournalFile, logger: Logger): Counted {
  try {
    return createCounted(file.counted());
  } catch (error) {
    logger.error({ error: String(error) }, "how many rejected frames were only counted cannot be read");
    return createCounted(null);
  }
}
