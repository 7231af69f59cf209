import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../../database/read-only.ts";
import { importProducts } from "../../../records/products/product-import.ts";
import {
  changeProduct,
  createProduct,
  listProducts,
  newProductSchema,
  type ProductKept,
  productChangeSchema,
  productSchema,
  productsMax,
} from "../../../records/products/products.ts";
import { conflict, notFound, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import type { Who } from "../../auth/guard.ts";
import { checked, refused } from "../../request/checked.ts";
import { listSchema } from "../../request/paging.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";

const querySchema = z.strictObject({
  retired: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("Left out: all of them."),
});
const importSchema = z.strictObject({
  csv: z
    .string()
    .describe(
      "A file's text. Its first line names the columns: `name`, `target_weight`, and any of `tolerance_percent`, `quantity`, `unit`, `price_per_lb`, `bag_volume`, `tare`, `note`. Cells stand between commas, or between semicolons or tabs: then a number may have a decimal comma.",
    ),
});
const importedSchema = z.object({
  made: z.int().describe("Products."),
  changed: z.int().describe("Those in use that had the name of one in the file."),
});

type Needed = Pick<Services, "database" | "plant" | "clock" | "config">;

/** Products: what a plant fills. */
export function productsController(services: Needed, auth: Auth, shares: Shares) {
  const { database, plant, clock, config } = services;
  const by = (who: Who) => ({ ...who, plant: plant.id, at: clock.now() });

  return new Elysia({ name: "products", tags: ["jobs"] })
    .use(auth)
    .get(
      "/api/products",
      async ({ query, client }) => ({
        items: await shares.questions.run(client, () =>
          readOnly(database, (tx) => listProducts(tx, plant.id, query)),
        ),
        next: null,
      }),
      {
        role: "viewer",
        query: checked("query", querySchema),
        response: { 200: listSchema(productSchema), ...problems(503) },
        detail: { summary: "Products by name, on one page" },
      },
    )
    .post(
      "/api/products",
      async ({ body, who, status }) => {
        const product = { ...body, tolerance_percent: body.tolerance_percent ?? config.tolerancePercent };
        return status(201, kept(0, await database.run((sql) => createProduct(sql, product, by(who)))));
      },
      {
        role: "operator",
        body: checked("body", newProductSchema),
        response: { 201: productSchema, ...problems(409, 503) },
        detail: {
          summary: "Make a product",
          description: "409 `name_taken` where another one in use has the name, `too_many_products`.",
        },
      },
    )
    .patch(
      "/api/products/:id",
      async ({ params: { id }, body, who }) =>
        kept(id, await database.run((sql) => changeProduct(sql, id, body, by(who)))),
      {
        role: "operator",
        params: checked("params", z.object({ id: smallIdSchema })),
        body: checked("body", productChangeSchema),
        response: { 200: productSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Change a product, or retire it",
          description:
            "Jobs that were made from it stay as they are. A retired one can be taken into use again. 409 `name_taken`.",
        },
      },
    )
    .post(
      "/api/products/import",
      async ({ body, who }) => {
        const outcome = await database.run((sql) =>
          importProducts(sql, body.csv, config.tolerancePercent, by(who)),
        );
        if (!outcome.ok) throw refused(outcome.faults);
        const { made, changed } = outcome;
        return { made, changed };
      },
      {
        role: "operator",
        body: checked("body", importSchema),
        response: { 200: importedSchema, ...problems(503) },
        detail: {
          summary: "Import products from CSV",
          description:
            "Makes those that are new, and changes those in use that have a name of the file; a cell that is empty is as if it were left out. Where something is wrong nothing is imported: 422 with the line and the column of each fault.",
        },
      },
    );
}

/** @throws Problem 404 or 409. */
function kept(id: number, outcome: ProductKept) {
  if (outcome.ok) return outcome.product;
  switch (outcome.reason) {
    case "not_found":
      throw notFound(`there is no product ${id}`);
    case "name_taken":
      throw conflict("name_taken", "another product in use has this name: choose another one");
    case "too_many":
      throw conflict("too_many_products", `there are ${productsMax} products: retire those not used`);
  }
}
