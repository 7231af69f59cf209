import { Elysia } from "elysia";
import { z } from "zod";
import { getJob } from "../../../records/jobs/job-view.ts";
import {
  listReleases,
  newReleaseSchema,
  type Released,
  releaseJob,
  releaseSchema,
} from "../../../records/releases/releases.ts";
import { conflict, Problem, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import { listSchema } from "../../request/paging.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import { noJob, stateText } from "./job-answers.ts";

const idSchema = z.object({ id: smallIdSchema });

/** Releases of jobs: a person signs for one that has ended. */
export function releasesController(
  services: Pick<Services, "database" | "plant" | "clock" | "events">,
  auth: Auth,
) {
  const { database, plant, clock, events } = services;
  return new Elysia({ name: "releases", tags: ["jobs"] })
    .use(auth)
    .get(
      "/api/jobs/:id/releases",
      async ({ params: { id } }) => {
        const items = await database.run(async (sql) =>
          (await getJob(sql, plant.id, id)) === null ? null : listReleases(sql, plant.id, id),
        );
        if (items === null) throw noJob(id);
        return { items, next: null };
      },
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: listSchema(releaseSchema), ...problems(404, 503) },
        detail: { summary: "Who released a job, newest first, and whether it was changed since" },
      },
    )
    .post(
      "/api/jobs/:id/releases",
      async ({ params: { id }, body, who, status }) => {
        const { person } = who;
        if (person === null) throw nobody();
        const by = { ...who, person, plant: plant.id, at: clock.now() };
        const outcome = await database.run((sql) => releaseJob(sql, id, body, by));
        if (!outcome.ok) throw notReleased(id, outcome);
        events.publish({ type: "job", job: outcome.job });
        return status(201, outcome.release);
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", newReleaseSchema),
        response: { 201: releaseSchema, ...problems(403, 404, 409, 503) },
        detail: {
          summary: "Release a job that has ended",
          description:
            "With a meaning, by a person who entered their PIN on a device. It keeps the job's figures and a digest of its bags; whatever is corrected or recorded late afterwards makes it outdated. 403 `person_needed` where nobody entered a PIN; 409 `job_not_ended`, `other_bags` where other bags count than the ones given, `already_released` where the same person did so and nothing was changed since.",
        },
      },
    );
}

/** No token is a person, so asking for a PIN would not help: another device would. */
function nobody(): Problem {
  return new Problem(
    403,
    "person_needed",
    "a release is signed by a person who entered their PIN. On the page People give names and PINs, and have the stations ask who acts; then release the job on a paired device",
  );
}

function notReleased(id: number, outcome: Exclude<Released, { ok: true }>): Problem {
  switch (outcome.reason) {
    case "not_found":
      return noJob(id);
    case "not_ended":
      return conflict("job_not_ended", `${stateText(outcome.job)}: complete it first`);
    case "other_bags":
      return conflict("other_bags", `${outcome.bags} bags of job ${id} count now: look at it again`);
    case "already_released": {
      const { person, meaning, released_at: at } = outcome.release;
      return conflict(
        "already_released",
        `${person} ${meaning} job ${id} at ${at}, and nothing was changed since`,
      );
    }
  }
}
