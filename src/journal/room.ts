import { statfsSync } from "node:fs";
import { isFull } from "./damage.ts";
import { createKept, type KeepLimits } from "./kept.ts";
import type { Recorded } from "./recorded.ts";
import { createReserve } from "./reserve.ts";
import type { SelfRepairingFile } from "./self-repairing-file.ts";

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
/** Below this only bags are written one by one; PostgreSQL on the same disk needs some for its own log. */
const floorBytes = 64 * 1024 * 1024;

/** The space that the journal takes: how long recorded entries stay in it, and when they are removed for new ones. */
export interface Room {
  /** Entries up to this number are not in the file any more. */
  readonly removedThrough: number;
  /** The disk has so little left that it is kept for bags. */
  readonly isShort: boolean;
  readonly diskFreeBytes: number;
  /** Postgres said just now how far it has the journal. */
  confirmed(): void;
  /** Postgres lost what it had. */
  takenBack(): void;
  /** Up to which number entries are to go with the next commit; null: none. */
  removableWithCommit(): number | null;
  removed(throughSeq: number): void;
  /** Removes some of those that may go. */
  remove(): void;
  /** On a full disk: frees what can be freed for new entries. @returns false if there is nothing. */
  make(): boolean;
  /** Compares what there is with the limits. */
  look(): void;
  /** Takes room for the next full disk, where there is enough. */
  reserve(): void;
}

export function createRoom(parts: {
  folder: string;
  keep: KeepLimits;
  recorded: Recorded;
  file: Pick<SelfRepairingFile, "use">;
  removedThrough: number;
  /** Called in a turn of its own when so many may go that they are removed without waiting. @returns whether some went. */
  removeMany: () => boolean;
}): Room {
  const { folder, keep, recorded, file, removeMany } = parts;
  let { removedThrough } = parts;
  const kept = createKept(keep);
  const reserve = createReserve(folder);
  const isKeepingNothing = keep.ageMs === 0 || keep.entries === 0;
  /** Nothing that is recorded is kept, because the disk or the file is nearly full. */
  let isTight = isKeepingNothing;
  let isShort = false;
  let isRemoving = false;

  function diskFreeBytes(): number {
    const disk = statfsSync(folder);
    return disk.bavail * disk.bsize;
  }

  /** Up to which number entries may go. */
  function freeThrough(): number {
    return isTight ? recorded.through : Math.min(recorded.through, kept.freeThrough);
  }

  function removable(): number | null {
    const through = freeThrough();
    return through > removedThrough ? Math.min(through, removedThrough + removeLimit) : null;
  }

  function remove(): void {
    const through = removable();
    if (through === null) return;
    try {
      file.use((open) => open.remove(through));
    } catch (error) {
      if (!isFull(error)) throw error;
      reserve.release();
      file.use((open) => open.remove(through));
      file.use((open) => open.truncateLog());
      // At once: it must be there when the disk is full again.
      reserve.refill(0);
    }
    removedThrough = through;
  }

  /** Step by step, with turns for the scales between them. */
  function removeSoon(): void {
    if (isRemoving || freeThrough() - removedThrough < removeLimit) return;
    isRemoving = true;
    setImmediate(() => {
      isRemoving = false;
      if (removeMany()) removeSoon();
    });
  }

  return {
    get removedThrough() {
      return removedThrough;
    },
    get isShort() {
      return isShort;
    },
    get diskFreeBytes() {
      return diskFreeBytes();
    },
    confirmed() {
      kept.confirm(recorded.through, performance.now());
      removeSoon();
    },
    takenBack: () => kept.takeBack(recorded.through),
    removableWithCommit() {
      const through = removable();
      return through !== null && through - removedThrough >= removeWithCommit ? through : null;
    },
    removed(throughSeq) {
      removedThrough = throughSeq;
    },
    remove,
    make() {
      // What is not kept at all leaves by itself, and the reserve is for that.
      if (isTight || recorded.through === removedThrough) return false;
      isTight = true;
      // What is freed lies in the file; to get at it the log needs room, too.
      reserve.release();
      remove();
      return true;
    },
    look() {
      const free = diskFreeBytes();
      isTight = isKeepingNothing || free < keepFreeBytes || file.use((open) => open.isNearlyFull());
      isShort = free < floorBytes;
    },
    reserve: () => reserve.refill(logBytes),
  };
}
