import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../../database/read-only.ts";
import {
  newProductQualitySchema,
  productQualitySchema,
  readProductQuality,
  writeProductQuality,
} from "../../../records/quality/product-quality.ts";
import { invalid, notFound, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";

const idSchema = z.object({ id: smallIdSchema });

/** What quality looks at in the bags of a product: its label, own limits, and rules of charts. */
export function productQualityController(
  services: Pick<Services, "database" | "plant" | "clock">,
  auth: Auth,
) {
  const { database, plant, clock } = services;
  return new Elysia({ name: "product-quality", tags: ["quality"] })
    .use(auth)
    .get(
      "/api/products/:id/quality",
      async ({ params: { id } }) =>
        there(id, await readOnly(database, (tx) => readProductQuality(tx, plant.id, id))),
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: productQualitySchema, ...problems(404, 503) },
        detail: { summary: "What quality looks at in a product's bags" },
      },
    )
    .put(
      "/api/products/:id/quality",
      async ({ params: { id }, body, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const written = await database.run((sql) => writeProductQuality(sql, id, body, by));
        if (written === "no_reference") {
          throw invalid({ field: "live_reference", message: "must be one of /api/quality/references" });
        }
        return there(id, written);
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", newProductQualitySchema),
        response: { 200: productQualitySchema, ...problems(404, 503) },
        detail: {
          summary: "Set what quality looks at in a product's bags",
          description:
            "Replaces what was set before: the label's quantity and its law, own limits, the rules that are looked for in charts, and the limits that running jobs are compared with. Questions about quality use it unless they say otherwise.",
        },
      },
    );
}

/** @throws Problem 404. */
function there<Found>(id: number, found: Found | null): Found {
  if (found === null) throw notFound(`there is no product ${id}`);
  return found;
}
