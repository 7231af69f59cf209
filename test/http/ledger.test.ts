import { afterEach, beforeEach, expect, test } from "bun:test";
import { recordJournaled } from "../../src/bags/record.ts";
import type { JournalView } from "../../src/journal/journal-view.ts";
import { rejected, weighed } from "../support/entries.ts";
import { json, testApp, testJournal } from "../support/http.ts";

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
  await recordJournaled(app.sql, id, entries, false);
}

test("is 503 while Postgres was never asked", async () => {
  app.setAway(true);
  expect((await app.request("GET", "/api/ledger")).status).toBe(503);
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

test("tells when Postgres lost what it had: a restored backup", async () => {
  await record();
  journal = testJournal({ lastSeq: 9, recordedThrough: 8 });
  expect(await ledger()).toMatchObject({ received: 9, bags: 2, rejected: 1, pending: 1, missing: 5 });
});
