import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { JournaledEntry } from "../../src/journal/entry.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { rejected, weighed } from "../support/entries.ts";
import { logFrameBytes, logHeaderBytes } from "../support/journal-log.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const open = (folder: string) => openJournal({ folder, clock: systemClock, logger: silentLogger });
const isDamagedAside = (folder: string) =>
  readdirSync(folder).some((name) => name.startsWith("journal-damaged-"));

/** What a process leaves that dies after `commits` commits of so many entries; all of it is still in the log. */
async function killed(into: string, commits: number, each = 10): Promise<JournaledEntry[]> {
  using folder = tempFolder();
  const journal = open(folder.path);
  for (let commit = 1; commit <= commits; commit++) {
    for (let nth = 0; nth < each; nth++) journal.append(nth === 9 ? rejected() : weighed());
    await until("they are on disk", () => journal.lastSeq === commit * each);
  }
  for (const name of ["journal.db", "journal.db-wal", "journal.id"])
    cpSync(join(folder.path, name), join(into, name));
  const entries = journal.read(0, commits * each);
  journal.close();
  return entries;
}

function change(folder: string, how: (bytes: Buffer) => void): void {
  const path = join(folder, "journal.db-wal");
  const bytes = readFileSync(path);
  how(bytes);
  writeFileSync(path, bytes);
}

test("a log that a dead process left is no damage, and is read as it is", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 20);
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(entries);
  journal.close();
  expect(isDamagedAside(folder.path)).toBe(false);
});

test("a changed byte in the middle of the log costs at most the entry that it is in", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 20);
  const log = join(folder.path, "journal.db-wal");
  const original = readFileSync(log);
  for (let at = 7; at < original.length; at += 1_999) {
    using damaged = tempFolder();
    cpSync(folder.path, damaged.path, { recursive: true });
    change(damaged.path, (bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ 0x21, at));
    const journal = open(damaged.path);
    const kept = journal.read(0, 1_000);
    expect({ at, isKnown: kept.every((entry) => Bun.deepEquals(entry, entries[entry.seq - 1])) }).toEqual({
      at,
      isKnown: true,
    });
    expect(entries.length - kept.length).toBeLessThanOrEqual(1);
    expect(journal).toMatchObject({ lastSeq: 200 });
    journal.append(weighed());
    await until("it goes on", () => journal.lastSeq === 201);
    journal.close();
  }
}, 60_000);

test("the damaged log is set aside whole", async () => {
  using folder = tempFolder();
  await killed(folder.path, 20);
  change(folder.path, (bytes) =>
    bytes.fill(0xee, logHeaderBytes + 5 * logFrameBytes + 100, logHeaderBytes + 5 * logFrameBytes + 200),
  );
  const before = readFileSync(join(folder.path, "journal.db-wal"));
  open(folder.path).close();
  const aside = readdirSync(folder.path).find((name) => name.startsWith("journal-damaged-")) ?? "";
  expect(readFileSync(join(folder.path, aside, "journal.db-wal")).equals(before)).toBe(true);
});

test("a last page that is torn costs nothing of what was committed before", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 20);
  const log = readFileSync(join(folder.path, "journal.db-wal"));
  // A frame more of the same run, of which the disk got only a part.
  const torn = Buffer.from(log.subarray(-logFrameBytes));
  torn.fill(0x77, 24 + 512);
  writeFileSync(join(folder.path, "journal.db-wal"), Buffer.concat([log, torn]));
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(entries);
  journal.close();
  expect(isDamagedAside(folder.path)).toBe(false);
});

test("entries of a write that was not finished come in all the same", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 2, 500);
  // Without its last page the second transaction never was.
  const log = join(folder.path, "journal.db-wal");
  truncateSync(log, statSync(log).size - logFrameBytes);
  const journal = open(folder.path);
  const kept = journal.read(0, 10_000);
  expect(kept).toEqual(entries.slice(0, kept.length));
  expect(kept.length).toBeGreaterThan(900);
  expect(journal.lastSeq).toBe(kept.length);
  journal.close();
});

test("a weight in which a byte was changed is no weight any more, though it looks like one", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 20);
  open(folder.path).close();
  expect(existsSync(join(folder.path, "journal.db-wal"))).toBe(false);
  const path = join(folder.path, "journal.db");
  const bytes = readFileSync(path);
  const [first, ...others] = entries;
  if (first?.kind !== "weighed") throw new Error("the first one is a bag");
  // Also where it lay before its page was divided.
  for (let at = bytes.indexOf(first.uid); at >= 0; at = bytes.indexOf(first.uid, at + 1)) {
    bytes.write("9", bytes.indexOf(`${first.weight}${first.unit}`, at));
  }
  writeFileSync(path, bytes);
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(others);
  journal.close();
  expect(isDamagedAside(folder.path)).toBe(true);
});

test("a journal of an early version, without checksums, gets them", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 3);
  open(folder.path).close();
  const db = new Database(join(folder.path, "journal.db"));
  db.run("alter table entry drop column checksum");
  db.close();
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(entries);
  journal.append(weighed());
  await until("it goes on", () => journal.lastSeq === 31);
  journal.close();
  expect(isDamagedAside(folder.path)).toBe(false);
});

test("a log of another journal is not taken for its own: what the file has stays", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 20);
  open(folder.path).close();
  using other = tempFolder();
  await killed(other.path, 5);
  const log = join(folder.path, "journal.db-wal");
  cpSync(join(other.path, "journal.db-wal"), log);
  const foreign = readFileSync(log);
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(entries);
  journal.close();
  const aside = readdirSync(folder.path).find((name) => name.startsWith("journal-damaged-")) ?? "";
  expect(readFileSync(join(folder.path, aside, "journal.db-wal")).equals(foreign)).toBe(true);
});

test("of an emptied file what the log has comes back, though SQLite would delete that", async () => {
  using folder = tempFolder();
  const entries = await killed(folder.path, 20);
  truncateSync(join(folder.path, "journal.db"), 0);
  const log = readFileSync(join(folder.path, "journal.db-wal"));
  const journal = open(folder.path);
  expect(journal.read(0, 1_000)).toEqual(entries);
  expect(journal.lastSeq).toBe(200);
  journal.close();
  const aside = readdirSync(folder.path).find((name) => name.startsWith("journal-damaged-")) ?? "";
  expect(readFileSync(join(folder.path, aside, "journal.db-wal")).equals(log)).toBe(true);
});
