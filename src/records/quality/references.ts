import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { DatabaseAccess } from "../../database/database.ts";
import { oneSnapshot } from "../../database/read-only.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { type ChartAnswer, chartOf } from "./chart-answer.ts";
import { readBags } from "./read-bags.ts";
import type { Scope } from "./scope.ts";

export const referenceCharts = ["xbar_r", "xbar_s", "i_mr"] as const;

/** More than a plant uses. */
export const referencesMax = 500;

/** Points that make limits at all; such of fewer than some 20 are guesses, which `points` tells. */
export const referencePointsMin = 2;

const time = z.iso.datetime();

/** Limits that were frozen from a reference period. */
export const referenceSchema = z.object({
  id: z.int(),
  name: z.string(),
  scope: z
    .object({
      job: z.int().nullable(),
      product: z.int().nullable(),
      station: z.string().nullable(),
      scale: z.int().nullable(),
      from: time.nullable(),
      to: time.nullable(),
    })
    .describe("Which bags it was worked out from."),
  chart: z.enum(referenceCharts),
  subgroup_size: z.int(),
  center: z.number().describe("lb."),
  sigma: z.number().describe("Standard deviation of single bags, lb."),
  bags: z.int(),
  points: z.int(),
  first_at: time,
  last_at: time,
  frozen_by: z.string(),
  frozen_at: time,
});
export type Reference = z.output<typeof referenceSchema>;

export interface NewReference {
  readonly name: string;
  readonly scope: Scope;
  readonly chart: (typeof referenceCharts)[number];
  readonly size: number;
}

export type Frozen =
  | { readonly ok: true; readonly reference: Reference }
  | { readonly ok: false; readonly reason: "too_few" | "no_spread" | "too_many" };

interface Row extends Omit<Reference, "first_at" | "last_at" | "frozen_at"> {
  readonly first_at: Date;
  readonly last_at: Date;
  readonly frozen_at: Date;
}

/** Newest first. */
export async function listReferences(sql: Executor, plant: number): Promise<Reference[]> {
  const rows = await sql<Row[]>`
    ${selectReferences(sql)} where plant_id = ${plant} order by id desc limit ${referencesMax}`;
  return rows.map(toReference);
}

export async function getReference(sql: Executor, plant: number, id: number): Promise<Reference | null> {
  const [row] = await sql<Row[]>`${selectReferences(sql)} where id = ${id} and plant_id = ${plant}`;
  return row === undefined ? null : toReference(row);
}

/**
 * Freezes what the bags of a question say now. Bags that are voided or assigned later do not change it.
 *
 * @throws TooManyBags, NoSuchChart, and as `oneSnapshot` where the bags are not found in time.
 */
export async function freezeReference(
  database: DatabaseAccess,
  wanted: NewReference,
  by: Actor,
): Promise<Frozen> {
  const { scope, chart, size } = wanted;
  const bags = await oneSnapshot(database, (tx) => readBags(tx, by.plant, scope));
  return database.run((sql) => keepReference(sql, wanted, chartOf(bags, plainRequest(chart, size)), by));
}

function keepReference(
  sql: Sql,
  { name, scope, chart }: NewReference,
  answer: ChartAnswer,
  by: Actor,
): Promise<Frozen> {
  return sql.begin(async (tx): Promise<Frozen> => {
    const [count] = await tx<{ references: number }[]>`
      select count(*)::integer as references from quality_reference where plant_id = ${by.plant}`;
    if ((count?.references ?? 0) >= referencesMax) return { ok: false, reason: "too_many" };
    const { mean, sigma_within: sigma, points_total: points, points: shown } = answer;
    if (mean === null || sigma === null || points < referencePointsMin)
      return { ok: false, reason: "too_few" };
    if (!(sigma > 0)) return { ok: false, reason: "no_spread" };
    const { job = null, product = null, station = null, scale = null, from, to } = scope;
    const kept = {
      job,
      product,
      station,
      scale,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
    };
    const [row] = await tx<{ id: number }[]>`
      insert into quality_reference (
        plant_id, name, scope, chart, subgroup_size, center, sigma, bags, points, first_at, last_at, frozen_by,
        frozen_at
      )
      values (
        ${by.plant}, ${name}, ${tx.json(kept)}, ${chart}, ${answer.subgroup_size ?? 1}, ${mean}, ${sigma},
        ${answer.bags - answer.left_out}, ${points}, ${shown[0]?.from ?? null}, ${shown.at(-1)?.to ?? null},
        ${by.actor}, ${new Date(by.at)}
      )
      returning id`;
    const reference = row === undefined ? null : await getReference(tx, by.plant, row.id);
    if (reference === null) throw new Error("the reference just inserted is not there");
    await audit(tx, by, {
      action: "quality.freeze",
      subject: `reference:${reference.id}`,
      detail: { name, chart },
      before: null,
      after: { center: mean, sigma, bags: reference.bags },
    });
    return { ok: true, reference };
  });
}

/** @returns false where there is none. */
export function removeReference(sql: Sql, id: number, by: Actor): Promise<boolean> {
  return sql.begin(async (tx) => {
    const before = await getReference(tx, by.plant, id);
    const removed = await tx`delete from quality_reference where id = ${id} and plant_id = ${by.plant}`;
    if (before === null || removed.count === 0) return false;
    const { name, chart, center, sigma, bags } = before;
    await audit(tx, by, {
      action: "quality.unfreeze",
      subject: `reference:${id}`,
      detail: { name, chart },
      before: { center, sigma, bags },
      after: null,
    });
    return true;
  });
}

/** A chart of these bags alone, of which only mean and spread are wanted. */
function plainRequest(chart: NewReference["chart"], size: number): Parameters<typeof chartOf>[1] {
  return {
    chart,
    unit: "lb",
    grouping: { size },
    rules: [],
    center: undefined,
    sigma: undefined,
    reference: null,
    lambda: 0.2,
    width: 3,
    limits: "exact",
    k: 0.5,
    h: 5,
    explain: false,
  };
}

/** What an answer says of the reference that its limits are of. */
export function shownReference({ id, name, frozen_by, frozen_at }: Reference): ChartAnswer["reference"] {
  return { id, name, frozen_by, frozen_at };
}

function selectReferences(sql: Executor) {
  return sql`
    select
      id, name, scope, chart, subgroup_size, center, sigma, bags, points, first_at, last_at, frozen_by, frozen_at
    from quality_reference`;
}

function toReference(row: Row): Reference {
  return {
    ...row,
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
    frozen_at: row.frozen_at.toISOString(),
  };
}
