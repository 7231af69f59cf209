import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { JournaledEntry } from "../../src/journal/entry.ts";
import { checksumOf } from "../../src/journal/entry-row.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { rejected, weighed } from "../support/entries.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const file = (folder: string) => join(folder, "journal.db");
const open = (folder: string) => openJournal({ folder, clock: systemClock, logger: silentLogger });
const damagedFolders = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith("journal-damaged-"));

/** A closed journal of so many entries, and what is in it. It is made once for each size. */
const made = new Map<
  number,
  { folder: ReturnType<typeof tempFolder>; id: string; entries: JournaledEntry[] }
>();
afterAll(() => {
  for (const { folder } of made.values()) folder[Symbol.dispose]();
});

async function filled(into: string, count: number) {
  let model = made.get(count);
  if (model === undefined) {
    const folder = tempFolder();
    const journal = open(folder.path);
    for (let i = 0; i < count; i++)
      journal.append(i % 10 === 9 ? rejected() : weighed({ raw: `frame ${i}` }));
    await until("all is on disk", () => journal.lastSeq === count);
    model = { folder, id: journal.id, entries: journal.read(0, count) };
    journal.close();
    made.set(count, model);
  }
  for (const name of ["journal.db", "journal.id"]) cpSync(join(model.folder.path, name), join(into, name));
  return model;
}

/** The numbers whose rows SQLite still reads as they were, asked one by one, without the program under test. */
function readableNumbers(path: string, entries: readonly JournaledEntry[]): number[] {
  const bytes = readFileSync(path);
  // SQLite refuses a file that is shorter than its first page says: so that says what there is.
  if (bytes.length >= 4096) bytes.writeUInt32BE(Math.floor(bytes.length / 4096), 28);
  using copy = tempFolder();
  writeFileSync(file(copy.path), bytes);
  const db = new Database(file(copy.path));
  try {
    const query = db.query<Record<string, unknown>, [number]>("select * from entry where seq = ?");
    return entries.filter((entry) => isThere(query, entry)).map(({ seq }) => seq);
  } catch {
    return [];
  } finally {
    db.close(true);
  }
}

function isThere(
  query: { get(seq: number): Record<string, unknown> | null },
  entry: JournaledEntry,
): boolean {
  try {
    const row = query.get(entry.seq);
    return row !== null && Bun.deepEquals(Object.values(row), inTableOrder(entry));
  } catch {
    return false;
  }
}

/** An entry's columns as the table has them. */
function inTableOrder(entry: JournaledEntry): unknown[] {
  const raw = new Uint8Array(Buffer.from(entry.raw, "latin1"));
  const common = [entry.seq, entry.receivedAt, entry.remoteAddress];
  const sum = checksumOf(entry.seq, entry);
  return entry.kind === "rejected"
    ? [...common, null, null, null, null, null, null, entry.scale, entry.reason, raw, sum]
    : [
        ...common,
        entry.uid,
        entry.station,
        entry.printedScale,
        entry.weight,
        entry.unit,
        Number(entry.repeatSuspected),
        entry.scale,
        null,
        raw,
        sum,
      ];
}

async function goesOn(journal: Journal, atLeast: number): Promise<void> {
  const before = journal.lastSeq;
  expect(before).toBeGreaterThanOrEqual(atLeast);
  journal.append(weighed({ weight: "12.34" }));
  await until("the next entry is on disk", () => journal.lastSeq === before + 1);
  expect(journal.read(before, 10)).toMatchObject([{ seq: before + 1, weight: "12.34" }]);
}

test("a journal whose first page is gone keeps every entry, its id and its numbers", async () => {
  using folder = tempFolder();
  const { id, entries } = await filled(folder.path, 3_000);
  const bytes = readFileSync(file(folder.path));
  bytes.fill(0, 0, 4096);
  writeFileSync(file(folder.path), bytes);
  const journal = open(folder.path);
  expect(journal.id).toBe(id);
  expect(journal.read(0, 10_000)).toEqual(entries);
  await goesOn(journal, 3_000);
  journal.close();
  const [aside] = damagedFolders(folder.path);
  expect(readFileSync(join(folder.path, aside ?? "", "journal.db")).equals(bytes)).toBe(true);
});

test("a journal whose first page is gone keeps what people set for scales, and how far Postgres had it", async () => {
  using folder = tempFolder();
  const before = open(folder.path);
  const setting = { scale: 3, station: "Station 2", enabled: false, aliasOf: 2, weighsGross: true };
  before.saveScaleSetting(setting);
  for (let i = 0; i < 100; i++) before.append(weighed());
  await until("all is on disk", () => before.lastSeq === 100);
  before.markRecorded(40);
  before.close();
  const bytes = readFileSync(file(folder.path));
  bytes.fill(0, 0, 4096);
  writeFileSync(file(folder.path), bytes);
  const journal = open(folder.path);
  expect(journal.scaleSettings()).toEqual([setting]);
  expect(journal).toMatchObject({ recordedThrough: 40, entries: 60, lastSeq: 100 });
  journal.close();
});

test("a page in the middle costs its own entries and no others", async () => {
  using folder = tempFolder();
  const { entries } = await filled(folder.path, 3_000);
  const bytes = readFileSync(file(folder.path));
  bytes.fill(0xff, 20 * 4096, 21 * 4096);
  writeFileSync(file(folder.path), bytes);
  const journal = open(folder.path);
  const kept = journal.read(0, 10_000);
  expect(kept.length).toBeWithin(2_900, 3_000);
  expect(entries).toEqual(expect.arrayContaining(kept.slice(0, 50)));
  await goesOn(journal, 3_000);
  journal.close();
});

test("a truncated, an emptied and a foreign file are set aside; the id stays, and weighing goes on", async () => {
  for (const damage of [
    (path: string) => truncateSync(path, statSync(path).size - 5_000),
    (path: string) => truncateSync(path, 0),
    (path: string) => writeFileSync(path, "this is no database, and was never one. ".repeat(1_000)),
  ]) {
    using folder = tempFolder();
    const { id, entries } = await filled(folder.path, 3_000);
    damage(file(folder.path));
    const readable = readableNumbers(file(folder.path), entries);
    const journal = open(folder.path);
    expect(journal.id).toBe(id);
    const kept = journal.read(0, 10_000);
    expect(kept.map(({ seq }) => seq)).toEqual(expect.arrayContaining(readable));
    const wasThere = new Map(entries.map((entry) => [entry.seq, entry]));
    for (const entry of kept) expect(entry).toEqual(wasThere.get(entry.seq) ?? entry);
    expect(damagedFolders(folder.path)).toHaveLength(1);
    await goesOn(journal, 0);
    journal.close();
  }
});

test("a deleted file is no silent new beginning: the journal keeps its id", async () => {
  using folder = tempFolder();
  const { id } = await filled(folder.path, 10);
  rmSync(file(folder.path));
  const journal = open(folder.path);
  expect(journal).toMatchObject({ id, lastSeq: 0 });
  await goesOn(journal, 0);
  journal.close();
});

test("where the id is lost in both places, the entries come back under a new one", async () => {
  using folder = tempFolder();
  const { id, entries } = await filled(folder.path, 100);
  rmSync(join(folder.path, "journal.id"));
  const bytes = readFileSync(file(folder.path));
  const at = bytes.indexOf(id);
  bytes.write("?".repeat(36), at, "latin1");
  // And a page that is surely noticed.
  bytes.fill(0xff, bytes.length - 4096);
  writeFileSync(file(folder.path), bytes);
  const journal = open(folder.path);
  expect(journal.id).not.toBe(id);
  expect(journal.id).toMatch(/^[0-9a-f-]{36}$/);
  // Postgres may have them under the id that is lost.
  expect(journal.adopted()).toEqual({ after: 0, through: journal.lastSeq });
  expect(journal.read(0, 1_000).length).toBeGreaterThan(0);
  expect(entries).toEqual(expect.arrayContaining(journal.read(0, 1_000)));
  journal.close();
});

test("a file that is deleted in use is made again with everything that is not recorded", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  for (let i = 0; i < 500; i++) journal.append(weighed());
  await until("all is on disk", () => journal.lastSeq === 500);
  journal.markRecorded(100);
  const pending = journal.read(100, 1_000);
  for (const name of readdirSync(folder.path)) {
    if (/^journal\.db/.test(name)) rmSync(join(folder.path, name));
  }
  journal.append(weighed());
  await until("the file is there again", () => existsSync(file(folder.path)));
  await goesOn(journal, 501);
  expect(journal.read(100, 400)).toEqual(pending);
  expect(journal.recordedThrough).toBe(100);
  journal.close();
  const again = open(folder.path);
  expect(again).toMatchObject({ id: journal.id, lastSeq: 502, recordedThrough: 100 });
  expect(again.read(100, 400)).toEqual(pending);
  again.close();
});

test("where only the log is deleted in use, that is noticed too", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  for (let i = 0; i < 50; i++) journal.append(weighed());
  await until("all is on disk", () => journal.lastSeq === 50);
  const entries = journal.read(0, 100);
  rmSync(`${file(folder.path)}-wal`);
  await until("the journal was made again", () => damagedFolders(folder.path).length === 1);
  journal.close();
  const again = open(folder.path);
  expect(again.read(0, 100)).toEqual(entries);
  again.close();
});

test("where the table's root page is gone every entry is found all the same", async () => {
  using folder = tempFolder();
  const { entries, id } = await filled(folder.path, 1_500);
  const db = new Database(file(folder.path));
  const { rootpage } = db
    .query<{ rootpage: number }, []>("select rootpage from sqlite_schema where name = 'entry'")
    .get() ?? { rootpage: 0 };
  db.close();
  const bytes = readFileSync(file(folder.path));
  bytes.fill(0xee, (rootpage - 1) * 4096, rootpage * 4096);
  writeFileSync(file(folder.path), bytes);
  const journal = open(folder.path);
  expect(journal.read(0, 10_000)).toEqual(entries);
  expect(journal).toMatchObject({ id, lastSeq: 1_500 });
  journal.close();
});

test("damage that is met while running is repaired on the spot", async () => {
  using folder = tempFolder();
  // More than SQLite keeps in memory.
  await filled(folder.path, 40_000);
  const journal = open(folder.path);
  const bytes = readFileSync(file(folder.path));
  // All pages but the first: whatever is not in memory is gone.
  bytes.fill(0xee, 4096);
  writeFileSync(file(folder.path), bytes);
  expect(journal.read(0, 40_000).length).toBeLessThan(40_000);
  await goesOn(journal, 40_000);
  journal.markRecorded(journal.lastSeq);
  expect(journal.entries).toBe(0);
  journal.close();
  expect(damagedFolders(folder.path)).toHaveLength(1);
});

test("an interrupted repair is finished by the next start", async () => {
  using folder = tempFolder();
  const { entries } = await filled(folder.path, 100);
  cpSync(file(folder.path), join(folder.path, "journal.recovered"));
  rmSync(file(folder.path));
  writeFileSync(`${file(folder.path)}-wal`, "left behind");
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(entries);
  journal.close();
});

test("300 random damages: never a crash, all that SQLite reads is recovered, nothing twice", async () => {
  // The generator of Park and Miller: what failed once fails again.
  let state = 20_261_122;
  const whole = (below: number) => {
    state = (state * 48_271) % 0x7fffffff;
    return state % Math.max(1, Math.floor(below));
  };
  for (let round = 0; round < 300; round++) {
    using folder = tempFolder();
    const { entries } = await filled(folder.path, 1_500);
    const bytes = readFileSync(file(folder.path));
    const kind = whole(4);
    if (kind === 0) {
      for (let i = 0; i <= whole(8); i++) bytes.writeUInt8(whole(256), whole(bytes.length));
    } else if (kind === 1) {
      // A page of which only the beginning came to the disk.
      const page = whole(bytes.length / 4096) * 4096;
      bytes.fill(0, page + 512 * whole(8), page + 4096);
    } else if (kind === 2) {
      const page = whole(bytes.length / 4096) * 4096;
      bytes.copy(bytes, page, whole(bytes.length / 4096) * 4096, bytes.length);
    }
    const length = kind === 3 ? whole(bytes.length) : bytes.length;
    mkdirSync(folder.path, { recursive: true });
    writeFileSync(file(folder.path), bytes.subarray(0, length));

    const readable = readableNumbers(file(folder.path), entries);
    const journal = open(folder.path);
    const kept = journal.read(0, 100_000);
    const numbers = new Set(kept.map(({ seq }) => seq));
    const lost = readable.filter((seq) => !numbers.has(seq));
    expect({ round, kind, lost }).toEqual({ round, kind, lost: [] });
    expect(numbers.size).toBe(kept.length);
    await goesOn(journal, 0);
    journal.close();
  }
}, 300_000);
