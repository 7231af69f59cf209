import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { recordJournaled } from "../../../src/recording/record.ts";
import { escapeBytes } from "../../../src/scale/frames/bytes.ts";
import { rejected } from "../../support/entries.ts";
import { json, testApp, tokens } from "../../support/http.ts";

const journalId = "0192f0c0-0000-7000-8000-000000000001";
const list = z.object({ items: z.array(z.looseObject({ id: z.int() })), next: z.string().nullable() });

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
  await app.sql`insert into journal (id) values (${journalId})`;
  const day = Date.UTC(2026, 0, 2);
  const entries = [
    rejected({ receivedAt: day, raw: "\x02-1.2\\3\x00\xff lb" }),
    rejected({ receivedAt: day + 1000, reason: "too_long", scale: 4 }),
    rejected({ receivedAt: day + 2000, reason: "motion", scale: 4 }),
    rejected({ receivedAt: day + 3000, reason: "motion", scale: 5 }),
  ].map((entry, index) => ({ ...entry, seq: index + 1 }));
  await recordJournaled(app.sql, journalId, entries, []);
});
afterAll(() => app.stop());

async function ids(query: string): Promise<number[]> {
  const { items } = await json(await app.request("GET", `/api/rejected${query}`), list);
  return items.map(({ id }) => id);
}

test("newest first, as they came", async () => {
  expect(await ids("")).toEqual([4, 3, 2, 1]);
  const { items } = await json(await app.request("GET", "/api/rejected"), list);
  expect(items.at(-1)).toEqual({
    id: 1,
    received_at: "2026-01-02T00:00:00.000Z",
    remote_address: "127.0.0.1",
    scale: null,
    reason: "malformed",
    frames: 1,
    raw: "\\x02-1.2\\x5c3\\x00\\xff lb",
  });
});

test("by reason, scale and time", async () => {
  expect(await ids("?reason=motion")).toEqual([4, 3]);
  expect(await ids("?scale=4")).toEqual([3, 2]);
  expect(await ids("?reason=motion&scale=4")).toEqual([3]);
  expect(await ids("?from=2026-01-02T00:00:01Z&to=2026-01-02T01:00:03%2B01:00")).toEqual([3, 2]);
});

test("page by page", async () => {
  const first = await json(await app.request("GET", "/api/rejected?limit=3"), list);
  expect(first.items.map(({ id }) => id)).toEqual([4, 3, 2]);
  const second = await json(await app.request("GET", `/api/rejected?limit=3&cursor=${first.next}`), list);
  expect(second).toMatchObject({ items: [{ id: 1 }], next: null });
});

test("every byte can be told from every text", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const escaped = escapeBytes(bytes);
  expect(escaped).toMatch(/^[ -~]*$/);
  const back = escaped.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  expect(Buffer.from(back, "latin1")).toEqual(Buffer.from(bytes));
});

test("reasons come with their number and an example, the most frequent first", async () => {
  const app = await testApp();
  const old = new Date(Date.now() - 2 * 86_400_000);
  const frame = (reason: string, at: Date, raw: string) => app.sql`
    insert into rejected_frame (received_at, remote_address, raw, reason, journal_id, journal_seq)
    values (${at}, '10.0.0.1', ${Buffer.from(raw)}, ${reason}, gen_random_uuid(), 1)`;
  const now = new Date();
  await frame("motion", now, "1,45.20 lb M");
  await frame("malformed", old, "old");
  await frame("malformed", now, "first");
  await frame("malformed", now, "last");
  const reasons = async (query = "") =>
    json(await app.request("GET", `/api/rejected/reasons${query}`, { token: tokens.viewer }));
  expect(await reasons()).toMatchObject({
    items: [
      {
        reason: "malformed",
        frames: 2,
        last_received_at: now.toISOString(),
        example: { reason: "malformed", raw: "last" },
      },
      { reason: "motion", frames: 1, example: { raw: "1,45.20 lb M" } },
    ],
  });
  expect(await reasons(`?from=${old.toISOString()}`)).toMatchObject({
    items: [{ frames: 3 }, { frames: 1 }],
  });
  expect(await reasons("?from=2999-01-01T00:00:00Z")).toEqual({ items: [] });
  await app.stop();
});
