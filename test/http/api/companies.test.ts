import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { cancelJob } from "../../../src/records/jobs/jobs.ts";
import { operator, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";

const hourMs = 3_600_000;
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
  for (const [index, company] of ["Shelter", "Envases ÑANDÚ", "100%_Foam", "Shelter"].entries()) {
    const at = operator.at + index * hourMs;
    const { id } = await startedJob(app.sql, { company }, at);
    await cancelJob(app.sql, id, { ...operator, at });
  }
  await app.sql`insert into prepuff_company (name) values ('Never used')`;
});
afterAll(() => app.stop());

const shape = z.object({
  items: z.array(z.object({ name: z.string(), last_used_at: z.string().nullable() })),
});
async function names(query = "") {
  const answer = await app.request("GET", `/api/companies${query}`, { token: tokens.viewer });
  return (await json(answer, shape)).items.map(({ name }) => name);
}

test("companies come with the time of their last job, those used last first", async () => {
  const { items } = await json(await app.request("GET", "/api/companies"), shape);
  expect(items).toEqual([
    { name: "Shelter", last_used_at: new Date(operator.at + 3 * hourMs).toISOString() },
    { name: "100%_Foam", last_used_at: new Date(operator.at + 2 * hourMs).toISOString() },
    { name: "Envases ÑANDÚ", last_used_at: new Date(operator.at + hourMs).toISOString() },
    { name: "Never used", last_used_at: null },
  ]);
});

test.each([
  ["q=2", ["Envases ÑANDÚ"]],
  ["q=ann&company=Shelter", ["Shelter", "Shelter"]],
  ["q=pots", ["100%_Foam"]],
  ["to=2025-06-01T09:30:00Z", ["Envases ÑANDÚ", "Shelter"]],
  ["from=2025-06-01T10:30:00Z", ["Shelter"]],
])("jobs are found by number, person, note and time: %s", async (query, found) => {
  await app.sql`update prepuff_job set note = 'for pots' where id = 3`;
  const shape = z.object({ items: z.array(z.object({ company: z.string() })) });
  const { items } = await json(await app.request("GET", `/api/jobs?${query}`), shape);
  expect(items.map(({ company }) => company)).toEqual(found);
});

test.each([
  ["shel", ["Shelter"]],
  ["ñandú", ["Envases ÑANDÚ"]],
  ["nandu", ["Envases ÑANDÚ"]],
  ["%", ["100%_Foam"]],
  ["_", ["100%_Foam"]],
  ["e", ["Shelter", "Envases ÑANDÚ", "Never used"]],
  ["nobody", []],
])("%p finds %p, among companies and among jobs", async (q, found) => {
  expect(await names(`?q=${encodeURIComponent(q)}`)).toEqual(found);
  const jobs = await json(
    await app.request("GET", `/api/jobs?q=${encodeURIComponent(q)}`),
    z.object({ items: z.array(z.object({ company: z.string() })) }),
  );
  expect([...new Set(jobs.items.map(({ company }) => company))].sort()).toEqual(
    found.filter((name) => name !== "Never used").sort(),
  );
});

test("50 at most, and an empty question is refused", async () => {
  const app = await testApp();
  await app.sql`insert into prepuff_company (name) select 'Many ' || n from generate_series(1, 80) n`;
  const { items } = await json(await app.request("GET", "/api/companies?q=many"), shape);
  expect(items).toHaveLength(50);
  expect((await app.request("GET", "/api/companies?q=")).status).toBe(422);
  await app.stop();
});
