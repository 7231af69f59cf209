import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../../database/read-only.ts";
import { type Changed, changeJob, jobChangeSchema } from "../../../records/jobs/job-change.ts";
import { jobHistorySchema, readJobHistory } from "../../../records/jobs/job-history.ts";
import { jobStatisticsSchema, readJobStatistics } from "../../../records/jobs/job-statistics.ts";
import { jobStatuses } from "../../../records/jobs/job-status.ts";
import { getJob, jobSchema, listJobs } from "../../../records/jobs/job-view.ts";
import { cancelJob, completeJob, type Ended, startJob } from "../../../records/jobs/jobs.ts";
import { newJobSchema, orderJob } from "../../../records/jobs/new-job.ts";
import { planJob } from "../../../records/jobs/queue.ts";
import { repeatJob } from "../../../records/jobs/repeat-job.ts";
import { createStatisticsReader } from "../../../records/jobs/statistics-reader.ts";
import { nameSchema, stationQuery, textSchema } from "../../../runtime/typed-text.ts";
import { conflict, invalid, type Problem, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import type { Who } from "../../auth/guard.ts";
import { checked } from "../../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../../request/paging.ts";
import { smallIdSchema, timeQuery } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";
import { requireCheckedScales } from "./checked-scales.ts";
import { jobNews, jobsElsewhere, noJob, notMade, stateText } from "./job-answers.ts";

const idSchema = z.object({ id: smallIdSchema });

const filterSchema = z.strictObject({
  ...pageQuery,
  status: z.enum(jobStatuses).optional(),
  station: stationQuery.optional(),
  company: textSchema(200).optional().describe("The whole name."),
  q: textSchema(200)
    .optional()
    .describe(
      "A part of its company's name (with or without accents), its product's, its lot's, of who started it or of its note, in any case; or its number.",
    ),
  from: timeQuery.optional().describe("Ran then or later; RFC 3339."),
  to: timeQuery.optional().describe("Began earlier than that; RFC 3339."),
});

type Needed = Pick<Services, "database" | "plant" | "clock" | "config" | "events" | "stations">;

const startedBySchema = nameSchema(200)
  .nullable()
  .optional()
  .describe(
    "Left out: the name of the token, where it has one. Where a person entered their PIN, it is always their name.",
  );
const repeatSchema = z.strictObject({
  started_by: startedBySchema,
  status: z
    .enum(["active", "planned"])
    .default("active")
    .describe("`planned`: it joins its station's queue."),
});

/** Jobs: what is to be weighed on which station. */
export function jobsController(services: Needed, auth: Auth, shares: Shares) {
  const { database, plant, clock, config, events } = services;
  const by = (who: Who) => ({ ...who, plant: plant.id, at: clock.now() });
  const { changed, ended } = jobNews(events);

  const statisticsOf = createStatisticsReader(
    (id) => readOnly(database, (tx) => readJobStatistics(tx, plant.id, id, clock.now())),
    clock,
  );

  return new Elysia({ name: "jobs", tags: ["jobs"] })
    .use(auth)
    .get(
      "/api/jobs",
      async ({ query: { limit, cursor, ...filter }, client }) =>
        pageOf(
          await shares.questions.run(client, () =>
            database.run((sql) => listJobs(sql, plant.id, filter, { before: cursor, limit: limit + 1 })),
          ),
          limit,
        ),
      {
        role: "viewer",
        query: checked("query", filterSchema),
        response: { 200: listSchema(jobSchema), ...problems(503) },
        detail: {
          summary: "Jobs, newest first",
          description: "The queue of a station: `status=planned&station=…`, in the order of `place`.",
        },
      },
    )
    .post(
      "/api/jobs",
      async ({ body, who, actorName, status }) => {
        if (config.jobs === "upstream") throw jobsElsewhere();
        const outcome = await database.run(async (sql) => {
          const ordered = await orderJob(sql, plant.id, body, config.tolerancePercent);
          if (!ordered.ok) throw invalid({ field: ordered.field, message: ordered.message });
          if (body.status === "active") await requireCheckedScales(sql, services, body.station);
          const job = { ...ordered.job, started_by: who.person?.name ?? body.started_by ?? actorName };
          return body.status === "planned"
            ? planJob(sql, { ...job, started_by: body.started_by ?? null }, by(who))
            : startJob(sql, job, by(who));
        });
        if (!outcome.ok) throw notMade(outcome);
        return status(201, changed(outcome.job));
      },
      {
        role: "operator",
        body: checked("body", newJobSchema),
        response: { 201: jobSchema, ...problems(409, 503) },
        detail: {
          summary: "Start a job, or plan it",
          description:
            "From now on bags weighed on its station belong to it, until it has its quantity or is ended; a planned one waits in its station's queue. From a product it takes over what the request leaves out, and the product's unit, price and bag volume. Without `started_by` the name of the token stands for it, where it has one. 409 `station_busy` while another one is active there, `queue_full` where 50 are planned, `scale_check` where a scale of the station has to be checked first, `jobs_upstream` where jobs are kept in the web application.",
        },
      },
    )
    .get(
      "/api/jobs/:id",
      async ({ params: { id } }) => {
        const job = await database.run((sql) => getJob(sql, plant.id, id));
        if (job === null) throw noJob(id);
        return job;
      },
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: jobSchema, ...problems(404, 503) },
        detail: { summary: "One job" },
      },
    )
    .patch(
      "/api/jobs/:id",
      async ({ params: { id }, body, who }) => {
        const outcome = await database.run((sql) => changeJob(sql, id, body, by(who)));
        if (!outcome.ok) throw notChanged(id, outcome);
        return ended(outcome);
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", jobChangeSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Change a job that is planned or runs",
          description:
            "Bags weighed before keep the target, tolerance and lot that were in force then, also those that are recorded later. `/api/jobs/{id}/history` says from which bag on. A running job wants a `reason`, unless only its lot or note changes. 409 `job_not_open` where it has ended, `bags_weighed` where the quantity is below the bags that it has.",
        },
      },
    )
    .get(
      "/api/jobs/:id/history",
      async ({ params: { id } }) => {
        const history = await database.run(async (sql) =>
          (await getJob(sql, plant.id, id)) === null ? null : readJobHistory(sql, id),
        );
        if (history === null) throw noJob(id);
        return history;
      },
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: jobHistorySchema, ...problems(404, 503) },
        detail: { summary: "How a job was changed while it ran, and its lots, each with its first bag" },
      },
    )
    .get(
      "/api/jobs/:id/statistics",
      async ({ params: { id }, client }) => {
        const statistics = await shares.questions.run(client, () => statisticsOf(id));
        if (statistics === null) throw noJob(id);
        return statistics;
      },
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: jobStatisticsSchema, ...problems(404, 503) },
        detail: {
          summary: "One job's yield, giveaway and distribution",
          description:
            "Exact, over all its bags but the voided ones. It reads them all: of a job with very many bags the answer may be some seconds old.",
        },
      },
    )
    .post(
      "/api/jobs/:id/repeat",
      async ({ params: { id }, body, who, actorName, status }) => {
        if (config.jobs === "upstream") throw jobsElsewhere();
        const startedBy =
          body.status === "planned"
            ? (body.started_by ?? null)
            : (who.person?.name ?? body.started_by ?? actorName);
        const outcome = await database.run(async (sql) => {
          const before = body.status === "active" ? await getJob(sql, plant.id, id) : null;
          if (before !== null) await requireCheckedScales(sql, services, before.station);
          return repeatJob(sql, id, { status: body.status, startedBy }, by(who));
        });
        if (!outcome.ok) throw notMade(outcome, id);
        return status(201, changed(outcome.job));
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", repeatSchema),
        response: { 201: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Make the same job again",
          description:
            "With the company, product, target, tolerance, quantity and note that it had last, but without its lot. 409 `station_busy`, `queue_full` and `scale_check` as with a new one.",
        },
      },
    )
    .post(
      "/api/jobs/:id/complete",
      async ({ params: { id }, who }) =>
        ended(endedOr(id, await database.run((sql) => completeJob(sql, id, by(who))))),
      {
        role: "operator",
        params: checked("params", idSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "End a job that needs no more bags",
          description:
            "Bags weighed until now still join it when they are recorded later. The next one of the queue begins at that moment where the station is set so. 409 `job_not_active` says how and when it ended already, so that a repeated request knows its own work.",
        },
      },
    )
    .post(
      "/api/jobs/:id/cancel",
      async ({ params: { id }, who }) =>
        ended(endedOr(id, await database.run((sql) => cancelJob(sql, id, by(who))))),
      {
        role: "operator",
        params: checked("params", idSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Call a job off",
          description:
            "Its bags stay with it, and none can be assigned to it. No other begins by itself. 409 as with complete.",
        },
      },
    );
}

/** @throws Problem 404 or 409. */
function endedOr(id: number, outcome: Ended): Extract<Ended, { ok: true }> {
  if (outcome.ok) return outcome;
  switch (outcome.reason) {
    case "not_found":
      throw noJob(id);
    case "not_active":
      throw conflict("job_not_active", stateText(outcome.job));
  }
}

function notChanged(id: number, outcome: Exclude<Changed, { ok: true }>): Problem {
  switch (outcome.reason) {
    case "not_found":
      return noJob(id);
    case "no_reason":
      return invalid({ field: "reason", message: "is missing: the job runs" });
    case "not_open":
      return conflict("job_not_open", stateText(outcome.job));
    case "too_few":
      return conflict("bags_weighed", `job ${id} has ${outcome.job.bags_completed} bags already`);
  }
}
