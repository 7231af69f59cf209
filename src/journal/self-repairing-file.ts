import { join } from "node:path";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { isDamage } from "./damage.ts";
import { type JournalFile, openFile } from "./file.ts";
import { journalName, type Known, repair } from "./repair.ts";

/** The journal's file while it is in use: if it is damaged or deleted, it is made again and work continues. */
export interface SelfRepairingFile {
  /** Works on the file; where that shows damage, once more on the repaired one. @throws as SQLite does */
  use<T>(work: (file: JournalFile) => T): T;
  /** Makes it again if its name no longer leads to it. */
  checkPlace(): void;
  close(): void;
}

/**
 * @param parts.file as the start opened it.
 * @param parts.known what the appliance knows at the moment.
 * @param parts.onReplaced is told when the file is another one: it has what waits for Postgres, and no more.
 */
export function createSelfRepairingFile(parts: {
  folder: string;
  file: JournalFile;
  known: () => Known;
  onReplaced: () => void;
  clock: Clock;
  logger: Logger;
}): SelfRepairingFile {
  const { folder, known, onReplaced, clock, logger } = parts;
  const { id } = parts.file;
  /** Null where the step after a replacement failed. */
  let file: JournalFile | null = parts.file;
  let closed = false;

  function current(): JournalFile {
    if (closed) throw new Error("the journal is closed");
    file ??= openFile(join(folder, journalName), { id, createdAt: clock.now(), mayBeEmpty: false });
    return file;
  }

  function replace(cause: string): void {
    repair({ folder, source: file?.db ?? null, known: { ...known(), id }, cause, clock, logger });
    file = null;
    onReplaced();
  }

  return {
    use(work) {
      try {
        return work(current());
      } catch (error) {
        if (!isDamage(error)) throw error;
        replace(String(error));
        return work(current());
      }
    },
    checkPlace() {
      if (!current().isInPlace()) replace("the journal's file was deleted or replaced while it was in use");
    },
    close() {
      file?.close();
      closed = true;
    },
  };
}
