import { Elysia } from "elysia";
import { z } from "zod";
import { bagSchema } from "../../records/bags/bag-view.ts";
import { enterBag, manualBagSchema } from "../../records/bags/manual.ts";
import { createScaleList } from "../../records/scales/scale-list.ts";
import { earliestMs } from "../../weighing/weighed-fields.ts";
import { conflict, invalid, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";

/** Clocks of tablets differ from the appliance's by so much; a bag of later than that was not weighed yet. */
const aheadMaxMs = 60_000;

type Needed = Pick<
  Services,
  "config" | "clock" | "couriers" | "database" | "plant" | "presence" | "repeats" | "stations" | "recorded"
>;

/** Bags that a person enters, when a scale is broken. */
export function manualBagsController(services: Needed, auth: Auth) {
  const { clock, database, plant, recorded, stations } = services;
  const scales = createScaleList(services);
  const { destinations } = services.couriers;

  /** @throws Problem 422. */
  function readTime(text: string | undefined): number | null {
    if (text === undefined) return null;
    const at = Date.parse(text);
    const fault = (message: string) => invalid({ field: "weighed_at", message });
    if (at < earliestMs) throw fault("is before the year 2000: is the clock set?");
    if (at > clock.now() + aheadMaxMs) throw fault("is later than now");
    return at;
  }

  return new Elysia({ name: "manual-bags", tags: ["bags"] }).use(auth).post(
    "/api/bags",
    async ({ body, headers, who, status }) => {
      const { station, scale, weight, unit, note } = body;
      const bag = {
        station,
        printedScale: scale ?? null,
        weight,
        unit,
        weighedAt: readTime(body.weighed_at),
        note: note ?? null,
        isConfirmed: body.confirmed,
      };
      const standing = (await scales.all())
        .filter((each) => each.station === station && each.enabled && each.alias_of === null)
        .map(({ id }) => id);
      const options = {
        key: headers["idempotency-key"] ?? null,
        destinations,
        standing,
        stations,
      };
      const entered = await database.run((sql) =>
        enterBag(sql, bag, { ...who, plant: plant.id, at: clock.now() }, options),
      );
      switch (entered.kind) {
        case "recorded":
          recorded(entered.group);
          return status(201, entered.bag);
        case "repeated":
          return status(201, entered.bag);
        case "key_reused":
          throw invalid({
            field: "Idempotency-Key",
            message: `was given with another bag before, stored as bag ${entered.bagId}`,
          });
        case "implausible":
          throw conflict(
            "implausible_weight",
            `${weight} ${unit} is off the target of ${entered.target} lb by more than twice the tolerance of ${entered.tolerance} %: look again, and send it with confirmed true if it is right`,
          );
        case "which_scale":
          throw invalid({
            field: "scale",
            message: `is needed: it is not clear which scale of ${station} it was`,
          });
      }
    },
    {
      role: "operator",
      body: checked("body", manualBagSchema),
      headers: checked(
        "headers",
        z.object({
          "idempotency-key": z
            .string()
            .regex(/^[\x20-\x7e]{1,255}$/, "must be 1 to 255 printable ASCII characters")
            .optional()
            .describe("Of the sender, for one bag: a repetition gets the same bag, and stores nothing."),
        }),
      ),
      response: { 201: bagSchema, ...problems(409, 503) },
      detail: {
        summary: "Enter a bag by hand",
        description:
          "For a scale that is broken. It is numbered, judged and forwarded like any bag, marked with `source: manual`, and in the audit trail. Without an active job on the station `job_id` is null. Give an `Idempotency-Key`, so that a repetition after a lost answer stores nothing: it gets the bag as it is now; with another bag it is 422. 409 `implausible_weight`: it is off the target by more than twice the tolerance, and not `confirmed`. 503 while the database is away: keep it and send it again.",
      },
    },
  );
}
