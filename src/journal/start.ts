import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Logger } from "../observability/logger.ts";
import { isDamage, quickFaultIn } from "./damage.ts";
import { type JournalFile, openFile } from "./file.ts";
import { readIdFile, writeIdFile } from "./id-file.ts";
import { finishMending, journalName, mend, setAside } from "./mend.ts";

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
  let file: JournalFile;
  try {
    file = open(knownId === null || !isThere);
  } catch (error) {
    if (!isDamage(error)) throw error;
    file = damaged(null, String(error));
  }
  const fault = faultOf(file);
  if (fault !== null) file = damaged(file, fault);
  if (file.id !== knownId) writeIdFile(folder, file.id);
  return file;
}

/** What is wrong with the content, or null. Everything is checked where that is quick, else both ends. */
function faultOf(file: JournalFile): string | null {
  try {
    const fault = quickFaultIn(file.db);
    if (fault !== null) return fault;
    const last = file.lastSeq();
    const first = file.firstSeq();
    if (first !== null) file.read(first - 1, 1);
    return file.read(last, 1).length > 0 ? "there are higher numbers than the last one given" : null;
  } catch (error) {
    if (isDamage(error)) return String(error);
    throw error;
  }
}
