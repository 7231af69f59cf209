import { Elysia, status } from "elysia";
import { z } from "zod";
import { getJob, jobSchema } from "../../../records/jobs/job-view.ts";
import { startPlanned } from "../../../records/jobs/jobs.ts";
import { type Moved, moveJob, plannedMax, removeJob } from "../../../records/jobs/queue.ts";
import { nameSchema } from "../../../runtime/typed-text.ts";
import { problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import type { Who } from "../../auth/guard.ts";
import { checked } from "../../request/checked.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import { requireCheckedScales } from "./checked-scales.ts";
import { jobNews, jobsElsewhere, notMade } from "./job-answers.ts";

const idSchema = z.object({ id: smallIdSchema });
const startSchema = z.strictObject({
  started_by: nameSchema(200)
    .nullable()
    .optional()
    .describe("Left out: the name of the token, where it has one."),
});
const moveSchema = z.strictObject({
  place: z.int().min(1).max(plannedMax).describe("1 is first; beyond the last one it is the last."),
});

type Needed = Pick<Services, "database" | "plant" | "clock" | "config" | "events" | "stations">;

/** Planned jobs: started, put elsewhere in their queue, taken out of it. */
export function queueController(services: Needed, auth: Auth) {
  const { database, plant, clock, config, events } = services;
  const by = (who: Who) => ({ ...who, plant: plant.id, at: clock.now() });
  const { changed, queueChanged } = jobNews(events);

  return new Elysia({ name: "queue", tags: ["jobs"] })
    .use(auth)
    .post(
      "/api/jobs/:id/start",
      async ({ params: { id }, body, who, actorName }) => {
        if (config.jobs === "upstream") throw jobsElsewhere();
        const startedBy = who.person?.name ?? body.started_by ?? actorName;
        const outcome = await database.run(async (sql) => {
          const planned = await getJob(sql, plant.id, id);
          if (planned?.status === "planned") await requireCheckedScales(sql, services, planned.station);
          return startPlanned(sql, id, startedBy, by(who));
        });
        if (!outcome.ok) throw notMade(outcome, id);
        return changed(outcome.job);
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", startSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Start a planned job",
          description:
            "Whatever its place in the queue. 409 `job_not_planned` says that it was started already, `station_busy` that another one is active there, `scale_check` that a scale of the station has to be checked first.",
        },
      },
    )
    .post(
      "/api/jobs/:id/move",
      async ({ params: { id }, body, who }) => {
        const job = moved(id, await database.run((sql) => moveJob(sql, id, body.place, by(who))));
        queueChanged(job.station);
        return job;
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", moveSchema),
        response: { 200: jobSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Put a planned job at another place of its queue",
          description: "The other jobs keep their order. 409 `job_not_planned`.",
        },
      },
    )
    .delete(
      "/api/jobs/:id",
      async ({ params: { id }, who }) => {
        const job = moved(id, await database.run((sql) => removeJob(sql, id, by(who))));
        queueChanged(job.station);
        return status(204, undefined);
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        response: {
          204: z.undefined().describe("It is gone; the audit trail has what it was."),
          ...problems(404, 409, 503),
        },
        detail: {
          summary: "Remove a planned job",
          description: "A job that began is never deleted: 409 `job_not_planned`.",
        },
      },
    );
}

/** @throws Problem 404 or 409. */
function moved(id: number, outcome: Moved) {
  if (!outcome.ok) throw notMade(outcome, id);
  return outcome.job;
}
