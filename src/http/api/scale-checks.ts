import { Elysia, status } from "elysia";
import { z } from "zod";
import { readOnly } from "../../database/read-only.ts";
import type { Executor } from "../../database/types.ts";
import {
  type AskedCheck,
  type AskedCheckOf,
  askedCheckSchema,
  endAsked,
  keepAsked,
  readAsked,
  repeatabilityCheck,
  toAsked,
  weightCheck,
} from "../../records/scale-checks/asked.ts";
import { checkKinds, listChecks, scaleCheckSchema } from "../../records/scale-checks/check-list.ts";
import {
  checkingSettingsSchema,
  newCheckingSchema,
  readChecking,
  type StoredChecking,
  writeChecking,
} from "../../records/scale-checks/settings.ts";
import { readStanding, type StandingChecking, standingSchema } from "../../records/scale-checks/standing.ts";
import { createScaleList } from "../../records/scales/scale-list.ts";
import { nameSchema } from "../../runtime/typed-text.ts";
import { conflict, invalid, notFound, type Problem, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import type { Who } from "../auth/guard.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../request/paging.ts";
import { scaleIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";

const checkingSchema = checkingSettingsSchema.extend({
  scale: z.int(),
  station: z.string(),
  standing: standingSchema,
  asked: askedCheckSchema
    .nullable()
    .describe("The check that waits there for its print, or for its verdict."),
});
export type Checking = z.output<typeof checkingSchema>;

const askSchema = z.strictObject({
  kind: z.enum(checkKinds).default("weight"),
  weight: nameSchema(50)
    .optional()
    .describe("The name of the check weight; left out: the one that it has. Not with `repeatability`."),
});

const idSchema = z.object({ id: scaleIdSchema });
const checkIdSchema = z.object({ id: scaleIdSchema, uid: z.guid() });

type Needed = Pick<
  Services,
  "config" | "clock" | "database" | "plant" | "presence" | "repeats" | "stations" | "checks" | "events"
>;

/** Scales that are checked by weights: by what, how they stand, and the checks themselves. */
export function scaleChecksController(services: Needed, auth: Auth) {
  const { clock, database, plant, stations, checks, events } = services;
  const scaleList = createScaleList(services);
  const by = (who: Who) => ({ ...who, plant: plant.id, at: clock.now() });

  async function view(sql: Executor, { since: _, ...checking }: StandingChecking): Promise<Checking> {
    const { scale } = checking;
    return { ...checking, station: stations.stationOf(scale), asked: await openAt(sql, scale) };
  }

  /** The check of a scale that has no end yet. Memory does not hear of its verdict. */
  async function openAt(sql: Executor, scale: number): Promise<AskedCheck | null> {
    const armed = checks.of(scale);
    if (armed === null || armed.state === "waiting") return armed && toAsked(armed);
    const asked = await readAsked(sql, plant.id, { scale, uid: armed.asked.uid }, armed);
    return asked?.state === "done" ? null : asked;
  }

  function standings(scales?: readonly number[]): Promise<Checking[]> {
    return readOnly(database, async (tx) => {
      const found = await readStanding(tx, plant.id, clock.now(), scales);
      const shown: Checking[] = [];
      for (const each of found) shown.push(await view(tx, each));
      return shown;
    });
  }

  async function standing(scale: number): Promise<Checking> {
    const [found] = await standings([scale]);
    if (found === undefined) throw notChecked(scale);
    return found;
  }

  async function write(scale: number, next: Parameters<typeof writeChecking>[2], who: Who): Promise<void> {
    const actual = stations.actualScale(scale);
    // What was set before it stood in can be taken away.
    if (actual !== scale && next !== null) throw standsIn(scale, actual);
    const isKnown = (hasRow: boolean) => scaleList.isKnown(scale, hasRow);
    const isThere = await database.run((sql) => writeChecking(sql, scale, next, by(who), isKnown));
    if (!isThere) throw notFound(`scale ${scale} was never seen, named or configured`);
  }

  async function ask(scale: number, wanted: z.output<typeof askSchema>, who: Who): Promise<AskedCheck> {
    const actual = stations.actualScale(scale);
    if (actual !== scale) throw standsIn(scale, actual);
    if (!stations.isAccepted(scale))
      throw conflict("scale_disabled", `scale ${scale} is disabled: what it prints is not taken`);
    const actor = by(who);
    const asked = await database.run(async (sql) => {
      const [checking] = await readChecking(sql, plant.id, [scale]);
      if (checking === undefined) throw notChecked(scale);
      const made = makeAsked(checking, wanted, { station: stations.stationOf(scale), by: actor });
      await keepAsked(sql, made, checking, actor);
      return made;
    });
    checks.arm(asked);
    const armed = checks.of(scale);
    if (armed === null) throw new Error(`the check of scale ${scale} just armed is not there`);
    const check = toAsked(armed);
    events.publish({ type: "scale_check", check });
    return check;
  }

  async function cancel(scale: number, uid: string): Promise<AskedCheck> {
    // First in memory: from now on the print is a bag again, also where the database is away.
    const isArmed = checks.of(scale)?.asked.uid === uid;
    const isPrinted = isArmed && !checks.cancel(uid);
    const asked = await database.run(async (sql) => {
      if (!isPrinted) await endAsked(sql, plant.id, { scale, uid, state: "cancelled" });
      return readAsked(sql, plant.id, { scale, uid }, checks.of(scale));
    });
    if (asked === null) throw noCheck(scale, uid);
    return asked;
  }

  return new Elysia({ name: "scale-checks", tags: ["scales"] })
    .use(auth)
    .get("/api/scale-checks", async () => ({ items: await standings(), next: null }), {
      role: "viewer",
      response: { 200: listSchema(checkingSchema), ...problems(503) },
      detail: {
        summary: "The scales that are checked by weights, and how they stand",
        description:
          "By id, on one page: by what and how often they are checked, what is due, what failed, what waits for its print.",
      },
    })
    .get("/api/scales/:id/checking", ({ params: { id } }) => standing(id), {
      role: "viewer",
      params: checked("params", idSchema),
      response: { 200: checkingSchema, ...problems(404, 503) },
      detail: { summary: "By what a scale is checked, and how it stands" },
    })
    .put(
      "/api/scales/:id/checking",
      async ({ params: { id }, body, who }) => {
        await write(id, body, who);
        return standing(id);
      },
      {
        role: "admin",
        params: checked("params", idSchema),
        body: checked("body", newCheckingSchema),
        response: { 200: checkingSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Set by what a scale is checked",
          description:
            "Division, class, check weights, how often, and its calibration, in the place of what was set before. Checks that were made keep what they were judged by.",
        },
      },
    )
    .delete(
      "/api/scales/:id/checking",
      async ({ params: { id }, who }) => {
        await write(id, null, who);
        return status(204, undefined);
      },
      {
        role: "admin",
        params: checked("params", idSchema),
        response: { 204: z.undefined().describe("It is no longer checked."), ...problems(404, 503) },
        detail: { summary: "No longer check a scale", description: "The checks that were made stay." },
      },
    )
    .get(
      "/api/scales/:id/checks",
      async ({ params: { id }, query: { limit, cursor } }) =>
        pageOf(
          await readOnly(database, (tx) =>
            listChecks(tx, plant.id, id, { before: cursor, limit: limit + 1 }),
          ),
          limit,
        ),
      {
        role: "viewer",
        params: checked("params", idSchema),
        query: checked("query", z.strictObject(pageQuery)),
        response: { 200: listSchema(scaleCheckSchema), ...problems(503) },
        detail: { summary: "The checks of a scale, newest first" },
      },
    )
    .post(
      "/api/scales/:id/checks",
      async ({ params: { id }, body, who, status }) => status(201, await ask(id, body, who)),
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", askSchema),
        response: { 201: askedCheckSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Check a scale with one of its weights",
          description:
            "The next print of the scale within a minute is the check and no bag; with `repeatability` the next ten, each within a minute of the one before. It replaces a check that waits there. What came of it: GET with its `uid`, or the event `scale_check`.",
        },
      },
    )
    .get(
      "/api/scales/:id/checks/:uid",
      async ({ params: { id, uid } }) => {
        const asked = await database.run((sql) =>
          readAsked(sql, plant.id, { scale: id, uid }, checks.of(id)),
        );
        if (asked === null) throw noCheck(id, uid);
        return asked;
      },
      {
        role: "viewer",
        params: checked("params", checkIdSchema),
        response: { 200: askedCheckSchema, ...problems(404, 503) },
        detail: { summary: "What became of a check that was asked for" },
      },
    )
    .delete("/api/scales/:id/checks/:uid", ({ params: { id, uid } }) => cancel(id, uid), {
      role: "operator",
      params: checked("params", checkIdSchema),
      response: { 200: askedCheckSchema, ...problems(404, 503) },
      detail: {
        summary: "Call off a check that waits for its print",
        description:
          "The next print is a bag again. One that has its print is not called off: the answer says its state.",
      },
    });
}

/** @throws Problem 422 */
function makeAsked(
  checking: StoredChecking,
  { kind, weight: name }: z.output<typeof askSchema>,
  at: Parameters<typeof weightCheck>[2],
): AskedCheckOf {
  if (kind === "repeatability") {
    if (name !== undefined) throw invalid({ field: "weight", message: "goes with kind `weight` alone" });
    const asked = repeatabilityCheck(checking, at);
    if (asked === null) throw notChecked(checking.scale);
    return asked;
  }
  const { weights } = checking;
  const names = weights.map((each) => each.name).join(", ");
  if (name === undefined && weights.length > 1)
    throw invalid({ field: "weight", message: `is missing: scale ${checking.scale} has ${names}` });
  const found =
    name === undefined ? weights[0] : weights.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const asked = found === undefined ? null : weightCheck(checking, found, at);
  if (asked === null)
    throw invalid({ field: "weight", message: `is none of scale ${checking.scale}: it has ${names}` });
  return asked;
}

function notChecked(scale: number): Problem {
  return notFound(
    `nothing is set for checks of scale ${scale}: an admin sets its division and its check weights first`,
  );
}

function noCheck(scale: number, uid: string): Problem {
  return notFound(`no check ${uid} was asked for at scale ${scale}`);
}

function standsIn(scale: number, actual: number): Problem {
  return conflict("scale_stands_in", `scale ${scale} stands in for scale ${actual}: check scale ${actual}`);
}
