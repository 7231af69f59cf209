import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { carveEntries } from "./carve.ts";
import { isDamage, quickFaultIn } from "./damage.ts";
import type { JournaledEntry } from "./entry.ts";
import { type JournalFile, openFile } from "./file.ts";
import { readIdFile, writeIdFile } from "./id-file.ts";
import { finishMending, journalName, mend, setAside } from "./mend.ts";
import { readLog, unfinishedFrames, type WriteAheadLog } from "./write-ahead-log.ts";

/**
 * Opens the journal's file as a start finds it: a sound one, none yet, or one that was damaged or deleted.
 *
 * @throws where the folder cannot be written, or a damaged journal cannot be mended because the disk is full.
 */
export function startFile(parts: { folder: string; clock: Clock; logger: Logger }): JournalFile {
  const { folder, clock, logger } = parts;
  const path = join(folder, journalName);
  finishMending(folder, clock, logger);
  const knownId = readIdFile(folder);
  const isThere = existsSync(path);
  const id = knownId ?? Bun.randomUUIDv7();
  if (!isThere && knownId !== null) {
    logger.fatal(
      { journal: knownId, aside: setAside(folder, clock) },
      "the journal's file is gone: what was in it and not in Postgres is lost, a new one was made",
    );
  }
  const open = (mayBeEmpty: boolean) => openFile(path, { id, createdAt: clock.now(), mayBeEmpty });
  const damaged = (source: JournalFile | null, cause: string) => {
    mend({ folder, source: source?.db ?? null, known: { id: knownId }, cause, clock, logger });
    return open(false);
  };
  // Before SQLite opens the file: it would write over what it does not read.
  const log = isThere ? readLog(path) : null;
  let file: JournalFile;
  if (log?.isBroken) {
    file = damaged(null, "the log is damaged, and SQLite would leave out what lies behind");
  } else {
    try {
      file = open(knownId === null || !isThere);
    } catch (error) {
      if (!isDamage(error)) throw error;
      file = damaged(null, String(error));
    }
  }
  const fault = faultOf(file);
  if (fault !== null) file = damaged(file, fault);
  if (log !== null) rescue(file, log, logger);
  if (file.id !== knownId) writeIdFile(folder, file.id);
  return file;
}

/**
 * Takes entries of a transaction that was not finished, because the process died in the middle of it. They were read,
 * and the scale does not send them again. (A byte that was changed in the last transaction looks the same.)
 */
function rescue(file: JournalFile, log: WriteAheadLog, logger: Logger): void {
  const last = file.lastSeq();
  const found = new Map<number, JournaledEntry>();
  for (const { content } of unfinishedFrames(log)) {
    for (const entry of carveEntries(content, (seq) => seq > last)) found.set(entry.seq, entry);
  }
  if (found.size === 0) return;
  const entries = [...found.values()].sort((a, b) => a.seq - b.seq);
  file.db.transaction(() => entries.forEach(file.insert)).immediate();
  logger.warn(
    { entries: entries.length, first: entries[0]?.seq, last: entries.at(-1)?.seq },
    "entries were taken out of a write to the journal that had not been finished",
  );
}

/** So many recorded entries are checked in 20 ms; more are looked at when they leave. */
const keptChecked = 50_000;

/** What is wrong with the content, or null. Everything is checked where that is quick, else both ends of what waits. */
function faultOf(file: JournalFile): string | null {
  try {
    const last = file.lastSeq();
    const first = file.firstSeq();
    const recorded = file.mark()?.recordedThrough ?? 0;
    const fault = first !== null && recorded - first > keptChecked ? null : quickFaultIn(file.db);
    if (fault !== null) return fault;
    if (first !== null) file.read(Math.max(first - 1, recorded), 1);
    return file.read(last, 1).length > 0 ? "there are higher numbers than the last one given" : null;
  } catch (error) {
    if (isDamage(error)) return String(error);
    throw error;
  }
}
