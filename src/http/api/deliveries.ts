import { Elysia } from "elysia";
import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import { readOnly } from "../../database/read-only.ts";
import type { Executor } from "../../database/types.ts";
import {
  type Changed,
  type DeliveryState,
  deliverySchema,
  deliveryStates,
  discardDeliveries,
  findDestination,
  listDeliveries,
  type Note,
  retryDeliveries,
} from "../../delivery/deliveries.ts";
import { webApplication } from "../../delivery/destination.ts";
import { stationQuery, textSchema } from "../../runtime/typed-text.ts";
import { invalid, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageBy, pageQuery } from "../request/paging.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

type Needed = Pick<Services, "database" | "plant" | "clock" | "couriers">;

/** All parked ones may be many, in short statements one after the other. */
const changeLimitMs = 60_000;

const idsSchema = z.array(z.int().min(1)).min(1).max(10_000).describe("Bag ids.");

const destinationSchema = textSchema(100)
  .optional()
  .describe("The name of where they go. Left out: the web application.");

const retrySchema = z.union(
  [
    z.strictObject({ destination: destinationSchema, ids: idsSchema }),
    z.strictObject({
      destination: destinationSchema,
      all: z.literal(true).describe("Every parked one."),
      station: stationQuery.optional().describe("Only of this station."),
    }),
  ],
  { error: "must be {ids: [bag id, …], destination?} or {all: true, station?, destination?}" },
);

const discardSchema = z.strictObject({
  destination: destinationSchema,
  ids: idsSchema,
  reason: textSchema(500),
});

export function deliveriesController(services: Needed, auth: Auth, shares: Shares) {
  const { database, plant, clock, couriers } = services;
  return new Elysia({ name: "deliveries", tags: ["deliveries"] })
    .use(auth)
    .get(
      "/api/deliveries",
      async ({ query: { limit, cursor, destination, ...filter }, client }) => {
        const page = { before: cursor, limit: limit + 1 };
        const found = await shares.questions.run(client, () =>
          readOnly(database, async (tx) =>
            listDeliveries(
              tx,
              { ...filter, plant: plant.id, destination: await idOf(tx, destination) },
              page,
            ),
          ),
        );
        return pageBy(found, limit, (delivery) => delivery.bag_id);
      },
      {
        role: "viewer",
        query: checked(
          "query",
          z.strictObject({
            ...pageQuery,
            destination: destinationSchema,
            state: z.enum(deliveryStates).optional(),
            station: stationQuery.optional(),
          }),
        ),
        response: { 200: listSchema(deliverySchema), ...problems(503) },
        detail: { summary: "Deliveries to a destination, newest bag first" },
      },
    )
    .post(
      "/api/deliveries/retry",
      async ({ body, actor }) => {
        const station = "all" in body ? body.station : undefined;
        const destination = await database.run((sql) => idOf(sql, body.destination));
        const detail = {
          ...named(body.destination),
          ...("all" in body && { all: true, ...(station !== undefined && { station }) }),
        };
        const note = noteOf({ actor, plant: plant.id, at: clock.now() }, "delivery.retry", detail);
        const selection = "ids" in body ? { ids: body.ids } : ({ parked: true, station } as const);
        const retried = await database.run(
          (sql) => retryDeliveries(sql, { destination, plant: plant.id, ...selection }, note),
          changeLimitMs,
        );
        couriers.wake(station, { urgent: true, destination });
        return { retried };
      },
      {
        role: "admin",
        body: checked("body", retrySchema),
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
        const by = { actor, plant: plant.id, at: clock.now() };
        const destination = await database.run((sql) => idOf(sql, body.destination));
        const detail = { ...named(body.destination), reason: body.reason };
        const note = noteOf(by, "delivery.discard", detail);
        const discarded = await database.run(
          (sql) => discardDeliveries(sql, { destination, plant: plant.id, ids: body.ids }, note),
          changeLimitMs,
        );
        couriers.wake(undefined, { urgent: true, destination });
        return { discarded };
      },
      {
        role: "admin",
        body: checked("body", discardSchema),
        response: { 200: z.object({ discarded: z.int() }), ...problems(503) },
        detail: {
          summary: "Give deliveries up",
          description:
            "Pending and parked ones are not sent again, unless someone retries them. The bags stay.",
        },
      },
    );
}

/** @throws Problem 422 where there is no destination of that name. */
async function idOf(sql: Executor, name: string = webApplication.name): Promise<number> {
  const id = await findDestination(sql, name);
  if (id === null) throw invalid({ field: "destination", message: `there is no destination ${name}` });
  return id;
}

/** For the audit trail: as the request said it. */
function named(destination: string | undefined): { destination?: string } {
  return destination === undefined ? {} : { destination };
}

/**
 * The audit event of each part of a change, in the part's own transaction. Many deliveries are changed in many short
 * transactions, so that recorder and courier never wait long: then the trail has an event for each of them.
 */
function noteOf(
  by: Actor,
  action: "delivery.retry" | "delivery.discard",
  detail: Readonly<Record<string, string | boolean>>,
): Note {
  const state = action === "delivery.retry" ? "pending" : "discarded";
  return (tx, changed) =>
    audit(tx, by, {
      action,
      subject: "deliveries",
      detail: { ...detail, bag_ids: changed.map(({ id }) => id).sort((a, b) => a - b) },
      before: countStates(changed),
      after: { [state]: changed.length },
    });
}

function countStates(changed: readonly Changed[]): Partial<Record<DeliveryState, number>> {
  const counts: Partial<Record<DeliveryState, number>> = {};
  for (const { before } of changed) counts[before] = (counts[before] ?? 0) + 1;
  return counts;
}
