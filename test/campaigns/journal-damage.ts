/**
 * Damages journals in the ways that disks and people do, and counts for each way how many frames are lost: by the
 * appliance at its next start, by reading rows through SQLite alone, and by `.recover` of the `sqlite3` program, where
 * one is in the path that has it (Debian's has not: build it with SQLITE_ENABLE_DBPAGE_VTAB).
 *
 *   bun test/campaigns/journal-damage.ts --cycles 10 --seed 1
 *
 * In a cycle each journal is damaged once in each way: one frame a commit (`trickle`), many while Postgres is away
 * (`outage`), one that recorded entries have left (`used`), all as a killed process leaves them, with a log; and one that was
 * closed (`stopped`). It is a mismatch where the appliance does not have a frame that another way brings back.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JournaledEntry } from "../../src/journal/entry.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { startCampaign } from "../support/campaign.ts";
import { rejected, weighed } from "../support/entries.ts";
import { type JournalFiles, journalDamages } from "../support/journal-damages.ts";
import { logFrameBytes, pageBytes } from "../support/journal-log.ts";
import {
  type Entries,
  findRecover,
  journalNames,
  putJournal,
  readByRecover,
  readByStatements,
} from "../support/readable-rows.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("journal-damage", { cycles: 5, entries: 4_000 });
const { say, check, numbers } = campaign;
const everything = 10_000_000;

interface Model {
  readonly name: string;
  readonly files: JournalFiles;
  readonly id: Buffer;
  readonly entries: ReadonlyMap<number, JournaledEntry>;
}

function readJournal(folder: string): JournalFiles {
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : null);
  const { db, log, shm } = journalNames;
  return { db: read(db) ?? Buffer.alloc(0), log: read(log), shm: read(shm) };
}

async function append(journal: Journal, count: number, group: number): Promise<void> {
  for (let done = 0; done < count; done += group) {
    for (let nth = done; nth < done + group; nth++)
      journal.append(nth % 20 === 19 ? rejected() : weighed({ scale: 1 + (nth % 50) }));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
}

/** @param isStopped closes it, so that it has no log. */
async function made(
  name: string,
  fill: (journal: Journal) => Promise<void>,
  isStopped = false,
): Promise<Model> {
  using folder = tempFolder();
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger: silentLogger });
  await fill(journal);
  await until("all is on disk", () => journal.waiting === 0);
  const pending = journal.read(journal.recordedThrough, everything);
  const killed = readJournal(folder.path);
  journal.close();
  const files = isStopped ? readJournal(folder.path) : killed;
  const pages = `${files.db.length / pageBytes} pages, ${Math.floor((files.log?.length ?? 0) / logFrameBytes)} in the log`;
  say(`${name}: ${pending.length} frames, ${pages}`);
  const id = readFileSync(join(folder.path, "journal.id"));
  return { name, files, id, entries: new Map(pending.map((entry) => [entry.seq, entry])) };
}

/** What an appliance has after its next start, and whether it said anything about the journal. */
function start({ id }: Model, files: JournalFiles): { entries: Entries; isTold: boolean } {
  using folder = tempFolder();
  putJournal(files, folder.path);
  writeFileSync(join(folder.path, "journal.id"), id);
  let isTold = false;
  const tell = () => {
    isTold = true;
  };
  const logger = Object.assign(Object.create(silentLogger), { warn: tell, error: tell, fatal: tell });
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  const found = journal.read(journal.recordedThrough, everything);
  journal.close();
  return { entries: new Map(found.map((entry) => [entry.seq, entry])), isTold };
}

const { entries: size } = numbers;
const models = [
  await made("trickle", (journal) => append(journal, size / 8, 1)),
  await made("outage", (journal) => append(journal, size, 40)),
  await made("used", async (journal) => {
    await append(journal, size, 40);
    journal.markRecorded(size / 2);
    await Bun.sleep(1_500);
    await append(journal, size / 2, 10);
  }),
  await made("stopped", (journal) => append(journal, size, 40), true),
];
const another = await made("another", (journal) => append(journal, size / 4, 4));
const damages = journalDamages(campaign.random, another.files.log);
const recover = findRecover();
if (recover === null) say("there is no sqlite3 program with .recover: that column is empty");

const ways = ["appliance", "statements", ".recover"] as const;
type Way = (typeof ways)[number];
interface Tally {
  frames: number;
  readonly lost: Record<Way, number>;
  readonly most: Record<Way, number>;
  /** Journals that lost frames without a word. */
  untold: number;
}
const tallies = new Map<string, Tally>();
const none = () => ({ appliance: 0, statements: 0, ".recover": 0 });

function damageOnce(kind: string, model: Model, files: JournalFiles): void {
  const { name, entries } = model;
  const { entries: kept, isTold } = start(model, files);
  const found: Record<Way, Entries> = {
    appliance: kept,
    statements: readByStatements(files, Math.max(...entries.keys())),
    ".recover": recover === null ? new Map() : readByRecover(recover, files),
  };
  const has = (way: Way, entry: JournaledEntry) => Bun.deepEquals(found[way].get(entry.seq), entry);
  const tally = tallies.get(kind) ?? { frames: 0, lost: none(), most: none(), untold: 0 };
  tallies.set(kind, tally);
  tally.frames += entries.size;
  const lost = none();
  let onlyOthers = 0;
  for (const entry of entries.values()) {
    for (const way of ways) if (!has(way, entry)) lost[way]++;
    if (!has("appliance", entry) && (has("statements", entry) || has(".recover", entry))) onlyOthers++;
  }
  for (const way of ways) {
    tally.lost[way] += lost[way];
    tally.most[way] = Math.max(tally.most[way], lost[way]);
  }
  if (lost.appliance > 0 && !isTold) tally.untold++;
  check(`${name}, ${kind}: the appliance lacks ${onlyOthers} frames that others read`, onlyOthers === 0);
}

for (let cycle = 1; cycle <= numbers.cycles; cycle++) {
  for (const [kind, damage] of Object.entries(damages)) {
    for (const model of models) {
      const { db, log, shm } = model.files;
      const files = { db: Buffer.from(db), log: log && Buffer.from(log), shm: shm && Buffer.from(shm) };
      if (damage(files)) damageOnce(kind, model, files);
    }
  }
  say(`cycle ${cycle} of ${numbers.cycles}`);
}

const row = (kind: string, cells: readonly (string | number)[]) =>
  say(`${kind.padEnd(30)}${cells.map((cell) => String(cell).padStart(16)).join("")}`);
row("frames lost (most by one)", ["of", ...ways, "untold"]);
const totals = none();
for (const [kind, { frames, lost, most, untold }] of tallies) {
  row(kind, [frames, ...ways.map((way) => `${lost[way]} (${most[way]})`), untold]);
  for (const way of ways) totals[way] += lost[way];
}
campaign.receipt({
  cycles: numbers.cycles,
  ...Object.fromEntries(ways.map((way) => [`lost by ${way}`, totals[way]])),
});
