import { Elysia, status } from "elysia";
import { z } from "zod";
import type { Device } from "../../../access/access.ts";
import { actionMs } from "../../../access/person-sessions.ts";
import type { PersonAsked } from "../../../access/persons.ts";
import { noteLock, readPinHash } from "../../../access/persons.ts";
import { isPin } from "../../../access/pin.ts";
import { neighbour, periodAt } from "../../../records/reports/period.ts";
import { readCalendar } from "../../../records/shifts/calendar-rows.ts";
import { idMax } from "../../../weighing/ids.ts";
import { conflict, databaseIsAway, notFound, Problem, problems } from "../../answer/problem.ts";
import { tooManyAttempts } from "../../auth/attempt-limit.ts";
import { bearerHeader, readJsonBody } from "../../auth/auth.ts";
import type { Guard } from "../../auth/guard.ts";
import type { PinAttempts } from "../../auth/pin-attempts.ts";
import { checked } from "../../request/checked.ts";
import type { Services } from "../services.ts";

/** Where a plant has no shifts, and the longest that anybody is remembered. */
const longestMs = 12 * 3_600_000;

const enteredSchema = z.strictObject({
  person: z.int().min(1).max(idMax).describe("Their id."),
  pin: z.string().max(20).meta({ format: "password" }),
});

/** Who acts on a device. */
export const actingSchema = z.object({
  id: z.int(),
  name: z.string(),
  until: z.iso.datetime().describe("By the appliance's clock; of `each_action` the one that follows."),
});

type Needed = Pick<Services, "database" | "plant" | "clock" | "people" | "logger">;

/** A name and a PIN: who acts on a paired device. */
export function personSessionController(services: Needed, guard: Guard, attempts: PinAttempts) {
  const { database, plant, clock, people, logger } = services;

  /** @throws Problem 403 or 503. */
  function deviceOf(request: Request): Device {
    const visitor = guard.visitor({ request, bearer: undefined });
    if (visitor?.device) return visitor.device;
    if (!people.loaded) throw databaseIsAway();
    throw new Problem(
      403,
      "no_device",
      "this is not a paired device: a PIN can be entered on one of those only",
    );
  }

  async function untilOf(asked: PersonAsked): Promise<number> {
    const now = clock.now();
    if (asked === "each_action") return now + actionMs;
    const calendar = await database.run((sql) => readCalendar(sql, plant.id));
    const shift = periodAt(calendar, "shift", now);
    // Between two shifts: until the next one begins.
    const end = shift === null ? null : shift.to > now ? shift.to : neighbour(calendar, shift, 1)?.from;
    return Math.min(end ?? Number.POSITIVE_INFINITY, now + longestMs);
  }

  /** An attempt that cannot be written is refused all the same. */
  async function note(person: number, device: Device): Promise<void> {
    const by = { actor: `${device.name} (operator)`, plant: plant.id, at: clock.now() };
    logger.warn(
      { person, device: device.id },
      "a person's PIN was wrong too often: it is refused for a while",
    );
    await database.run((sql) => noteLock(sql, person, by)).catch(() => undefined);
  }

  return new Elysia({ name: "person-session", tags: ["access"] })
    .use(bearerHeader())
    .post(
      "/api/session/person",
      async ({ body: { person: id, pin }, request, set }) => {
        const device = deviceOf(request);
        const { asked } = guard.actingOn(device, request);
        if (asked === "never") {
          throw conflict("person_not_asked", "this device's station does not ask who acts");
        }
        const waitSeconds = attempts.begin(id, device.id);
        if (waitSeconds > 0) throw locked(waitSeconds);
        const hash = await database
          .run((sql) => readPinHash(sql, plant.id, id))
          .catch((error: unknown) => {
            attempts.succeeded(id, device.id);
            throw error;
          });
        if (hash === null) throw notFound(`nobody with the id ${id} may act`);
        if (!(await isPin(pin, hash))) {
          const failed = attempts.failed(id, device.id);
          if (failed.isPersonLocked) await note(id, device);
          throw failed.waitSeconds > 0
            ? locked(failed.waitSeconds)
            : new Problem(403, "wrong_pin", "the PIN is wrong");
        }
        attempts.succeeded(id, device.id);
        const person = people.byId(id);
        if (person === null) throw notFound(`nobody with the id ${id} may act`);
        const until = await untilOf(asked);
        set.headers["set-cookie"] = guard.actAs({ person, device: device.id, asked, until }, request);
        return { id, name: person.name, until: new Date(until).toISOString() };
      },
      {
        transform: async (context) => {
          guard.checkOrigin(context.request);
          await readJsonBody(context);
        },
        body: checked("body", enteredSchema),
        response: { 200: actingSchema, ...problems(403, 404, 409, 429, 503) },
        detail: {
          summary: "Enter a PIN on a device",
          description:
            "Sets the cookie `prepuff_person` (HttpOnly, SameSite=Strict), of use on this device alone: for the next action, or until the shift ends (12 hours at most), as the station asks. 403 `wrong_pin`; after 5 wrong ones of a person or 10 on a device within 15 minutes 429 `pin_locked`, for right ones too. 403 `no_device` for what was not paired.",
        },
      },
    )
    .delete(
      "/api/session/person",
      ({ request, set }) => {
        set.headers["set-cookie"] = guard.actNoMore(request);
        return status(204, undefined);
      },
      {
        transform: async (context) => {
          guard.checkOrigin(context.request);
          await readJsonBody(context);
        },
        response: { 204: z.undefined().describe("Nobody acts here any more."), ...problems(403) },
        detail: { summary: "Act no more", description: "The next one enters their own PIN." },
      },
    );
}

const locked = (waitSeconds: number) => tooManyAttempts("PINs", waitSeconds, "pin_locked");
