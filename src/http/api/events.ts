import { Elysia } from "elysia";
import { z } from "zod";
import { readCursor } from "../../events/cursor.ts";
import { createHealthWatch } from "../../events/health-watch.ts";
import { createScaleWatch } from "../../events/scale-watch.ts";
import { openStream } from "../../events/stream.ts";
import { toLiveScale } from "../../records/scales/scale-list.ts";
import { eventStream } from "../answer/event-stream.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

type Needed = Pick<
  Services,
  | "config"
  | "couriers"
  | "events"
  | "database"
  | "plant"
  | "clock"
  | "logger"
  | "stations"
  | "presence"
  | "journal"
  | "health"
  | "readings"
>;

export function eventsController(services: Needed, auth: Auth, shares: Shares) {
  const { events: hub, database, plant, clock, logger, stations } = services;
  const showScale = (view: Parameters<typeof toLiveScale>[0]) => toLiveScale(view, stations);
  const watch = createScaleWatch(services.presence, hub);
  const healthWatch = createHealthWatch({ ...services, hub });
  const { eventClients } = shares;

  return new Elysia({ name: "events", tags: ["events"] }).use(auth).get(
    "/api/events",
    ({ headers, isAdmitted, client }) => {
      const leave = eventClients.take(client);
      watch.start();
      healthWatch.start();
      const cursor = readCursor(headers["last-event-id"] ?? null, clock.now);
      const health = healthWatch.current;
      const { waiting } = services.readings;
      const view = { hub, database, plant, clock, logger, showScale, health, waiting, isAdmitted };
      const stream = openStream(view, cursor, () => {
        leave();
        if (eventClients.size > 0) return;
        watch.stop();
        healthWatch.stop();
      });
      return eventStream(stream);
    },
    {
      role: "viewer",
      headers: checked(
        "headers",
        z.object({
          "last-event-id": z
            .string()
            .optional()
            .describe("The last `id` received: what was missed comes first."),
        }),
      ),
      response: problems(503),
      detail: {
        summary: "What happens, as it happens (server-sent events)",
        description: [
          "`bag`: a bag was recorded or changed (a bag of /api/bags). `rejected`: a frame became no bag (of /api/rejected). `job`: a job began, moved on or ended (of /api/jobs). `queue`: what is planned at a station changed, or how the next job begins there (`{station}`). `scale`: a scale connected, went or printed (of /api/scales, without its name).",
          "Without an id, because they are about now: `reading`: a weight was kept that cannot be recorded for now (the database is away or slow), and at the beginning the newest 20 that wait; its bag, with the same `uid`, follows later. `signal`: a signal on a job began, went on, ended, was withdrawn or acknowledged (of /api/quality/signals). `advice`: how to change the filling of a running job (of /api/quality/advice). `live`: the weight of this moment on a scale that streams, at most every 80 ms (`{scale, station, weight, unit, stable, state}`). `scale_check`: a check of a scale was asked for, got a print, or ended (of /api/scales/{id}/checks/{uid}). `health`: /health/ready with `journal_backlog`, `deliveries_pending`, `deliveries_parked`, and `destinations` with the same for each, at the beginning and when something of it changed. `tick`: `{now}`, at the beginning and every 2 s, so that a client notices a dead line.",
          "Recorded bags and rejected frames that a client missed come again with `Last-Event-ID`, none twice; the other events are about now: read the lists after a reconnect. Ids of bags may come out of order, because a lower id may be committed a moment after a higher one: key by `id`.",
          "The stream ends within seconds where its token is revoked. A client that does not keep up is cut off and can resume.",
        ].join("\n\n"),
        responses: {
          200: {
            description: "The stream",
            content: { "text/event-stream": { schema: { type: "string" } } },
          },
        },
      },
    },
  );
}
