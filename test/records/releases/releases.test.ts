import { beforeAll, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Sql } from "../../../src/database/types.ts";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { getJob } from "../../../src/records/jobs/job-view.ts";
import { cancelJob, completeJob } from "../../../src/records/jobs/jobs.ts";
import { listReleases, type NewRelease, releaseJob } from "../../../src/records/releases/releases.ts";
import { auditTrail, emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { madePerson } from "../chain/chained.ts";

const torn = { code: "torn", reason: null } as const;
const at = (minutes: number) => ({ ...operator, at: operator.at + minutes * 60_000 });

let sql: Sql;
let ann: { readonly id: number; readonly name: string };
beforeAll(async () => {
  ({ sql } = await testDatabase());
});
beforeEach(async () => {
  await emptyTables(sql);
  ann = await madePerson(sql);
});

/** A completed job with three bags: 50.00, 51.00 and one that is void. */
async function endedJob() {
  const { id } = await startedJob(sql);
  const [first, second, third] = [
    await recordedBag(sql),
    await recordedBag(sql, { weight: "51.00" }),
    await recordedBag(sql, { weight: "80.00" }),
  ];
  await voidBag(sql, third.id, torn, at(70));
  await completeJob(sql, id, at(80));
  return { id, first: first.id, second: second.id, third: third.id };
}

const release = (id: number, asked: Partial<NewRelease> = {}, person = ann) =>
  releaseJob(
    sql,
    id,
    { meaning: "approved", ...asked },
    { ...at(90), actor: `${person.name} (tablet)`, person },
  );
const released = async (id: number) => (await getJob(sql, 1, id))?.released;

test("a release has who, when, as what and the figures of that moment, and is in the audit trail", async () => {
  const { id } = await endedJob();
  expect(await released(id)).toBeNull();
  expect(await release(id, { bags: 2 })).toMatchObject({
    ok: true,
    job: { id, released: "approved" },
    release: {
      job_id: id,
      meaning: "approved",
      person_id: ann.id,
      person: ann.name,
      actor: `${ann.name} (tablet)`,
      released_at: "2025-06-01T09:30:00.000Z",
      in_force: true,
      bags: 2,
      figures: { in: 2, under: 0, over: 0, voided: 1, mean: "50.5000", giveaway: "1.00" },
    },
  });
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    action: "job.release",
    subject: `job:${id}`,
    detail: { meaning: "approved", bags: 2 },
  });
});

test("the digest of its bags can be recomputed by the statement of the documents", async () => {
  const { id } = await endedJob();
  const outcome = await release(id);
  const [lines] = await sql<{ text: string }[]>`
    select string_agg(concat_ws(' ', bag_num, id, scale_id, weight, unit, target_weight, tolerance_percent, in_tolerance,
      to_char(weighed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      case when voided_at is null then 'counts' else 'void' end, tare) || chr(10), '' order by bag_num) as text
    from filler_bag where prepuff_job_id = ${id}`;
  expect(outcome).toMatchObject({
    release: {
      bags_sha256: createHash("sha256")
        .update(lines?.text ?? "")
        .digest("hex"),
    },
  });
});

const corrections: readonly (readonly [
  string,
  (job: Awaited<ReturnType<typeof endedJob>>) => Promise<unknown>,
])[] = [
  ["a bag was voided", ({ first }) => voidBag(sql, first, torn, at(100))],
  ["a void was taken back", ({ third }) => unvoidBag(sql, third, at(100))],
  [
    "a bag was voided and that was taken back",
    async ({ first }) => [await voidBag(sql, first, torn, at(100)), await unvoidBag(sql, first, at(101))],
  ],
  [
    "a bag was given to it",
    async ({ id }) => {
      const loose = await recordedBag(sql, { receivedAt: operator.at - 60_000 });
      expect(await assignBag(sql, loose.id, id, at(100))).toMatchObject({ ok: true });
    },
  ],
  ["a bag of it was recorded late", () => recordedBag(sql, { receivedAt: operator.at + 79 * 60_000 })],
];
test.each(corrections)("where %s the release is outdated, and a new one is in force", async (_, correct) => {
  const job = await endedJob();
  await release(job.id);
  await correct(job);
  expect(await released(job.id)).toBe("outdated");
  expect(await listReleases(sql, 1, job.id)).toMatchObject([{ in_force: false }]);
  expect(await release(job.id, { meaning: "reviewed" })).toMatchObject({ ok: true });
  expect(await released(job.id)).toBe("reviewed");
  expect(await listReleases(sql, 1, job.id)).toMatchObject([
    { in_force: true, meaning: "reviewed" },
    { in_force: false, meaning: "approved" },
  ]);
});

test("a job that runs is not released, one that was cancelled is, and one that is not there is not found", async () => {
  const { id } = await startedJob(sql);
  expect(await release(id)).toMatchObject({ ok: false, reason: "not_ended" });
  await cancelJob(sql, id, at(80));
  expect(await release(id)).toMatchObject({ ok: true, release: { bags: 0, figures: { mean: null } } });
  expect(await release(99)).toMatchObject({ ok: false, reason: "not_found" });
});

test("whoever saw other bags does not release, and nobody releases the same twice", async () => {
  const { id } = await endedJob();
  expect(await release(id, { bags: 3 })).toEqual({ ok: false, reason: "other_bags", bags: 2 });
  await release(id);
  expect(await release(id)).toMatchObject({ ok: false, reason: "already_released" });
  expect(await release(id, { meaning: "reviewed" })).toMatchObject({ ok: true });
  expect(await release(id, {}, await madePerson(sql))).toMatchObject({ ok: true });
  expect(await released(id)).toBe("approved");
});

test("a release is not changed afterwards", async () => {
  const { id } = await endedJob();
  await release(id);
  expect(sql`update job_release set meaning = 'reviewed'`.execute()).rejects.toThrow(
    "job_release stays as it is",
  );
});
