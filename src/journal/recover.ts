import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.ts";
import { saveAdopted } from "./adopted.ts";
import { faultIn, isDamage } from "./damage.ts";
import { openDamaged } from "./damaged-journal.ts";
import { framesOf, type JournaledEntry } from "./entry.ts";
import { type JournalFile, openFile } from "./file.ts";
import { lockFolder } from "./folder-lock.ts";
import { readIdFile, writeIdFile } from "./id-file.ts";
import { DamagedLayout } from "./layout.ts";
import { journalName } from "./repair.ts";
import { type Salvage, salvage } from "./salvage.ts";

export interface RecoverReport extends Salvage {
  /** How many came into the journal under the number that they had. */
  readonly added: number;
  /** How many got a new number: theirs has another entry, or they are of another journal. */
  readonly renumbered: number;
  /** How many the journal has already. */
  readonly present: number;
}

/**
 * Reads a damaged or set-aside journal and, where `into` is given, brings its entries into that data folder's journal.
 *
 * An entry keeps its number, so that Postgres recognises at the next start whether it has it. Without `into` nothing
 * is changed.
 *
 * @param from a journal's file or the folder that it lies in.
 * @throws FolderInUse where an appliance runs on `into`.
 */
export function recoverJournal(from: string, into: string | null, clock: Clock): RecoverReport {
  const path = statSync(from, { throwIfNoEntry: false })?.isDirectory() ? join(from, journalName) : from;
  if (!existsSync(path)) throw new Error(`there is no journal in ${from}`);
  const release = into === null ? null : lockFolder(into);
  try {
    const found: JournaledEntry[] = [];
    const damaged = openDamaged(path);
    let result: Salvage;
    try {
      result = salvage(damaged, (entry) => void found.push(entry));
    } finally {
      damaged.close();
    }
    found.sort((a, b) => a.seq - b.seq);
    const counts =
      into === null ? { added: 0, renumbered: 0, present: 0 } : bringInto(into, found, result, clock);
    return { ...result, ...counts };
  } finally {
    release?.();
  }
}

function bringInto(folder: string, found: readonly JournaledEntry[], { id, lastSeq }: Salvage, clock: Clock) {
  const counts = { added: 0, renumbered: 0, present: 0 };
  const target = openTarget(folder, id, clock);
  // Where the id is lost the numbers are taken for this journal's: Postgres is asked about each at the next start.
  const isSame = id === null || id === target.id;
  const isCertain = id === target.id;
  try {
    const bags = uidsIn(target);
    target.db
      .transaction(() => {
        let lowest = Number.POSITIVE_INFINITY;
        for (const entry of found) {
          const outcome = bring(target, entry, isSame, bags);
          counts[outcome]++;
          if (outcome === "added") lowest = Math.min(lowest, entry.seq);
          // Postgres may have its bag under the number that it had.
          if (outcome === "renumbered") adopt(target, target.lastSeq());
          if (outcome === "added" && !isCertain) adopt(target, entry.seq);
        }
        askAgainFrom(target, lowest);
        if (isSame && lastSeq !== null && lastSeq > target.lastSeq()) target.setLastSeq(lastSeq);
      })
      .immediate();
  } finally {
    target.close();
  }
  writeIdFile(folder, target.id);
  return counts;
}

function adopt(target: JournalFile, seq: number): void {
  saveAdopted(target.db, { after: seq - 1, through: seq });
}

/** Postgres is asked about each entry from a number on: whether it has those that came back is not known here. */
function askAgainFrom(target: JournalFile, seq: number): void {
  const mark = target.mark();
  if (mark !== null && seq <= mark.recordedThrough) target.saveMark({ ...mark, recordedThrough: seq - 1 });
}

function openTarget(folder: string, foundId: string | null, clock: Clock): JournalFile {
  const path = join(folder, journalName);
  const id = readIdFile(folder) ?? foundId ?? Bun.randomUUIDv7();
  try {
    const file = openFile(path, { id, createdAt: clock.now(), mayBeEmpty: !existsSync(path) });
    const fault = faultIn(file.db);
    if (fault === null) return file;
    file.close();
    throw new DamagedLayout(fault);
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new Error(
      `the journal in ${folder} is damaged itself: start the appliance once, it takes what can be read into a new one`,
      { cause: error },
    );
  }
}

function uidsIn(file: JournalFile): ReadonlySet<string> {
  const rows = file.db.query<{ uid: string }, []>("select uid from entry where uid is not null").all();
  return new Set(rows.map(({ uid }) => uid));
}

function bring(
  target: JournalFile,
  entry: JournaledEntry,
  keepsNumber: boolean,
  bags: ReadonlySet<string>,
): "added" | "renumbered" | "present" {
  if (entry.kind === "weighed" && bags.has(entry.uid)) return "present";
  if (keepsNumber) {
    if (target.insert(entry)) return "added";
    const [other] = target.read(entry.seq - 1, 1);
    const isSame = other?.receivedAt === entry.receivedAt && other.raw === entry.raw;
    if (isSame && other.kind === entry.kind) return "present";
  }
  target.insert({ ...entry, seq: target.lastSeq() + framesOf(entry) });
  return "renumbered";
}

/** What was found and done, for people. */
export function recoverText(report: RecoverReport, into: string | null): string {
  const lines = [
    `journal      ${report.id ?? "the id cannot be read"}`,
    `last number  ${report.lastSeq ?? "cannot be read"}`,
    `readable     ${report.entries} entries`,
  ];
  for (const { from, through } of report.unreadable.slice(0, 20)) {
    lines.push(
      from === through ? `unreadable   number ${from}` : `unreadable   numbers ${from} to ${through}`,
    );
  }
  if (report.unreadable.length > 20) lines.push(`unreadable   ${report.unreadable.length - 20} ranges more`);
  lines.push(
    ...(into === null
      ? [
          "",
          "Nothing was changed. To bring these entries back, stop the appliance and add --into DATA_FOLDER.",
        ]
      : [
          `into         ${into}`,
          `added        ${report.added} under their own numbers`,
          `renumbered   ${report.renumbered}`,
          `present      ${report.present} were there already`,
          "",
          "At its next start the appliance records those that Postgres does not have. None becomes a bag twice.",
        ]),
  );
  return `${lines.join("\n")}\n`;
}
