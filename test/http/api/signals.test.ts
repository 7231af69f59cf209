import { afterEach, beforeEach, expect, test } from "bun:test";
import { listSchema } from "../../../src/http/request/paging.ts";
import { adviceSchema } from "../../../src/records/signals/advice-view.ts";
import { signalSchema } from "../../../src/records/signals/signal-view.ts";
import { auditTrail, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeEach(async () => {
  app = await testApp();
  await startedJob(app.sql);
  await startedJob(app.sql, { station: "Station 2" });
  // Three on Station 1, of which one was withdrawn, and one on Station 2.
  await app.sql`
    insert into quality_signal (
      plant_id, station, job_id, rule, side, first_bag_id, first_at, last_bag_id, last_at, points, goes_on, center, sigma,
      weights, raised_at, withdrawn_at
    )
    select
      1, 'Station ' || job, job, 'nelson2', 'above', first, now(), first + 8, now(), 9, true, 50, 0.2, '{50.1,50.2}',
      now(), case when gone then now() end
    from (values (1, 1, true), (1, 20, false), (1, 40, false), (2, 60, false)) as given (job, first, gone)`;
});
afterEach(() => app.stop());

const signals = listSchema(signalSchema);
const list = async (query: string) =>
  json(await app.request("GET", `/api/quality/signals?${query}`, { token: tokens.viewer }), signals);
const acknowledge = (id: number, body: object, token = tokens.operator) =>
  app.request("POST", `/api/quality/signals/${id}/acknowledge`, { token, body });
const said = { cause: "gate worn", action: "gate adjusted", name: "Ann" };

test("signals are listed newest first, by page, and by what is asked for", async () => {
  const ids = async (query: string) => (await list(query)).items.map(({ id }) => id);
  expect(await ids("")).toEqual([4, 3, 2, 1]);
  expect(await ids("open=true")).toEqual([4, 3, 2]);
  expect(await ids("open=false")).toEqual([1]);
  expect(await ids("station=Station+1&open=true")).toEqual([3, 2]);
  expect(await ids("job=2")).toEqual([4]);
  const first = await list("limit=3");
  expect(first.items.map(({ id }) => id)).toEqual([4, 3, 2]);
  expect((await list(`limit=3&cursor=${first.next}`)).items.map(({ id }) => id)).toEqual([1]);
  expect((await app.request("GET", "/api/quality/signals?open=yes")).status).toBe(422);
});

test("who acknowledges says who they are, why, and what was done", async () => {
  for (const field of ["cause", "action", "name"]) {
    const refused = await acknowledge(2, { ...said, [field]: undefined });
    expect(refused.status, field).toBe(422);
    expect(await refused.text()).toContain(`"${field}"`);
  }
  expect((await acknowledge(2, { ...said, cause: "  " })).status).toBe(422);
  expect((await acknowledge(2, said, tokens.viewer)).status).toBe(403);
  expect((await acknowledge(99, said)).status).toBe(404);
  const withdrawn = await acknowledge(1, said);
  expect(withdrawn.status).toBe(409);
  expect(await withdrawn.text()).toContain("its bags no longer make it");
  const done = await json(await acknowledge(2, said), signalSchema);
  expect(done).toMatchObject({ id: 2, acknowledged_by: "Ann", cause: "gate worn", action: "gate adjusted" });
  const again = await acknowledge(2, said);
  expect(again.status).toBe(409);
  expect(await again.text()).toContain("Ann did at");
  expect((await auditTrail(app.sql)).at(-1)).toMatchObject({
    actor: "operator",
    action: "signal.acknowledge",
    subject: "signal:2",
    detail: { station: "Station 1", job_id: 1, rule: "nelson2", side: "above", points: 9 },
    before: { acknowledged_by: null },
    after: { acknowledged_by: "Ann", cause: "gate worn", action: "gate adjusted" },
  });
});

test("open ones are findings, a line for each station", async () => {
  const text = await (await app.request("GET", "/api/findings")).text();
  expect(text).toContain("signals on Station 1");
  expect(text).toContain("signals on Station 2");
  expect(text).toContain("all bags in a row are too heavy, or too light");
});

test("advice stands until its bags of silence were weighed, and ends with the job's terms", async () => {
  await app.sql`
    insert into fill_advice (
      plant_id, station, job_id, first_bag_num, last_bag_num, bags, target, mean, deviation, correction, given_at
    )
    values (1, 'Station 1', 1, 1, 20, 20, 50, 50.15, 0.2, -0.15, now())`;
  const standing = async () =>
    (await json(await app.request("GET", "/api/quality/advice"), listSchema(adviceSchema))).items;
  await app.sql`update prepuff_job set last_bag_num = 39 where id = 1`;
  expect(await standing()).toMatchObject([{ station: "Station 1", correction: -0.15, until_bag_num: 40 }]);
  await app.sql`update prepuff_job set terms_since = now() + interval '1 second' where id = 1`;
  expect(await standing()).toEqual([]);
  await app.sql`update prepuff_job set terms_since = null, last_bag_num = 40 where id = 1`;
  expect(await standing()).toEqual([]);
});
