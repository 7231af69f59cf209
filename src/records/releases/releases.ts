import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { jobStatisticsSchema, readJobStatistics } from "../jobs/job-statistics.ts";
import { getJob, type Job } from "../jobs/job-view.ts";
import { lockJob } from "../jobs/locked-job.ts";
import { digestOfBags } from "./bags-digest.ts";
import { isInForce, meanings } from "./release-state.ts";

/** The request to release a job. */
export const newReleaseSchema = z.strictObject({
  meaning: z
    .enum(meanings)
    .describe("`reviewed`: the records were gone through; `approved`: the bags may go."),
  bags: z
    .int()
    .min(0)
    .optional()
    .describe("How many bags count, as the person saw it: others are not meant."),
});
export type NewRelease = z.output<typeof newReleaseSchema>;

const figuresSchema = jobStatisticsSchema.pick({
  in: true,
  under: true,
  over: true,
  voided: true,
  mean: true,
  standard_deviation: true,
  minimum: true,
  maximum: true,
  giveaway: true,
});

/** A release of a job: who signed for it, when, as what, and what it was then. */
export const releaseSchema = z.object({
  id: z.int(),
  job_id: z.int(),
  meaning: z.enum(meanings),
  person_id: z.int(),
  person: z.string().describe("Their name on that day."),
  actor: z.string().describe("With the device, as in the audit trail."),
  released_at: z.iso.datetime(),
  in_force: z
    .boolean()
    .describe(
      "False: the job was corrected since, or a bag of it was recorded late. It needs a new release.",
    ),
  bags: z.int().describe("Bags that counted."),
  figures: figuresSchema.describe("What the job's statistics were."),
  bags_sha256: z.string().describe("Over each of its bags; /api/audit/verify compares it."),
});
export type Release = z.output<typeof releaseSchema>;

export type Released =
  | { readonly ok: true; readonly release: Release; readonly job: Job }
  | { readonly ok: false; readonly reason: "not_found" }
  | { readonly ok: false; readonly reason: "not_ended"; readonly job: Job }
  | { readonly ok: false; readonly reason: "other_bags"; readonly bags: number }
  | { readonly ok: false; readonly reason: "already_released"; readonly release: Release };

/** Somebody of whom it is known who they are. */
export type ReleasingActor = Actor & { readonly person: { readonly id: number; readonly name: string } };

/**
 * Releases a job that has ended, with the figures and the digest of the bags that it has now. While it does so the job's row is
 * locked, so that no bag is recorded for it or corrected.
 */
export function releaseJob(sql: Sql, id: number, asked: NewRelease, by: ReleasingActor): Promise<Released> {
  const { meaning, bags } = asked;
  return sql.begin(async (tx): Promise<Released> => {
    await lockJob(tx, by.plant, id);
    const job = await getJob(tx, by.plant, id);
    const statistics = job === null ? null : await readJobStatistics(tx, by.plant, id, by.at);
    if (job === null || statistics === null) return { ok: false, reason: "not_found" };
    if (job.ended_at === null) return { ok: false, reason: "not_ended", job };
    if (bags !== undefined && bags !== job.bags_completed) {
      return { ok: false, reason: "other_bags", bags: job.bags_completed };
    }
    const before = (await listReleases(tx, by.plant, id)).find(
      (release) => release.in_force && release.meaning === meaning && release.person_id === by.person.id,
    );
    if (before !== undefined) return { ok: false, reason: "already_released", release: before };
    await tx`
      insert into job_release (
        plant_id, job_id, meaning, person_id, person_name, actor, released_at, bags, last_bag_num, corrections, figures,
        bags_sha256
      )
      select
        ${by.plant}, id, ${meaning}, ${by.person.id}, ${by.person.name}, ${by.actor}, ${new Date(by.at)},
        bags_completed, last_bag_num, corrections, ${tx.json(figuresSchema.parse(statistics))},
        ${await digestOfBags(tx, id)}
      from prepuff_job
      where id = ${id}`;
    const [release] = await listReleases(tx, by.plant, id);
    const released = await getJob(tx, by.plant, id);
    if (release === undefined || released === null) throw new Error("the release just made is not there");
    await audit(tx, by, {
      action: "job.release",
      subject: `job:${id}`,
      detail: { meaning, bags: release.bags },
      before: null,
      after: null,
    });
    return { ok: true, release, job: released };
  });
}

/** A job's releases, newest first. */
export async function listReleases(sql: Executor, plant: number, job: number): Promise<Release[]> {
  const rows = await sql<
    (Omit<Release, "released_at" | "figures"> & { released_at: Date; figures: unknown })[]
  >`
    select
      r.id, r.job_id, r.meaning, r.person_id, r.person_name as person, r.actor, r.released_at, ${isInForce(sql)} as in_force,
      r.bags, r.figures, r.bags_sha256
    from job_release r
    join prepuff_job j on j.id = r.job_id
    where r.job_id = ${job} and r.plant_id = ${plant}
    order by r.id desc`;
  return rows.map(({ figures, released_at, ...row }) => ({
    ...row,
    released_at: released_at.toISOString(),
    figures: figuresSchema.parse(figures),
  }));
}
