import { Elysia, status } from "elysia";
import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import { toTime } from "../../records/scales/scale-list.ts";
import type { ConnectionView } from "../../scale/presence.ts";
import { notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema } from "../request/paging.ts";
import { rowIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";

export const connectionSchema = z.object({
  id: z.int(),
  remote_address: z.string(),
  connected_since: z.iso.datetime(),
  last_reading_at: z.iso.datetime().nullable(),
  scales: z.array(z.int()).describe("The scales that printed on it, after aliases."),
  readings: z.int(),
  rejected: z.int(),
  bytes: z.int(),
  parity: z.boolean().describe("It sends 7 bits with parity, read as 8: prints are read all the same."),
  source: z.string().nullable().describe("The source that it belongs to; null: the default one."),
});

type Needed = Pick<Services, "presence" | "database" | "plant" | "clock" | "logger">;

export function connectionsController(services: Needed, auth: Auth) {
  const { presence, plant, clock } = services;
  return new Elysia({ name: "connections", tags: ["scales"] })
    .use(auth)
    .get("/api/connections", () => ({ items: newestFirst(presence.connections()), next: null }), {
      role: "viewer",
      response: { 200: listSchema(connectionSchema) },
      detail: { summary: "Open connections of scales, newest first, on one page" },
    })
    .delete(
      "/api/connections/:id",
      async ({ params: { id }, actor }) => {
        const connection = presence.connections().find((each) => each.id === id);
        if (connection === undefined || !presence.close(id)) throw notFound(`there is no connection ${id}`);
        await note(services, { actor, plant: plant.id, at: clock.now() }, connection);
        return status(204, undefined);
      },
      {
        role: "admin",
        params: checked("params", z.object({ id: rowIdSchema })),
        response: {
          204: z.undefined().describe("It is closed; the scale may connect again."),
          ...problems(404),
        },
        detail: { summary: "Close a scale's connection" },
      },
    );
}

function newestFirst(connections: readonly ConnectionView[]) {
  return [...connections]
    .sort((a, b) => b.id - a.id)
    .map((connection) => ({
      id: connection.id,
      remote_address: connection.remoteAddress,
      connected_since: new Date(connection.connectedSince).toISOString(),
      last_reading_at: toTime(connection.lastReadingAt),
      scales: [...connection.scales],
      readings: connection.readings,
      rejected: connection.rejected,
      bytes: connection.bytes,
      parity: connection.hasParity,
      source: connection.source,
    }));
}

/**
 * A connection is no row, so there is no transaction to share. It is closed already, also if PostgreSQL cannot record
 * the event now: then only the log has it.
 */
async function note(
  { database, logger }: Needed,
  by: Actor,
  { id, remoteAddress, scales }: ConnectionView,
): Promise<void> {
  const detail = { remote_address: remoteAddress, scales: [...scales] };
  logger.info({ connection: id, actor: by.actor, ...detail }, "connection closed by a person");
  try {
    const deed = { action: "connection.close", subject: `connection:${id}`, detail: {} } as const;
    await database.run((sql) => sql.begin((tx) => audit(tx, by, { ...deed, before: detail, after: null })));
  } catch (error) {
    logger.warn({ connection: id, error: String(error) }, "the audit trail misses a closed connection");
  }
}
