import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../../database/read-only.ts";
import { rangeSizes } from "../../../quality/constants.ts";
import {
  freezeReference,
  listReferences,
  referenceCharts,
  referencePointsMin,
  referenceSchema,
  referencesMax,
  removeReference,
} from "../../../records/quality/references.ts";
import { nameSchema } from "../../../runtime/typed-text.ts";
import { conflict, notFound, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import type { Who } from "../../auth/guard.ts";
import { checked } from "../../request/checked.ts";
import { listSchema } from "../../request/paging.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";
import { askQuality, whichBags } from "./asking.ts";

const newReferenceSchema = z
  .strictObject({
    name: nameSchema(200),
    ...whichBags,
    chart: z.enum(referenceCharts).default("xbar_r"),
    size: z.coerce.number().int().min(rangeSizes.min).max(rangeSizes.max).default(5),
  })
  .refine(
    ({ job, product, station, scale }) => [job, product, station, scale].some((each) => each !== undefined),
    "must say which bags: a job, a product, a station or a scale",
  );

/** Frozen limits of control charts. */
export function referencesController(
  services: Pick<Services, "database" | "plant" | "clock">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant, clock } = services;
  const by = (who: Who) => ({ ...who, plant: plant.id, at: clock.now() });
  return new Elysia({ name: "quality-references", tags: ["quality"] })
    .use(auth)
    .get(
      "/api/quality/references",
      async () => ({ items: await readOnly(database, (tx) => listReferences(tx, plant.id)), next: null }),
      {
        role: "viewer",
        response: { 200: listSchema(referenceSchema), ...problems(503) },
        detail: { summary: "Frozen limits of control charts, newest first, on one page" },
      },
    )
    .post(
      "/api/quality/references",
      async ({ body: { name, chart, size, ...scope }, who, client, status }) => {
        const frozen = await askQuality(shares, client, () =>
          freezeReference(database, { name, chart, size, scope }, by(who)),
        );
        if (frozen.ok) return status(201, frozen.reference);
        switch (frozen.reason) {
          case "too_few":
            throw conflict(
              "too_few_points",
              `there are fewer than ${referencePointsMin} points: take a longer time, or smaller subgroups`,
            );
          case "no_spread":
            throw conflict(
              "no_spread",
              "all bags of a subgroup weigh the same: there is no spread to make limits of",
            );
          case "too_many":
            throw conflict(
              "too_many_references",
              `there are ${referencesMax} already: remove those not used`,
            );
        }
      },
      {
        role: "operator",
        body: checked("body", newReferenceSchema),
        response: { 201: referenceSchema, ...problems(409, 503) },
        detail: {
          summary: "Freeze the limits that some bags give",
          description:
            "What they say now, with who froze it and when; later voids and assignments change nothing. A chart takes it as `reference`. 409 `too_few_points`, `no_spread`, `too_many_references`.",
        },
      },
    )
    .delete(
      "/api/quality/references/:id",
      async ({ params: { id }, who, status }) => {
        if (!(await database.run((sql) => removeReference(sql, id, by(who))))) {
          throw notFound(`there is no reference ${id}`);
        }
        return status(204, undefined);
      },
      {
        role: "operator",
        params: checked("params", z.object({ id: smallIdSchema })),
        response: { 204: z.undefined(), ...problems(404, 503) },
        detail: { summary: "Remove frozen limits; the audit trail keeps what they were" },
      },
    );
}
