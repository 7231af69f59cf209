import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { json, testApp, tokens } from "../../support/http.ts";

const list = z.object({
  items: z.array(z.looseObject({ id: z.int(), action: z.string(), subject: z.string() })),
  next: z.string().nullable(),
});

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({
    clock: { now: () => Date.parse("2026-03-01T08:00:00Z"), sleep: () => Promise.resolve() },
  });
  const job = { company: "Shelter", station: "S 1", target_weight: "50", quantity: 2 };
  await app.request("POST", "/api/jobs", { token: tokens.operator, body: job });
  await app.request("POST", "/api/jobs/1/cancel");
  await app.request("POST", "/api/jobs", { body: job });
  // Refused: nothing was done, so nothing is noted.
  await app.request("POST", "/api/jobs", { body: job });
});
afterAll(() => app.stop());

const read = async (query: string) => json(await app.request("GET", `/api/audit${query}`), list);

test("tells who did what, newest first, with what was before and what is after", async () => {
  expect((await read("")).items).toMatchObject([
    { actor: "admin", action: "job.start", subject: "job:2", before: null },
    {
      actor: "admin",
      action: "job.cancel",
      subject: "job:1",
      before: { status: "active", ended_at: null },
      after: { status: "cancelled", ended_at: "2026-03-01T08:00:00.000Z" },
    },
    { at: "2026-03-01T08:00:00.000Z", actor: "operator", action: "job.start", subject: "job:1" },
  ]);
});

test("by actor, action, subject and time, page by page", async () => {
  const ids = async (query: string) => (await read(query)).items.map(({ id }) => id);
  expect(await ids("?actor=operator")).toEqual([1]);
  expect(await ids("?action=job.start")).toEqual([3, 1]);
  expect(await ids("?subject=job:1")).toEqual([2, 1]);
  expect(await ids("?from=2026-03-01T08:00:01Z")).toEqual([]);
  expect(await ids("?to=2026-03-01T08:00:01Z")).toEqual([3, 2, 1]);
  const { next } = await read("?limit=2");
  expect(await ids(`?limit=2&cursor=${next}`)).toEqual([1]);
});

test("is for the admin alone", async () => {
  expect((await app.request("GET", "/api/audit", { token: tokens.operator })).status).toBe(403);
  expect((await app.request("GET", "/api/audit?action=job.fly")).status).toBe(422);
});
