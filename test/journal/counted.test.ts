import { expect, test } from "bun:test";
import { join } from "node:path";
import { createCounted } from "../../src/journal/counted.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { rejected, weighed } from "../support/entries.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const { kind: _, frames: __, ...frame } = rejected({ scale: 1, reason: "not_positive", raw: "1,0.00 lb" });

test("counted frames become one entry of their kind: soon when no more come, each minute while they do", () => {
  const counted = createCounted(null);
  for (let at = 0; at < 10; at++) counted.add({ ...frame, receivedAt: at * 100 });
  counted.add({ ...frame, reason: "motion", receivedAt: 900 });
  expect(counted.takeDue(1_000)).toEqual([]);
  expect(counted.frames).toBe(11);
  expect(counted.takeDue(2_900)).toMatchObject([
    { reason: "not_positive", scale: 1, frames: 10, receivedAt: 900, raw: "1,0.00 lb" },
    { reason: "motion", frames: 1 },
  ]);
  expect(counted.frames).toBe(0);
  for (let at = 0; at <= 60_000; at += 1_000) counted.add({ ...frame, receivedAt: at });
  expect(counted.takeDue(60_000)).toMatchObject([{ frames: 61 }]);
});

test("what a sender invents is counted among 64 kinds and those without a scale, none is lost", () => {
  const counted = createCounted(null);
  for (let scale = 1; scale <= 10_000; scale++) counted.add({ ...frame, scale, receivedAt: 0 });
  expect(counted.frames).toBe(10_000);
  const due = counted.takeDue(60_000);
  expect(due.length).toBeLessThanOrEqual(75);
  expect(due.reduce((all, { frames }) => all + frames, 0)).toBe(10_000);
});

test("a text that is not what was written is not believed", () => {
  const counted = createCounted(null);
  counted.add(frame);
  const text = counted.text();
  expect(createCounted(text).frames).toBe(1);
  expect(() => createCounted(text.replace('"frames":1', '"frames":7'))).toThrow("damaged");
});

test("counted frames take numbers as others do, and the entries around them keep theirs", async () => {
  using folder = tempFolder();
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  journal.append(weighed());
  for (let nth = 0; nth < 1_000; nth++) journal.count({ ...frame, receivedAt: Date.now() });
  expect(journal.counted).toBe(1_000);
  await until("they are an entry", () => journal.counted === 0 && journal.lastSeq === 1_001);
  journal.append(weighed());
  await until("it is written", () => journal.lastSeq === 1_002);
  const wanted = [
    { kind: "weighed", seq: 1 },
    { kind: "rejected", seq: 1_001, frames: 1_000 },
    { kind: "weighed", seq: 1_002 },
  ];
  expect(journal.read(0, 10)).toMatchObject(wanted);
  expect(journal.read(1, 10)).toMatchObject(wanted.slice(1));
  expect(journal.read(1_001, 10)).toMatchObject(wanted.slice(2));
  journal.markRecorded(1);
  journal.close();
  const again = openJournal({ folder: folder.path, clock: systemClock, logger });
  // The first entry still there begins with number 2.
  expect(again.recordedThrough).toBe(1);
  expect(again.read(1, 10)).toMatchObject(wanted.slice(1));
  again.close();
  expect(verifyJournal(join(folder.path, "journal.db"))).toMatchObject({
    bags: 1,
    rejected: 1_000,
    first_number: 2,
    last_number: 1_002,
    without_entry: 0,
    fault: null,
  });
});

test("a million counted frames grow the journal by nothing, and a kill -9 in the midst of them loses none that was durable", async () => {
  using folder = tempFolder();
  const script = `
    import { systemClock } from ${JSON.stringify(join(import.meta.dir, "../../src/runtime/clock.ts"))};
    import { openJournal } from ${JSON.stringify(join(import.meta.dir, "../../src/journal/journal.ts"))};
    import { silentLogger as logger } from ${JSON.stringify(join(import.meta.dir, "../support/silent-logger.ts"))};
    const journal = openJournal({ folder: ${JSON.stringify(folder.path)}, clock: systemClock, logger });
    const frame = ${JSON.stringify(frame)};
    for (let turn = 0; turn < 200; turn++) {
      for (let nth = 0; nth < 5_000; nth++) journal.count({ ...frame, receivedAt: Date.now() });
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    process.kill(process.pid, "SIGKILL");`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "ignore", stderr: "inherit" });
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  expect(journal.counted + journal.lastSeq).toBe(1_000_000);
  await until("all are entries", () => journal.counted === 0);
  await until("they are written", () => journal.lastSeq === 1_000_000);
  journal.close();
  expect(Bun.file(join(folder.path, "journal.db")).size).toBeLessThan(64 * 1024);
});
