import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { makeBlock } from "../../../src/records/quality/blocks/making.ts";
import { rebuiltSchema } from "../../../src/records/quality/blocks/rebuild.ts";
import { chartSchema } from "../../../src/records/quality/chart-answer.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(async () => {
  await emptyTables(app.sql);
  await startedJob(app.sql);
  for (const weight of ["50.00", "50.10", "49.90", "50.20"]) {
    await recordedBag(app.sql, { weight, receivedAt: operator.at + 60_000 });
  }
});
afterAll(() => app.stop());

const rebuild = async (body: object) =>
  json(await app.request("POST", "/api/quality/rebuild", { body }), rebuiltSchema);
const mean = async () => {
  const answer = await app.request("GET", "/api/quality/chart?job=1&chart=i_mr", { token: tokens.viewer });
  return (await json(answer, chartSchema)).mean?.toFixed(3);
};
/** Past the program, and past what the table does by itself. */
async function tamper(): Promise<void> {
  await app.sql`alter table filler_bag disable trigger user`;
  await app.sql`update filler_bag set weight = 60, weight_lb = 60 where id = 1`;
  await app.sql`alter table filler_bag enable trigger user`;
}

test("what is kept for quality is compared with the bags, and made again where it differs", async () => {
  expect(await rebuild({ check: true })).toMatchObject({ blocks: 1, bags: 4, missing: 1, wrong_total: 0 });
  expect(await mean()).toBe("50.050");
  expect(await rebuild({ check: false })).toMatchObject({ missing: 1, wrong: [] });
  expect(await rebuild({ check: true })).toMatchObject({ missing: 0, next: null });
  await tamper();
  expect(await mean()).toBe("50.050");
  expect(await rebuild({ check: true })).toMatchObject({ wrong: [{ job: 1, after: 0 }], wrong_total: 1 });
  expect(await rebuild({ check: false })).toMatchObject({ wrong_total: 1 });
  expect(await mean()).toBe("52.550");
  expect(await rebuild({ check: false })).toMatchObject({ blocks: 1, missing: 0, wrong_total: 0 });
});

test("a block that cannot be read fails its question alone, until it is made again", async () => {
  await rebuild({ check: false });
  await app.sql`update bag_block set columns = '\\x0900'`;
  expect((await app.request("GET", "/api/quality/chart?job=1")).status).toBe(500);
  expect((await app.request("GET", "/api/jobs")).status).toBe(200);
  expect(await rebuild({ check: false })).toMatchObject({ wrong_total: 1 });
  expect(await mean()).toBe("50.050");
});

test("a block that lacks the newest bags of its job is right, and grows", async () => {
  await makeBlock(app.sql, { job: 1, after: 0 });
  await recordedBag(app.sql, { weight: "51.00" });
  expect(await rebuild({ check: true })).toMatchObject({ bags: 5, missing: 1, wrong_total: 0 });
  expect(await rebuild({ check: false })).toMatchObject({ missing: 1, wrong_total: 0 });
  expect(await rebuild({ check: true })).toMatchObject({ missing: 0 });
});

test("it goes on behind the place that a part before named", async () => {
  expect(await rebuild({ check: false, after: "1:0" })).toMatchObject({ blocks: 0, next: null });
  expect(await rebuild({ check: false, after: "0:0" })).toMatchObject({ blocks: 1 });
  expect(
    (await app.request("POST", "/api/quality/rebuild", { body: { check: false, after: "1" } })).status,
  ).toBe(422);
  const refused = await app.request("POST", "/api/quality/rebuild", { token: tokens.operator, body: {} });
  expect(refused.status).toBe(403);
});

test("right after an upgrade a question about all bags is put off, and one about a few is answered", async () => {
  await app.sql`
    insert into prepuff_job (
      prepuff_company_id, target_weight, tolerance_percent, quantity, last_bag_num, station, status, started_by, started_at, ended_at
    )
    values (1, 50, 10, 600000, 600000, 'Station 2', 'completed', 'Ann', now(), now())`;
  const refused = await app.request("GET", "/api/quality/chart");
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("60");
  expect(await refused.json()).toMatchObject({ type: "urn:prepuff:problem:not_prepared" });
  expect((await app.request("GET", "/api/quality/scales")).status).toBe(503);
  expect((await app.request("GET", "/api/quality/chart?job=1")).status).toBe(200);
});

test("bags without a job are read one by one, and so more than 100,000 of them are refused", async () => {
  await app.sql`
    insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source)
    select gen_random_uuid(), 'Station 9', 9, 9, 50, 'lb', 50, now(), 'scale' from generate_series(1, 100001)`;
  const refused = await app.request("GET", "/api/quality/chart?station=Station%209");
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("must leave at most 100000 bags without a job");
  expect((await app.request("GET", "/api/quality/chart?job=1")).status).toBe(200);
}, 30_000);
