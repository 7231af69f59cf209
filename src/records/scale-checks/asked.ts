import { z } from "zod";
import type { Actor } from "../../audit/audit.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { gramsOf, inUnit } from "../../quality/grams.ts";
import { repeatabilityWeighings } from "../../quality/scale-tolerance.ts";
import { type Armed, type Asked, printWithinMs } from "../../scale/armed-checks.ts";
import { type Unit, units } from "../../weighing/units.ts";
import { checkKinds, checkOf, printSchema, scaleCheckSchema } from "./check-list.ts";
import { allowedError, type CheckWeight, type StoredChecking } from "./settings.ts";

const askedStates = ["waiting", "printed", "done", "cancelled", "replaced", "expired"] as const;

/** A check that was asked for, and what became of it. */
export const askedCheckSchema = z.object({
  uid: z.guid(),
  scale: z.int(),
  station: z.string(),
  kind: z.enum(checkKinds),
  weight_name: z.string().nullable().describe("The check weight; null with `repeatability`."),
  weight: z.string().describe("What should be shown; with `repeatability` the smallest load."),
  unit: z.enum(units),
  allowed: z
    .string()
    .describe("How far the error may be from 0; with `repeatability` what 2 s may be. In `unit`."),
  weighings: z.int().describe("Prints that it takes."),
  prints: z.array(printSchema).describe("Those that came."),
  state: z
    .enum(askedStates)
    .describe(
      "`waiting`: the next print of the scale is its. `printed`: all came, and are judged when the database has them. `done`: see `result`. `cancelled`, `replaced` by another one, `expired`: prints are bags again.",
    ),
  asked_by: z.string(),
  asked_at: z.iso.datetime(),
  expires_at: z.iso
    .datetime()
    .describe("Behind it a print is a bag again. Each print of several puts it off."),
  result: scaleCheckSchema.nullable(),
});
export type AskedCheck = z.output<typeof askedCheckSchema>;

/** What the appliance keeps in memory of a check that waits. */
export interface AskedCheckOf extends Asked {
  readonly station: string;
  readonly kind: AskedCheck["kind"];
  readonly weightName: string;
  readonly weight: string;
  readonly unit: Unit;
  readonly allowed: string;
  readonly askedBy: string;
}

/** A check of one of a scale's weights. */
export function weightCheck(
  checking: StoredChecking,
  { name, weight, unit }: CheckWeight,
  at: { readonly station: string; readonly by: Actor },
): AskedCheckOf | null {
  const allowed = allowedError({ weight, unit }, checking);
  if (allowed === null) return null;
  return {
    ...askedNow(checking.scale, at),
    ...{ kind: "weight", weightName: name, weight, unit, weighings: 1, allowed: inUnit(allowed, unit, 6) },
  };
}

/** A check whether a scale says the same of one load. */
export function repeatabilityCheck(
  checking: StoredChecking,
  at: { readonly station: string; readonly by: Actor },
): AskedCheckOf | null {
  const [lightest] = checking.weights;
  const load =
    checking.smallest_load === null ? lightest : { weight: checking.smallest_load, unit: checking.unit };
  if (load === undefined) return null;
  const { weight, unit } = load;
  return {
    ...askedNow(checking.scale, at),
    ...{ kind: "repeatability", weightName: "", weight, unit, weighings: repeatabilityWeighings },
    allowed: inUnit(gramsOf(weight, unit).times("0.001"), unit, 6),
  };
}

function askedNow(scale: number, { station, by }: { readonly station: string; readonly by: Actor }) {
  return { uid: Bun.randomUUIDv7(), scale, station, askedAt: by.at, askedBy: by.actor };
}

/** Writes that a check is asked for, in the place of one that waits there. To be armed behind its commit. */
export function keepAsked(sql: Sql, asked: AskedCheckOf, judgedBy: StoredChecking, by: Actor): Promise<void> {
  const { steps } = judgedBy;
  return sql.begin(async (tx) => {
    await tx`
      update scale_check_request set state = 'replaced'
      where plant_id = ${by.plant} and scale_id = ${asked.scale} and state = 'waiting' and asked_at > ${recently(by.at)}`;
    await tx`
      insert into scale_check_request ${tx({
        uid: asked.uid,
        plant_id: by.plant,
        scale_id: asked.scale,
        station: asked.station,
        kind: asked.kind,
        weight_name: asked.weightName,
        weight: asked.weight,
        unit: asked.unit,
        division: judgedBy.division,
        division_unit: judgedBy.unit,
        class: judgedBy.class,
        steps: steps === null ? null : tx.json(steps),
        allowed: asked.allowed,
        weighings: asked.weighings,
        asked_by: asked.askedBy,
        person_id: by.person?.id ?? null,
        asked_at: new Date(asked.askedAt),
        expires_at: new Date(asked.askedAt + printWithinMs),
      })}`;
  });
}

/** One that waited longer was given up before; it need not be looked for. */
const longestMs = 3_600_000;
const recently = (at: number) => new Date(at - longestMs);

/** Says of a check that waits how it ended without a result. */
export async function endAsked(
  sql: Executor,
  plant: number,
  end: { readonly scale: number; readonly uid: string; readonly state: "cancelled" | "expired" },
): Promise<void> {
  const { scale, uid, state } = end;
  await sql`
    update scale_check_request set state = ${state}
    where uid = ${uid} and plant_id = ${plant} and scale_id = ${scale} and state = 'waiting'`;
}

interface Row extends Omit<AskedCheck, "asked_at" | "expires_at" | "result" | "state"> {
  readonly state: Exclude<AskedCheck["state"], "printed">;
  readonly asked_at: Date;
  readonly expires_at: Date;
}

/**
 * A check that was asked for, as PostgreSQL has it.
 *
 * @param armed what waits on its scale in memory: one that waits nowhere is over.
 * @returns null where there is none of that scale.
 */
export async function readAsked(
  sql: Executor,
  plant: number,
  { scale, uid }: { readonly scale: number; readonly uid: string },
  armed: Armed<AskedCheckOf> | null,
): Promise<AskedCheck | null> {
  const [row] = await sql<Row[]>`
    ${selectAsked(sql)} where q.uid = ${uid} and q.plant_id = ${plant} and q.scale_id = ${scale}`;
  if (row === undefined) return null;
  if (row.state === "waiting" && armed?.asked.uid === uid) return toAsked(armed);
  return complete(sql, row);
}

/** Checks that are complete with rejected frames, by the ids of these. */
export async function askedCompleteWith(
  sql: Executor,
  rejectedIds: readonly number[],
): Promise<AskedCheck[]> {
  const rows = await sql<Row[]>`
    ${selectAsked(sql)}
    where q.state = 'done' and q.uid in (
      select w.request_uid
      from rejected_frame f
      join scale_check_weighing w on w.journal_id = f.journal_id and w.journal_seq = f.journal_seq
      where f.id = any (${[...rejectedIds]}::bigint[])
    )`;
  return Promise.all(rows.map((row) => complete(sql, row)));
}

function selectAsked(sql: Executor) {
  return sql`
    select
      q.uid, q.scale_id as scale, q.station, q.kind, nullif(q.weight_name, '') as weight_name,
      trim_scale(q.weight) as weight, q.unit, trim_scale(q.allowed) as allowed, q.weighings, q.state, q.asked_by,
      q.asked_at, q.expires_at,
      coalesce(
        (
          select json_agg(
            json_build_object('weight', w.weight::text, 'unit', w.unit) order by w.weighed_at, w.journal_seq
          )
          from scale_check_weighing w
          where w.request_uid = q.uid
        ),
        '[]'
      ) as prints
    from scale_check_request q`;
}

async function complete(sql: Executor, row: Row): Promise<AskedCheck> {
  return {
    ...row,
    state: row.state === "waiting" ? "expired" : row.state,
    asked_at: row.asked_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    result: row.state === "done" ? await checkOf(sql, row.uid) : null,
  };
}

/** What waits, as the API shows it. */
export function toAsked({ asked, state, prints, expiresAt }: Armed<AskedCheckOf>): AskedCheck {
  return {
    uid: asked.uid,
    scale: asked.scale,
    station: asked.station,
    kind: asked.kind,
    weight_name: asked.weightName === "" ? null : asked.weightName,
    weight: asked.weight,
    unit: asked.unit,
    allowed: asked.allowed,
    weighings: asked.weighings,
    prints: [...prints],
    state,
    asked_by: asked.askedBy,
    asked_at: new Date(asked.askedAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
    result: null,
  };
}
