import { Elysia } from "elysia";
import { readOnly } from "../../database/read-only.ts";
import { calendarSchema } from "../../records/shifts/calendar.ts";
import { readCalendar, writeCalendar } from "../../records/shifts/calendar-rows.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";

/** The plant's time and shifts, by which reports are made. */
export function shiftsController(services: Pick<Services, "database" | "plant" | "clock">, auth: Auth) {
  const { database, plant, clock } = services;
  return new Elysia({ name: "shifts", tags: ["reports"] })
    .use(auth)
    .get("/api/shifts", () => readOnly(database, (tx) => readCalendar(tx, plant.id)), {
      role: "viewer",
      response: { 200: calendarSchema, ...problems(503) },
      detail: {
        summary: "The plant's time zone and shifts",
        description: "Where nobody has set them: the appliance's own time zone, and no shifts.",
      },
    })
    .put(
      "/api/shifts",
      ({ body, actor }) =>
        database.run((sql) => writeCalendar(sql, body, { actor, plant: plant.id, at: clock.now() })),
      {
        role: "admin",
        body: checked("body", calendarSchema),
        response: { 200: calendarSchema, ...problems(503) },
        detail: {
          summary: "Set the plant's time zone and shifts",
          description: "Replaces all of them at once. Reports about the past use today's shifts.",
        },
      },
    );
}
