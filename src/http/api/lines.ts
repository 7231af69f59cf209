import { Elysia } from "elysia";
import { z } from "zod";
import { openRawFrameStream } from "../../events/raw-frame-stream.ts";
import type { RawFrame } from "../../scale/raw-frames.ts";
import { eventStream } from "../answer/event-stream.ts";
import { notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Client } from "../request/places.ts";
import { rowIdSchema, scaleIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

type Needed = Pick<Services, "rawFrames" | "presence" | "clock">;

const description =
  '`line`: `{at, connection, raw, outcome, skipped}`: a frame without its terminator, unprintable bytes as `\\xNN`; `outcome` is `{kind: "bag", scale, weight, unit}` or `{kind: "rejected", reason}`; at most 50 a second, `skipped` says how many were left out before it. `tick`: `{now}`, at the beginning and every 2 s. Nothing comes again after a reconnect.';

/** The frames of scales as they come in, to set up a print format. */
export function linesController(services: Needed, auth: Auth, shares: Shares) {
  const { rawFrames, presence, clock } = services;
  const connection = (id: number) => presence.connections().find((each) => each.id === id);

  function follow(client: Client, isWanted: (frame: RawFrame) => boolean, goesOn: () => boolean): Response {
    const onEnd = shares.rawFrameClients.take(client);
    return eventStream(openRawFrameStream({ hub: rawFrames, clock, isWanted, goesOn, onEnd }));
  }

  return new Elysia({ name: "lines", tags: ["scales"] })
    .use(auth)
    .get(
      "/api/connections/:id/lines",
      ({ params: { id }, isAdmitted, client }) => {
        if (connection(id) === undefined) throw notFound(`there is no connection ${id}`);
        return follow(
          client,
          (frame) => frame.connectionId === id,
          () => isAdmitted() && connection(id) !== undefined,
        );
      },
      {
        role: "admin",
        params: checked("params", z.object({ id: rowIdSchema })),
        response: problems(404, 503),
        detail: {
          summary: "What a connection sends, line by line (server-sent events)",
          description: `${description} It ends with the connection.`,
          responses: { 200: stream },
        },
      },
    )
    .get(
      "/api/scales/:id/lines",
      ({ params: { id }, isAdmitted, client }) =>
        follow(
          client,
          ({ scale, connectionId }) =>
            scale === id || (scale === null && connection(connectionId)?.scales.includes(id) === true),
          isAdmitted,
        ),
      {
        role: "admin",
        params: checked("params", z.object({ id: scaleIdSchema })),
        response: problems(503),
        detail: {
          summary: "What a scale prints, line by line (server-sent events)",
          description: `${description} Also lines that name no scale, where they come on a connection that this one has printed on. A scale that never connected is waited for.`,
          responses: { 200: stream },
        },
      },
    );
}

const stream = {
  description: "The stream",
  content: { "text/event-stream": { schema: { type: "string" } } },
} as const;
