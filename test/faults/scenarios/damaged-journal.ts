import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJournalFile, type SeenEntry } from "../../support/journal-file.ts";
import {
  framesOfLog,
  type LogFrame,
  logFrameBytes,
  logHeaderBytes,
  pageBytes,
} from "../../support/journal-log.ts";
import { until } from "../../support/until.ts";
import { bagKey, type Plant } from "../plant.ts";
import { between, whole } from "../scenario.ts";

const drainLimitMs = 60_000;

/**
 * As a power cut leaves it: of a page that was being written only the beginning came to the disk, in the log, or in the
 * file while the log was brought home. Nothing may be lost by that.
 */
export async function tornPage(plant: Plant): Promise<void> {
  await Bun.sleep(between(plant, 0, 800));
  await plant.end("SIGKILL");
  const path = join(plant.dataDir, "journal.db");
  const log = framesOfLog(path);
  const keptBytes = whole(plant, 0, pageBytes - 1);
  if (log.length > 0 && plant.random() < 0.5) {
    const pages = committedPages(log).filter((page) => page * pageBytes <= statSync(path).size);
    const page = pages[whole(plant, 0, pages.length - 1)];
    if (page !== undefined)
      change(path, (bytes) => bytes.fill(0x77, (page - 1) * pageBytes + keptBytes, page * pageBytes));
  } else if (log.length > 0) {
    change(`${path}-wal`, (bytes) => {
      const torn = Buffer.from(bytes.subarray(-logFrameBytes));
      return Buffer.concat([bytes, torn.fill(0x77, 24 + keptBytes)]);
    });
  }
  await plant.begin();
}

/** The pages of finished transactions. */
function committedPages(log: readonly LogFrame[]): number[] {
  const end = log.findLastIndex(({ isCommit }) => isCommit) + 1;
  return [...new Set(log.slice(0, end).map(({ page }) => page))];
}

/** A bad disk. What only the journal has may lose the entries that the bytes are in, and these must be told. */
export async function flippedBytes(plant: Plant): Promise<void> {
  await plant.line.refuse();
  await Bun.sleep(between(plant, 300, 1_500));
  await plant.end("SIGKILL");
  const before = readJournalFile(plant.dataDir);
  const path = join(plant.dataDir, "journal.db");
  const flips = whole(plant, 1, 3);
  for (let flip = 0; flip < flips; flip++) {
    const isInLog = plant.random() < 0.5;
    const end = isInLog ? lastCommitAt(path) : statSync(path).size;
    const at = whole(plant, 0, end - 1);
    const bit = 1 << whole(plant, 0, 7);
    if (end > 0)
      change(isInLog ? `${path}-wal` : path, (bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ bit, at));
  }
  await plant.line.accept();
  await plant.begin();
  await noteDestroyed(plant, before.entries, before.lastSeq, flips);
  clearAside(plant);
}

/**
 * Where the last transaction begins in the log, 0 where there is none. A byte that changes in it makes it look like a
 * write that was not finished.
 */
function lastCommitAt(path: string): number {
  const commits = framesOfLog(path).flatMap(({ isCommit }, index) => (isCommit ? [index] : []));
  const beforeLast = commits.at(-2);
  return beforeLast === undefined ? 0 : logHeaderBytes + (beforeLast + 1) * logFrameBytes;
}

/** Tells the oracle which entries are gone. @throws where these are too many, or the appliance was silent about them. */
async function noteDestroyed(
  plant: Plant,
  entries: readonly SeenEntry[],
  lastSeq: number,
  flips: number,
): Promise<void> {
  const { sql } = plant.postgres;
  await until(
    "what the journal had is recorded",
    async () => {
      const rows = await sql<{ recorded_through: number }[]>`select recorded_through from journal`;
      return rows.length === 1 && (rows[0]?.recorded_through ?? 0) >= lastSeq;
    },
    drainLimitMs,
  );
  const rows = await sql<{ seq: number }[]>`
    select journal_seq as seq from filler_bag
    union all
    select journal_seq from rejected_frame`;
  const recorded = new Set(rows.map(({ seq }) => seq));
  const gone = entries.filter(({ seq }) => !recorded.has(seq));
  if (gone.length > flips)
    throw new Error(`${flips} flipped bytes cost ${gone.length} entries: ${gone.map(({ seq }) => seq)}`);
  const isTold = plant
    .appliance()
    .log()
    .some(({ level }) => level === "fatal");
  if (gone.length > 0 && !isTold) throw new Error(`${gone.length} entries are gone without a word`);
  for (const { printed_scale: scale, weight, raw } of gone) {
    if (scale !== null && weight !== null) plant.destroyed.bags.add(bagKey(scale, weight));
    else plant.destroyed.rejected.push(Buffer.from(raw).toString("latin1"));
  }
}

/** What a person does who has looked at the damaged files: else they fill the small disk. */
export function clearAside({ dataDir }: Plant): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith("journal-damaged-")) rmSync(join(dataDir, name), { recursive: true });
  }
}

function change(path: string, how: (bytes: Buffer) => unknown): void {
  const bytes = readFileSync(path);
  const changed = how(bytes);
  writeFileSync(path, changed instanceof Uint8Array ? changed : bytes);
}
