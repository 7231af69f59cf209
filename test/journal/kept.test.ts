import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { createKept, type KeepLimits } from "../../src/journal/kept.ts";
import { recoverJournal } from "../../src/journal/recover.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { weighed } from "../support/entries.ts";
import { mountMemory } from "../support/mounted.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const hour = { ageMs: 3_600_000, entries: 1_000_000 };
const open = (folder: string, keep: KeepLimits = hour) =>
  openJournal({ folder, clock: systemClock, logger: silentLogger, keep });

async function put(journal: Journal, count: number): Promise<void> {
  const last = journal.lastSeq + count;
  for (let i = 0; i < count; i++) journal.append(weighed());
  await until("all is on disk", () => journal.lastSeq === last);
}

const numbersIn = (folder: string) => {
  using file = new Database(join(folder, "journal.db"), { readonly: true });
  const row = file
    .query<{ first: number | null; entries: number }, []>(
      "select min(seq) as first, count(*) as entries from entry",
    )
    .get();
  return [row?.first ?? null, row?.entries ?? 0];
};

test("entries may go when they have been recorded for their age, and those beyond the number at once", () => {
  const kept = createKept({ ageMs: 1_000, entries: 50 });
  kept.confirm(10, 0);
  kept.confirm(20, 500);
  expect(kept.freeThrough).toBe(0);
  kept.confirm(30, 1_000);
  expect(kept.freeThrough).toBe(10);
  kept.confirm(30, 1_499);
  expect(kept.freeThrough).toBe(10);
  kept.confirm(30, 1_500);
  expect(kept.freeThrough).toBe(20);
  kept.confirm(95, 1_600);
  expect(kept.freeThrough).toBe(45);
});

test("an age does not run while Postgres says nothing, and what it lost is not recorded any more", () => {
  const kept = createKept({ ageMs: 1_000, entries: 1_000 });
  kept.confirm(100, 0);
  // An outage of a day: the first word after it is that only 40 are there.
  kept.takeBack(40);
  kept.confirm(40, 86_400_000);
  expect(kept.freeThrough).toBe(0);
  kept.confirm(100, 86_400_100);
  kept.confirm(100, 86_401_000);
  expect(kept.freeThrough).toBe(40);
  kept.confirm(100, 86_401_100);
  expect(kept.freeThrough).toBe(100);
});

test("recorded entries stay in the journal, count as recorded, and come back from there", async () => {
  using folder = tempFolder();
  let journal = open(folder.path);
  await put(journal, 300);
  journal.markRecorded(290);
  expect(journal).toMatchObject({ entries: 10, recordedThrough: 290, everRecorded: 290 });
  const all = journal.read(0, 1_000);
  journal.close();
  journal = open(folder.path);
  expect(journal).toMatchObject({ entries: 10, recordedThrough: 290, everRecorded: 290, lastSeq: 300 });
  expect(journal.unmarkRecorded(100)).toBe(100);
  expect(journal).toMatchObject({ entries: 200, recordedThrough: 100, everRecorded: 290 });
  expect(journal.read(100, 1_000)).toEqual(all.slice(100));
  journal.close();
  expect(verifyJournal(join(folder.path, "journal.db"))).toMatchObject({
    entries: 300,
    kept: 100,
    fault: null,
  });
});

test("no more than the number are kept, and none longer than the age", async () => {
  using folder = tempFolder();
  const journal = open(folder.path, { ageMs: 3_600_000, entries: 100 });
  await put(journal, 12_000);
  journal.markRecorded(12_000);
  await until("the others are gone", () => Bun.deepEquals(numbersIn(folder.path), [11_901, 100]));
  expect(journal.unmarkRecorded(5)).toBe(11_900);
  journal.close();
  const short = open(folder.path, { ageMs: 300, entries: 1_000 });
  short.markRecorded(12_000);
  expect(numbersIn(folder.path)).toEqual([11_901, 100]);
  await until("they have grown too old", () => {
    short.markRecorded(12_000);
    return Bun.deepEquals(numbersIn(folder.path), [null, 0]);
  });
  short.close();
});

test("a mark in which a byte was changed says nothing: all that is there is asked for", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  await put(journal, 20);
  journal.markRecorded(15);
  journal.close();
  using file = new Database(join(folder.path, "journal.db"));
  file.run("update journal set recorded_through = 19");
  file.close();
  const again = open(folder.path);
  expect(again).toMatchObject({ recordedThrough: 0, entries: 20 });
  again.close();
});

test("a damaged journal gives what waits; what was only kept lies in the damaged files, and can be brought back", async () => {
  using folder = tempFolder();
  const data = join(folder.path, "data");
  mkdirSync(data);
  const journal = open(data);
  await put(journal, 3_000);
  journal.markRecorded(2_000);
  const all = journal.read(0, 3_000);
  journal.close();
  const bytes = readFileSync(join(data, "journal.db"));
  bytes.fill(0, 0, 4096);
  writeFileSync(join(data, "journal.db"), bytes);
  const mended = open(data);
  expect(mended).toMatchObject({ entries: 1_000, recordedThrough: 2_000, everRecorded: 2_000 });
  expect(mended.read(0, 10_000)).toEqual(all.slice(2_000));
  mended.close();
  const [aside = ""] = new Bun.Glob("journal-damaged-*").scanSync({ cwd: data, onlyFiles: false });
  expect(recoverJournal(join(data, aside), data, systemClock)).toMatchObject({
    added: 2_000,
    present: 1_000,
  });
  const after = open(data);
  // Whether Postgres has them is asked of each.
  expect(after).toMatchObject({ entries: 3_000, recordedThrough: 0, everRecorded: 2_000 });
  expect(after.read(0, 10_000)).toEqual(all);
  after.close();
});

const disk = tempFolder();
const mounted = mountMemory(disk.path, 400);
afterAll(() => {
  mounted?.[Symbol.dispose]();
  disk[Symbol.dispose]();
});

test.skipIf(mounted === null)(
  "on a full disk new entries take the room of those that are only kept",
  async () => {
    const journal = open(disk.path);
    await put(journal, 30_000);
    journal.markRecorded(30_000);
    await until("there is a reserve", () => existsSync(join(disk.path, "journal.reserve")));
    const ballast = join(disk.path, "ballast");
    const { bavail, bsize } = statfsSync(disk.path);
    // At once, so that the look at the disk does not come in between.
    for (let bytes = bavail * bsize; bytes > 0; bytes -= 64 * 1024) {
      try {
        writeFileSync(ballast, new Uint8Array(bytes));
        break;
      } catch {
        // So much there is not.
      }
    }
    const states: boolean[] = [];
    journal.onWritable("test", (writable) => states.push(writable));
    await put(journal, 20_000);
    expect(states).toEqual([]);
    expect(journal.read(30_000, 1)).toMatchObject([{ seq: 30_001 }]);
    rmSync(ballast);
    journal.close();
  },
);
