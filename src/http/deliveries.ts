import { Elysia } from "elysia";
import { z } from "zod";
import { stationSchema, textSchema } from "../bags/text.ts";
import {
  deliverySchema,
  deliveryStates,
  discardDeliveries,
  listDeliveries,
  retryDeliveries,
} from "../delivery/deliveries.ts";
import { ask } from "./ask.ts";
import type { Auth } from "./auth.ts";
import { listSchema, pageBy, pageQuery } from "./paging.ts";
import type { HttpParts } from "./parts.ts";
import { problems } from "./problem.ts";

type Parts = Pick<HttpParts, "database" | "clock" | "courier">;

/** All parked ones may be many, in short statements one after the other. */
const changeLimitMs = 60_000;

const idsSchema = z.array(z.int().min(1)).min(1).max(10_000).describe("Bag ids.");

const retrySchema = z.union(
  [
    z.strictObject({ ids: idsSchema }),
    z.strictObject({
      all: z.literal(true).describe("Every parked one."),
      station: stationSchema.optional().describe("Only of this station."),
    }),
  ],
  { error: "must be {ids: [bag id, …]} or {all: true, station?}" },
);

const discardSchema = z.strictObject({ ids: idsSchema, reason: textSchema(500) });

export function deliveriesController(parts: Parts, auth: Auth) {
  const { database } = parts;
  return new Elysia({ name: "deliveries", tags: ["deliveries"] })
    .use(auth)
    .get(
      "/api/deliveries",
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = { before: cursor, limit: limit + 1 };
        const found = await ask(database, (tx) => listDeliveries(tx, filter, page));
        return pageBy(found, limit, (delivery) => delivery.bag_id);
      },
      {
        role: "viewer",
        query: z.strictObject({
          ...pageQuery,
          state: z.enum(deliveryStates).optional(),
          station: stationSchema.optional(),
        }),
        response: { 200: listSchema(deliverySchema), ...problems(503) },
        detail: { summary: "Deliveries to the upstream API, newest bag first" },
      },
    )
    .post(
      "/api/deliveries/retry",
      async ({ body, actor }) => {
        const station = "all" in body ? body.station : undefined;
        await note(parts, actor, "delivery.retry", body);
        const selection = "ids" in body ? { ids: body.ids } : ({ parked: true, station } as const);
        const retried = await database.run((sql) => retryDeliveries(sql, selection), changeLimitMs);
        parts.courier?.hurry(station);
        return { retried };
      },
      {
        role: "admin",
        body: retrySchema,
        response: { 200: z.object({ retried: z.int() }), ...problems(503) },
        detail: {
          summary: "Try deliveries again, now",
          description:
            "By bag ids (parked, discarded, or waiting for their time), or all parked ones. What is delivered stays so. They keep their place in the order of weighing.",
        },
      },
    )
    .post(
      "/api/deliveries/discard",
      async ({ body, actor }) => {
        await note(parts, actor, "delivery.discard", body);
        const discarded = await database.run(
          (sql) => discardDeliveries(sql, { ids: body.ids }),
          changeLimitMs,
        );
        parts.courier?.hurry();
        return { discarded };
      },
      {
        role: "admin",
        body: discardSchema,
        response: { 200: z.object({ discarded: z.int() }), ...problems(503) },
        detail: {
          summary: "Give deliveries up",
          description:
            "Pending and parked ones are not sent again, unless someone retries them. The bags stay.",
        },
      },
    );
}

/**
 * Before the deed, and not in one transaction with it: changes of many deliveries are many short statements,
 * so that recorder and courier never wait long. A deed without its note would be worse than the reverse.
 */
async function note(
  { database, clock }: Parts,
  actor: string,
  action: "delivery.retry" | "delivery.discard",
  body: z.output<typeof retrySchema> | z.output<typeof discardSchema>,
): Promise<void> {
  const subject = "deliveries";
  await database.run(
    (sql) => sql`
      insert into audit_event (at, actor, action, subject, detail)
      values (${new Date(clock.now())}, ${actor}, ${action}, ${subject}, ${sql.json({ ...body })})`,
  );
}
