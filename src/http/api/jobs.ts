import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../database/read-only.ts";
import { jobStatisticsSchema, readJobStatistics } from "../../records/jobs/job-statistics.ts";
import { jobStatuses } from "../../records/jobs/job-status.ts";
import {
  cancelJob,
  completeJob,
  type Ended,
  getJob,
  type Job,
  jobSchema,
  listJobs,
  newJobSchema,
  startJob,
} from "../../records/jobs/jobs.ts";
import { createStatisticsReader } from "../../records/jobs/statistics-reader.ts";
import { stationQuery, textSchema } from "../../runtime/typed-text.ts";
import { idMax } from "../../weighing/ids.ts";
import { conflict, notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../request/paging.ts";
import { searchQuery } from "../request/values.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

const idSchema = z.object({ id: z.coerce.number().int().min(1).max(idMax) });

const filterSchema = z.strictObject({
  ...pageQuery,
  status: z.enum(jobStatuses).optional(),
  station: stationQuery.optional(),
  company: textSchema(200).optional().describe("The whole name."),
  q: searchQuery.optional(),
});

type Needed = Pick<Services, "database" | "plant" | "clock" | "config" | "events">;

/** Jobs: what is to be weighed on which station. */
export function jobsController(services: Needed, auth: Auth, shares: Shares) {
  const { database, plant, clock, config, events } = services;
  const changed = (job: Job) => {
    events.publish({ type: "job", job });
    return job;
  };

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
        detail: { summary: "Jobs, newest first" },
      },
    )
    .post(
      "/api/jobs",
      async ({ body, actor, actorName, status }) => {
        if (config.jobs === "upstream") throw jobsElsewhere();
        const job = {
          ...body,
          tolerance_percent: body.tolerance_percent ?? config.tolerancePercent,
          started_by: body.started_by ?? actorName,
        };
        const started = await database.run((sql) =>
          startJob(sql, job, { actor, plant: plant.id, at: clock.now() }),
        );
        if (!started.ok) throw stationBusy(started.running);
        return status(201, changed(started.job));
      },
      {
        role: "operator",
        body: checked("body", newJobSchema),
        response: { 201: jobSchema, ...problems(409, 503) },
        detail: {
          summary: "Start a job",
          description:
            "From now on bags weighed on its station belong to it, until it has its quantity or is ended. Without `started_by` the name of the token stands for it, where it has one. 409 `station_busy` while another one is active there, `jobs_upstream` where jobs are kept in the web application.",
        },
      },
    )
    .get(
      "/api/jobs/:id",
      async ({ params: { id } }) => {
        const job = await database.run((sql) => getJob(sql, plant.id, id));
        if (job === null) throw notFound(`there is no job ${id}`);
        return job;
      },
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: jobSchema, ...problems(404, 503) },
        detail: { summary: "One job" },
      },
    )
    .get(
      "/api/jobs/:id/statistics",
      async ({ params: { id }, client }) => {
        const statistics = await shares.questions.run(client, () => statisticsOf(id));
        if (statistics === null) throw notFound(`there is no job ${id}`);
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
      "/api/jobs/:id/complete",
      async ({ params: { id }, actor }) =>
        changed(
          ended(
            id,
            await database.run((sql) => completeJob(sql, id, { actor, plant: plant.id, at: clock.now() })),
          ),
        ),
      {
        role: "operator",
        params: checked("params", idSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "End a job that needs no more bags",
          description:
            "Bags weighed until now still join it when they are recorded later. 409 `job_not_active` says how and when it ended already, so that a repeated request knows its own work.",
        },
      },
    )
    .post(
      "/api/jobs/:id/cancel",
      async ({ params: { id }, actor }) =>
        changed(
          ended(
            id,
            await database.run((sql) => cancelJob(sql, id, { actor, plant: plant.id, at: clock.now() })),
          ),
        ),
      {
        role: "operator",
        params: checked("params", idSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Call a job off",
          description: "Its bags stay with it, and none can be assigned to it. 409 as with complete.",
        },
      },
    );
}

/** @throws Problem 404 or 409. */
function ended(id: number, outcome: Ended): Job {
  if (outcome.ok) return outcome.job;
  switch (outcome.reason) {
    case "not_found":
      throw notFound(`there is no job ${id}`);
    case "not_active":
      throw conflict("job_not_active", `job ${id} is ${outcome.job.status} since ${outcome.job.ended_at}`);
  }
}

function jobsElsewhere() {
  return conflict(
    "jobs_upstream",
    "jobs are kept in the web application (PREPUFF_JOBS is upstream): start it there",
  );
}

function stationBusy(running: Job) {
  const { id, company, station, bags_completed, quantity, started_at } = running;
  return conflict(
    "station_busy",
    `${station} is at job ${id} for ${company} since ${started_at} (${bags_completed} of ${quantity} bags): complete or cancel it first`,
  );
}
