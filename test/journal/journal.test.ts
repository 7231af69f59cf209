import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { rejected, weighed } from "../support/entries.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

function open(folder: string) {
  return openJournal({ folder, clock: systemClock, logger: silentLogger });
}

test("entries come back as they were put in, numbered 1, 2, 3", async () => {
  using folder = tempFolder();
  let journal = open(folder.path);
  const entries = [weighed({ repeatSuspected: true }), rejected(), rejected({ scale: 7, reason: "motion" })];
  for (const entry of entries) journal.append(entry);
  expect(journal.lastSeq).toBe(0);
  await until("the group is committed", () => journal.lastSeq === 3);
  for (let opened = 1; opened <= 2; opened++) {
    expect(journal.read(0, 10)).toEqual(entries.map((entry, index) => ({ ...entry, seq: index + 1 })));
    expect(journal.read(1, 1)).toMatchObject([{ seq: 2 }]);
    journal.close();
    journal = open(folder.path);
  }
  journal.close();
});

test("whatever the groups, and wherever reading begins, what is read is what is in the file", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  using file = new Database(join(folder.path, "journal.db"), { readonly: true });
  const inFile = file.query<{ seq: number; uid: string }, [number, number]>(
    "select seq, uid from entry where seq > ? order by seq limit ?",
  );
  let count = 0;
  for (const group of [1, 3, 200, 52, 1, 1, 256, 1, 257, 2, 5, 255, 1, 600, 4]) {
    for (let nth = 0; nth < group; nth++) journal.append(weighed());
    count += group;
    await until("the group is committed", () => journal.lastSeq === count);
    for (const back of [0, 1, 2, 5, 250, 255, 256, 257, 300, count]) {
      for (const limit of [1, 3, 10_000]) {
        const after = Math.max(0, count - back);
        const read = journal.read(after, limit).map((entry) => ({
          seq: entry.seq,
          uid: entry.kind === "weighed" ? entry.uid : "",
        }));
        expect(read).toEqual(inFile.all(after, limit));
      }
    }
  }
  journal.close();
});

test("what wants to know of one entry hears of it when that is on disk, in order with counted frames", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  const heard: string[] = [];
  const { kind: _, frames: __, ofUid: ___, print: ____, ...frame } = rejected();
  journal.append(weighed(), () => heard.push(`bag ${journal.lastSeq}`));
  journal.count(frame, () => heard.push(`counted ${journal.lastSeq}`));
  journal.append(weighed(), () => heard.push(`bag ${journal.lastSeq}`));
  expect(heard).toEqual([]);
  using file = new Database(join(folder.path, "journal.db"), { readonly: true });
  const inFile = () =>
    file.query<{ entries: number }, []>("select count(*) as entries from entry").get()?.entries;
  journal.append(weighed(), () => heard.push(`${inFile()} in the file`));
  await until("all are told", () => heard.length === 4);
  expect(heard).toEqual(["bag 3", "counted 3", "bag 3", "3 in the file"]);
  journal.close();
});

test("reading changes nothing, also where the last numbers have no entry", async () => {
  using folder = tempFolder();
  let journal = open(folder.path);
  for (let nth = 0; nth < 10; nth++) journal.append(weighed());
  await until("all are committed", () => journal.lastSeq === 10);
  journal.close();
  const file = new Database(join(folder.path, "journal.db"));
  file.run("delete from entry where seq > 6");
  file.close(true);
  journal = open(folder.path);
  journal.markRecorded(6);
  expect(journal.read(6, 10)).toEqual([]);
  expect(journal).toMatchObject({ recordedThrough: 6, entries: 4 });
  journal.close();
});

test("entries of one turn of the event loop share one commit", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  let commits = 0;
  journal.onDurable("test", () => commits++);
  for (let i = 0; i < 100; i++) journal.append(weighed());
  await until("all are committed", () => journal.lastSeq === 100);
  expect(commits).toBe(1);
  journal.close();
});

test("what was durable before a kill -9 is there after it, with the same identity", async () => {
  using folder = tempFolder();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "writer.ts"), folder.path], {
    stdout: "pipe",
  });
  let durable = 0;
  for await (const chunk of child.stdout) {
    durable = Number(new TextDecoder().decode(chunk).trim().split("\n").at(-1));
    if (durable > 500) break;
  }
  child.kill("SIGKILL");
  await child.exited;
  const journal = open(folder.path);
  expect(journal.lastSeq).toBeGreaterThanOrEqual(durable);
  const entries = journal.read(0, 1_000_000);
  expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: journal.lastSeq }, (_, i) => i + 1));
  journal.close();
});

test("recorded entries make room, and their numbers are never given again", async () => {
  using folder = tempFolder();
  let journal = open(folder.path);
  for (let i = 0; i < 3; i++) journal.append(weighed());
  await until("all are committed", () => journal.lastSeq === 3);
  journal.markRecorded(3);
  expect(journal.entries).toBe(0);
  journal.close();
  journal = open(folder.path);
  expect(journal.read(0, 10)).toEqual([]);
  expect(journal).toMatchObject({ lastSeq: 3, recordedThrough: 3, entries: 0, oldestReceivedAt: null });
  journal.append(weighed());
  await until("the fourth is committed", () => journal.lastSeq === 4);
  expect(journal.read(0, 10)).toMatchObject([{ seq: 4 }]);
  journal.close();
});

test("close commits what waits", () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  journal.append(weighed());
  journal.close();
  const again = open(folder.path);
  expect(again.lastSeq).toBe(1);
  again.close();
});

test("the journal keeps its id, and the settings of scales", () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  journal.saveScaleSetting({
    scale: 3,
    station: "Station 2",
    enabled: false,
    aliasOf: 2,
    weighsGross: false,
  });
  journal.saveScaleSetting({ scale: 3, station: null, enabled: true, aliasOf: 7, weighsGross: true });
  journal.close();
  const again = open(folder.path);
  expect(again.id).toBe(journal.id);
  expect(again.scaleSettings()).toEqual([
    { scale: 3, station: null, enabled: true, aliasOf: 7, weighsGross: true },
  ]);
  again.close();
});

test("while the disk refuses writes entries wait in order, and go in when it has room again", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  const states: boolean[] = [];
  journal.onWritable("test", (writable) => states.push(writable));
  journal.append(weighed({ weight: "1" }));
  await until("the first is committed", () => journal.lastSeq === 1);
  // Another connection that holds the write lock refuses as a full disk does: by an error at the commit.
  const { Database } = await import("bun:sqlite");
  const holder = new Database(join(folder.path, "journal.db"));
  holder.run("begin immediate");
  journal.append(weighed({ weight: "2" }));
  await until("the refusal is noticed", () => !journal.writable);
  journal.append(weighed({ weight: "3" }));
  expect(journal).toMatchObject({ lastSeq: 1, waiting: 2 });
  holder.run("rollback");
  holder.close();
  await until("the journal is writable again", () => journal.writable);
  expect(journal.read(0, 10)).toMatchObject([{ weight: "1" }, { weight: "2" }, { weight: "3" }]);
  expect(states).toEqual([false, true]);
  journal.close();
});

test("a journal of an older version, which knows no replacement scales and none that weigh gross, is taken as it is", () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  journal.append(weighed());
  journal.close();
  const older = new Database(join(folder.path, "journal.db"));
  older.run("alter table scale_setting drop column alias_of");
  older.run("alter table scale_setting drop column weighs_gross");
  older.run("insert into scale_setting (scale, station, enabled) values (3, 'Station 2', 1)");
  older.close(true);
  const again = open(folder.path);
  expect(again.lastSeq).toBe(1);
  expect(again.scaleSettings()).toEqual([
    { scale: 3, station: "Station 2", enabled: true, aliasOf: null, weighsGross: false },
  ]);
  again.saveScaleSetting({ scale: 3, station: null, enabled: null, aliasOf: 2, weighsGross: false });
  again.close();
});

test("many entries recorded at once leave the file in steps, without waiting for the clock", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  for (let i = 0; i < 12_000; i++) journal.append(weighed());
  await until("all is committed", () => journal.lastSeq === 12_000);
  using file = new Database(join(folder.path, "journal.db"), { readonly: true });
  const kept = () =>
    file.query<{ entries: number }, []>("select count(*) as entries from entry").get()?.entries;
  journal.markRecorded(12_000);
  const seen = new Set([kept()]);
  for (let turn = 0; turn < 10; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.add(kept());
  }
  // What is left over goes with the next look after the journal, which comes once a second.
  expect([...seen].slice(0, 3)).toEqual([12_000, 7_000, 2_000]);
  journal.close();
});

test("one who hears of the journal and fails keeps neither the others from it nor the journal from its work", async () => {
  using folder = tempFolder();
  const journal = open(folder.path);
  let heard = 0;
  journal.onDurable("test", () => {
    throw new Error("a listener's own fault");
  });
  journal.onDurable("test", () => heard++);
  for (let seq = 1; seq <= 2; seq++) {
    journal.append(weighed());
    await until("the others hear of it", () => heard === seq && journal.lastSeq === seq);
  }
  journal.close();
});
