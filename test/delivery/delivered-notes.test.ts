import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Delivered, openDeliveredNotes } from "../../src/delivery/delivered-notes.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";

const keep = { ageMs: 3_600_000, entries: 1_000_000 };
const outcome: Delivered = {
  ...{ kind: "delivered", status: 200 },
  ...{ bagId: 7, bagNum: 3, inTolerance: true, jobComplete: null },
};
const uids = (count: number) => Array.from({ length: count }, () => Bun.randomUUIDv7());

function open(folder: string, changes: Partial<Parameters<typeof openDeliveredNotes>[0]> = {}) {
  const notes = openDeliveredNotes({
    folder,
    destination: 1,
    url: "http://upstream/scan_bag",
    keep,
    logger,
    ...changes,
  });
  if (notes === null) throw new Error("the notes cannot be opened");
  return notes;
}

test("what was delivered is known after a restart, with what the upstream said; nothing else is", () => {
  using folder = tempFolder();
  const [mine = "", other = ""] = uids(2);
  const notes = open(folder.path);
  notes.add([{ uid: mine, at: 1_000, outcome }]);
  notes.add([{ uid: mine, at: 2_000, outcome: { ...outcome, bagId: 8 } }]);
  notes.close();
  const again = open(folder.path);
  expect(again.find(mine)).toEqual(outcome);
  expect(again.find(other)).toBeNull();
  again.close();
  const elsewhere = open(folder.path, { url: "http://another/scan_bag" });
  expect(elsewhere.find(mine)).toBeNull();
  elsewhere.close();
});

test("each destination has notes of its own: what one took the other may still need", () => {
  using folder = tempFolder();
  const [mine = ""] = uids(1);
  const [first, second] = [open(folder.path), open(folder.path, { destination: 2 })];
  first.add([{ uid: mine, at: 1_000, outcome }]);
  expect([first.find(mine), second.find(mine)]).toEqual([outcome, null]);
  first.close();
  second.close();
});

test("notes leave by age and by number, and by the time of the newest one, not by the clock", () => {
  using folder = tempFolder();
  const [first = "", second = ""] = uids(2);
  const many = (at: number) => uids(1_000).map((uid) => ({ uid, at, outcome }));
  const old = open(folder.path);
  old.add([{ uid: first, at: 1_000, outcome }]);
  old.add([{ uid: second, at: 3_600_500, outcome }]);
  old.add(many(3_600_500));
  expect(old.find(first)).not.toBeNull();
  old.add(many(3_601_500));
  expect(old.find(first)).toBeNull();
  expect(old.find(second)).not.toBeNull();
  old.close();
  const few = open(folder.path, { keep: { ...keep, entries: 100 } });
  few.add(many(3_601_600));
  few.add(many(3_601_600));
  few.close();
  using file = new Database(join(folder.path, "delivered.db"));
  const { count } = file.query<{ count: number }, []>("select count(*) as count from delivered").get() ?? {
    count: 0,
  };
  expect(count).toBeLessThanOrEqual(100);
});

test("a file that is no database is begun anew", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "delivered.db"), "no database ".repeat(1_000));
  const [uid = ""] = uids(1);
  const notes = open(folder.path);
  notes.add([{ uid, at: 1_000, outcome }]);
  expect(notes.find(uid)).toEqual(outcome);
  notes.close();
});
