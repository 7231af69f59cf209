import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { isDamage, quickFaultIn } from "./damage.ts";
import type { JournaledEntry } from "./entry.ts";
import { type JournalFile, openFile } from "./file.ts";
import { readIdFile, writeIdFile } from "./id-file.ts";
import { checkLog } from "./log-check.ts";
import { finishRepair, journalName, repair, setAside } from "./repair.ts";

/**
 * Opens the journal's file as a start finds it: a sound one, none yet, or one that was damaged or deleted.
 *
 * @throws where the folder cannot be written, or a damaged journal cannot be repaired because the disk is full.
 */
export function startFile(parts: { folder: string; clock: Clock; logger: Logger }): JournalFile {
  const { folder, clock, logger } = parts;
  const path = join(folder, journalName);
  finishRepair(folder, clock, logger);
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
    repair({ folder, source: source?.db ?? null, known: { id: knownId }, cause, clock, logger });
    return open(false);
  };
  const log = isThere ? checkLog(path) : null;
  let file: JournalFile;
  if (log?.kind === "damaged") {
    file = damaged(null, log.cause);
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
  else if (log?.kind === "unfinished") takeIn(log.entries, file, logger);
  if (file.id !== knownId) {
    if (knownId !== null) {
      logger.warn(
        { journal: file.id, before: knownId },
        "the journal's file is another one than before (was it copied into the data folder?): it is taken as it is",
      );
    }
    writeIdFile(folder, file.id);
  }
  return file;
}

/** These frames were read from scales, which do not send them again. */
function takeIn(entries: readonly JournaledEntry[], file: JournalFile, logger: Logger): void {
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
