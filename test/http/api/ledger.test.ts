import { afterEach, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import type { Entry } from "../../../src/journal/entry.ts";
import type { JournalView } from "../../../src/journal/journal-view.ts";
import { recordJournaled } from "../../../src/recording/record.ts";
import { rejected, weighed } from "../../support/entries.ts";
import { json, testApp, testJournal } from "../../support/http.ts";

let journal = testJournal();
const view: JournalView = new Proxy(journal, { get: (_, name) => Reflect.get(journal, name) });
let app: Awaited<ReturnType<typeof testApp>>;
beforeEach(async () => {
  journal = testJournal();
  app = await testApp({ journal: view });
});
afterEach(() => app.stop());

async function ledger() {
  return json(await app.request("GET", "/api/ledger"));
}

/** Two bags and a rejected frame, as numbers 1 to 3. */
async function record(): Promise<void> {
  const { id } = journal;
  await app.sql`insert into journal (id) values (${id})`;
  const entries = [weighed(), rejected(), weighed()].map((entry, index) => ({ ...entry, seq: index + 1 }));
  await recordJournaled(app.sql, id, entries, []);
}

const unknown = { bags: null, rejected: null, acknowledged: null, missing: null, gaps: [] };

test("says what the journal knows while Postgres was never asked, and what is not known as not known", async () => {
  journal = testJournal({ lastSeq: 9, recordedThrough: 6 });
  app.setAway(true);
  expect(await ledger()).toMatchObject({ received: 9, pending: 3, ...unknown, as_of: null });
  expect((await acknowledge(3)).status).toBe(503);
  app.setAway(false);
});

test("puts no old count of Postgres beside a new one of the journal", async () => {
  await record();
  journal = testJournal({ lastSeq: 3, recordedThrough: 3 });
  const { as_of } = z.object({ as_of: z.string() }).parse(await ledger());
  // Eight more were recorded after it was asked, and two came since it is away.
  journal = testJournal({ lastSeq: 13, recordedThrough: 11 });
  app.setAway(true);
  expect(await ledger()).toMatchObject({ received: 13, pending: 2, ...unknown, as_of });
  expect(await (await app.request("GET", "/metrics")).text()).not.toMatch(/^prepuff_ledger_missing /m);
  app.setAway(false);
});

test("is all zeros at first", async () => {
  const { id } = journal;
  expect(await ledger()).toMatchObject({
    journal_id: id,
    received: 0,
    bags: 0,
    rejected: 0,
    pending: 0,
    missing: 0,
    gaps: [],
  });
});

test("counts what is recorded and what waits, whatever the journal has forgotten already", async () => {
  await record();
  const expected = { received: 5, bags: 2, rejected: 1, pending: 2, missing: 0 };
  journal = testJournal({ lastSeq: 5, recordedThrough: 0 });
  expect(await ledger()).toMatchObject(expected);
  journal = testJournal({ lastSeq: 5, recordedThrough: 3 });
  expect(await ledger()).toMatchObject(expected);
});

test("gives the last known counts while Postgres is away: what came since is pending", async () => {
  await record();
  await ledger();
  journal = testJournal({ lastSeq: 9, recordedThrough: 3 });
  app.setAway(true);
  expect(await ledger()).toMatchObject({ received: 9, bags: 2, rejected: 1, pending: 6, missing: 0 });
  app.setAway(false);
});

test("says nothing of a Postgres that lost what it had until the recorder has met it, then what is missing", async () => {
  await record();
  journal = testJournal({ lastSeq: 9, recordedThrough: 8 });
  expect(await ledger()).toMatchObject({ received: 9, pending: 1, ...unknown });
  // Of 4 to 8 the journal has nothing any more.
  await app.sql`update journal set recorded_through = 8`;
  expect(await ledger()).toMatchObject({ received: 9, bags: 2, rejected: 1, pending: 1, missing: 5 });
});

test("names the numbers that have no record, as ranges", async () => {
  const { id } = journal;
  await app.sql`insert into journal (id) values (${id})`;
  const at = (seq: number, entry: Entry) => ({ ...entry, seq });
  const entries = [at(3, weighed()), at(4, rejected()), at(6, weighed()), at(12, weighed())];
  await recordJournaled(app.sql, id, entries, [], { after: 0 });
  journal = testJournal({ lastSeq: 14, recordedThrough: 12 });
  expect(await ledger()).toMatchObject({
    missing: 8,
    gaps: [
      { from: 1, through: 2 },
      { from: 5, through: 5 },
      { from: 7, through: 11 },
    ],
  });
});

test("names the end of the recorded numbers, too, and a hundred ranges at most", async () => {
  const { id } = journal;
  await app.sql`insert into journal (id) values (${id})`;
  const entries = Array.from({ length: 150 }, (_, i) => ({ ...weighed(), seq: 2 * i + 2 }));
  await recordJournaled(app.sql, id, entries, [], { after: 0 });
  journal = testJournal({ lastSeq: 300, recordedThrough: 300 });
  const { gaps } = z.object({ gaps: z.array(z.unknown()) }).parse(await ledger());
  expect(gaps).toHaveLength(100);
  await app.sql`update journal set recorded_through = 310`;
  await app.sql`delete from filler_bag where journal_seq < 300`;
  journal = testJournal({ lastSeq: 310, recordedThrough: 310 });
  await app.sql`update journal set bags = 1`;
  expect(await ledger()).toMatchObject({
    gaps: [
      { from: 1, through: 299 },
      { from: 301, through: 310 },
    ],
  });
});

/** Numbers 1 to 10, of which 1, 2 and 5 have no record. */
async function recordWithGaps(): Promise<void> {
  await app.sql`insert into journal (id) values (${journal.id})`;
  const entries = [3, 4, 6, 7, 8, 9, 10].map((seq) => ({ ...weighed(), seq }));
  await recordJournaled(app.sql, journal.id, entries, [], { after: 0 });
  journal = testJournal({ lastSeq: 12, recordedThrough: 10 });
}

const acknowledge = (missing: number) =>
  app.request("POST", "/api/ledger/acknowledge", { body: { missing, reason: "the disk of 3 May" } });

test("what is lost can be acknowledged, with a reason: it no longer counts as missing", async () => {
  await recordWithGaps();
  const answer = await acknowledge(3);
  expect(answer.status).toBe(200);
  expect(await json(answer)).toMatchObject({ missing: 0, acknowledged: 3, gaps: [], pending: 2 });
  expect(await ledger()).toMatchObject({ received: 12, bags: 7, acknowledged: 3, missing: 0 });
  const [event] = await app.sql`select action, subject, detail from audit_event`;
  expect(event).toEqual({
    action: "ledger.acknowledge",
    subject: `journal:${journal.id}`,
    detail: { reason: "the disk of 3 May", from: [1, 5], through: [2, 5] },
  });
});

test("only what the person has seen is acknowledged, and nothing where nothing is missing", async () => {
  await recordWithGaps();
  expect((await acknowledge(2)).status).toBe(409);
  expect(await ledger()).toMatchObject({ missing: 3, acknowledged: 0 });
  await acknowledge(3);
  expect((await acknowledge(3)).status).toBe(409);
});

test("what is lost later counts again, also right beside what was acknowledged; what comes back is recorded", async () => {
  await recordWithGaps();
  await acknowledge(3);
  await app.sql`delete from filler_bag where journal_seq = 6`;
  await app.sql`update journal set bags = bags - 1`;
  expect(await ledger()).toMatchObject({ missing: 1, gaps: [{ from: 6, through: 6 }] });
  await acknowledge(1);
  expect(await ledger()).toMatchObject({ missing: 0, acknowledged: 4 });
  await recordJournaled(app.sql, journal.id, [{ ...weighed(), seq: 2 }], [], { late: true });
  expect(await ledger()).toMatchObject({ bags: 7, missing: 0, acknowledged: 3 });
});
