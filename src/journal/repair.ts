import type { Database } from "bun:sqlite";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { syncFile, syncFolder } from "../runtime/durable.ts";
import { saveAdopted } from "./adopted.ts";
import { type DamagedJournal, openDamaged } from "./damaged-journal.ts";
import { openFile } from "./file.ts";
import type { Mark } from "./mark.ts";
import { type Salvage, salvage } from "./salvage.ts";

export const journalName = "journal.db";
/** The main file first: without the log beside it a file would pass for a whole one, at an earlier time. */
const names = [journalName, `${journalName}-wal`, `${journalName}-shm`];
/** Folders with damaged files begin with it. */
export const damagedPrefix = "journal-damaged-";
/** A complete new journal, which takes its place as soon as the damaged one is moved. */
const recoveredName = "journal.recovered";
const loggedRanges = 20;

/** What the running appliance knows, independent of the file. */
export interface Known {
  readonly id?: string | null;
  readonly lastSeq?: number;
  readonly mark?: Mark;
}

/**
 * Makes a new journal out of what can be read of a damaged or deleted one, and sets the damaged files aside, whole.
 *
 * Entries keep their numbers, and counting goes on behind the highest number known: so Postgres knows again what it
 * has. What is recorded, and was only kept, is left in the damaged files: taking a million of those would hold the
 * scales up. The new file is complete before the old one leaves its place, so that this may be interrupted anywhere.
 *
 * @param parts.source is the open connection, where there is one: it still reads a deleted file. It is closed.
 * @throws as the file system and SQLite do, a full disk above all; then nothing has changed.
 */
export function repair(parts: {
  folder: string;
  source: Database | null;
  known: Known;
  cause: string;
  clock: Clock;
  logger: Logger;
}): void {
  const { folder, source, known, cause, clock, logger } = parts;
  const damaged = openDamaged(join(folder, journalName), source);
  const draft = join(folder, "journal.draft");
  let result: Salvage & { id: string; isNewId: boolean; lastSeq: number };
  try {
    result = recoverInto(draft, damaged, known, clock);
  } catch (error) {
    // The running appliance goes on with its connection.
    if (source === null) damaged.close();
    throw error;
  }
  syncFile(draft);
  renameSync(draft, join(folder, recoveredName));
  const aside = setAside(folder, clock);
  damaged.close();
  putInPlace(folder);
  const { entries, highest, unreadable, id, isNewId, lastSeq } = result;
  logger.fatal(
    {
      cause,
      aside,
      recovered: entries,
      highest,
      lastSeq,
      unreadable: unreadable.slice(0, loggedRanges),
      unreadableRanges: unreadable.length,
      journal: id,
      ...(isNewId && { note: "the journal's id was lost too: it counts from now on as another journal" }),
    },
    "journal damaged: what can be read was taken into a new one, the damaged files were set aside",
  );
}

/** Finishes what an earlier process began: a recovered journal is moved to its place if that is free. */
export function finishRepair(folder: string, clock: Clock, logger: Logger): void {
  if (!existsSync(join(folder, recoveredName)) || existsSync(join(folder, journalName))) return;
  setAside(folder, clock);
  putInPlace(folder);
  logger.warn("a recovered journal took the place of the damaged one, as an earlier start had begun");
}

function recoverInto(path: string, from: DamagedJournal, known: Known, clock: Clock) {
  removeFiles(path);
  const after = known.mark?.recordedThrough;
  const through = known.lastSeq;
  // The id is set below, when the damaged file has been asked for it.
  const file = openFile(path, { id: "", createdAt: clock.now(), mayBeEmpty: true, draft: true });
  try {
    file.db.run("begin");
    const found = salvage(from, (entry) => void file.insert(entry), {
      ...(after !== undefined && { after }),
      ...(through !== undefined && { through }),
      pendingOnly: true,
    });
    const id = known.id ?? found.id ?? Bun.randomUUIDv7();
    const lastSeq = Math.max(known.lastSeq ?? 0, found.lastSeq ?? 0, found.highest);
    file.db.run("update journal set id = ?, counted = ?", [id, found.counted]);
    file.setLastSeq(lastSeq);
    for (const setting of found.settings) file.saveScaleSetting(setting);
    const mark = known.mark ?? found.mark;
    if (mark !== null) file.saveMark(mark);
    const isNewId = known.id == null && found.id === null;
    if (isNewId) saveAdopted(file.db, { after: 0, through: lastSeq });
    file.db.run("commit");
    return { ...found, id, isNewId, lastSeq };
  } finally {
    file.close();
  }
}

/** Moves the journal's files into a folder of their own. @returns its path; null where there was nothing to move. */
export function setAside(folder: string, clock: Clock): string | null {
  const present = names.filter((name) => existsSync(join(folder, name)));
  if (present.length === 0) return null;
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  let aside = join(folder, `${damagedPrefix}${stamp}`);
  for (let nth = 2; existsSync(aside); nth++) aside = join(folder, `${damagedPrefix}${stamp}-${nth}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of present) renameSync(join(folder, name), join(aside, name));
  syncFolder(aside);
  syncFolder(folder);
  return aside;
}

function putInPlace(folder: string): void {
  renameSync(join(folder, recoveredName), join(folder, journalName));
  syncFolder(folder);
}

function removeFiles(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${path}${suffix}`, { force: true });
}
