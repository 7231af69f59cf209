import { z } from "zod";
import { type Actor, audit } from "../audit/audit.ts";
import type { Executor, Sql, Transaction } from "../database/types.ts";
import { errorCode } from "../runtime/error-code.ts";
import { nameSchema } from "../runtime/typed-text.ts";
import { hashPin, pinSchema } from "./pin.ts";

/** People who may act at the same time: what every process keeps in memory. */
export const personsMax = 500;

/** Whether a station's devices ask who acts. */
export const personAsked = ["never", "each_action", "each_shift"] as const;
export type PersonAsked = (typeof personAsked)[number];

/** A person as the API shows them; the PIN is never shown. */
export const personSchema = z.object({
  id: z.int(),
  name: z.string(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  pin_set_at: z.iso.datetime(),
  retired_at: z.iso.datetime().nullable().describe("null: may act."),
});
export type Person = z.output<typeof personSchema>;

const personName = nameSchema(100).describe("The name that others know them by; the audit trail shows it.");

/** The request to make one. */
export const newPersonSchema = z.strictObject({ name: personName, pin: pinSchema });

/** What is left out stays. */
export const personChangeSchema = z
  .strictObject({ name: personName.optional(), pin: pinSchema.optional() })
  .refine((change) => Object.keys(change).length > 0, { error: "must name what to change: name or pin" })
  .meta({ minProperties: 1 });

export type Made =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly reason: "name_taken" }
  | { readonly ok: false; readonly reason: "too_many" };

export type Changed =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly reason: "name_taken" | "not_found" };

interface Row extends Omit<Person, "created_at" | "pin_set_at" | "retired_at"> {
  readonly created_at: Date;
  readonly pin_set_at: Date;
  readonly retired_at: Date | null;
}

/** Makes a person. */
export async function createPerson(
  sql: Sql,
  wanted: z.output<typeof newPersonSchema>,
  by: Actor,
): Promise<Made> {
  const hash = await hashPin(wanted.pin);
  const at = new Date(by.at);
  return unlessTaken(() =>
    sql.begin(async (tx): Promise<Made> => {
      // One insert at a time, so that the count is right. Readers do not wait.
      await tx`lock table person in share row exclusive mode`;
      const [{ count } = { count: 0 }] = await tx<{ count: number }[]>`
        select count(*) as count from person where plant_id = ${by.plant} and retired_at is null`;
      if (count >= personsMax) return { ok: false, reason: "too_many" };
      const [row] = await tx<Row[]>`
        insert into person (plant_id, name, pin_hash, pin_set_at, created_at, created_by)
        values (${by.plant}, ${wanted.name}, ${hash}, ${at}, ${at}, ${by.actor})
        returning ${columns(tx)}`;
      if (row === undefined) throw new Error("the person just made is not there");
      await note(tx, by, "person.create", row.id, null, { name: row.name });
      return { ok: true, person: toPerson(row) };
    }),
  );
}

/** Changes a person's name, PIN or both; a retired person stays as they are. */
export async function changePerson(
  sql: Sql,
  id: number,
  { name, pin }: z.output<typeof personChangeSchema>,
  by: Actor,
): Promise<Changed> {
  const hash = pin === undefined ? null : await hashPin(pin);
  return unlessTaken(() =>
    sql.begin(async (tx): Promise<Changed> => {
      const [before] = await tx<Row[]>`
        select ${columns(tx)} from person
        where id = ${id} and plant_id = ${by.plant} and retired_at is null
        for update`;
      if (before === undefined) return { ok: false, reason: "not_found" };
      const [row = before] = await tx<Row[]>`
        update person
        set name = ${name ?? before.name},
          pin_hash = coalesce(${hash}, pin_hash),
          pin_set_at = ${hash === null ? before.pin_set_at : new Date(by.at)}
        where id = ${id}
        returning ${columns(tx)}`;
      if (row.name !== before.name) {
        await note(tx, by, "person.rename", id, { name: before.name }, { name: row.name });
      }
      if (hash !== null) await note(tx, by, "person.pin", id, null, null, { name: row.name });
      return { ok: true, person: toPerson(row) };
    }),
  );
}

/** A person acts no more; their name stays in the audit trail. @returns false where nobody of that id may act. */
export async function retirePerson(sql: Sql, id: number, by: Actor): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [row] = await tx<{ name: string }[]>`
      update person
      set retired_at = greatest(${new Date(by.at)}, created_at)
      where id = ${id} and plant_id = ${by.plant} and retired_at is null
      returning name`;
    if (row === undefined) return false;
    await note(tx, by, "person.retire", id, { name: row.name }, null);
    return true;
  });
}

/** Notes that a person's PIN was wrong so often that it is refused for a while. */
export async function noteLock(sql: Sql, id: number, by: Actor): Promise<void> {
  await sql.begin(async (tx) => {
    const [row] = await tx<{ name: string }[]>`select name from person where id = ${id}`;
    await note(tx, by, "person.lock", id, null, null, { name: row?.name ?? null });
  });
}

/** People, newest first; `before` is the id of the last one of the page before. */
export async function listPersons(
  sql: Executor,
  plant: number,
  filter: { readonly retired?: boolean | undefined },
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Person[]> {
  const { retired } = filter;
  const rows = await sql<Row[]>`
    select ${columns(sql)}
    from person
    where plant_id = ${plant}
      ${retired === undefined ? sql`` : retired ? sql`and retired_at is not null` : sql`and retired_at is null`}
      ${page.before === undefined ? sql`` : sql`and id < ${page.before}::bigint`}
    order by id desc
    limit ${page.limit}`;
  return rows.map(toPerson);
}

/** What a PIN is compared with; null: nobody of that id may act. */
export async function readPinHash(sql: Executor, plant: number, id: number): Promise<string | null> {
  const [row] = await sql<{ hash: string }[]>`
    select pin_hash as hash from person where id = ${id} and plant_id = ${plant} and retired_at is null`;
  return row?.hash ?? null;
}

/** A person who may act, as they are looked up. */
export interface KnownPerson {
  readonly id: number;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly pinSetAt: number;
}

/** Everybody who may act, and what the stations ask. */
export async function loadPeople(sql: Executor, plant: number) {
  const [rows, stations] = await Promise.all([
    sql<{ id: number; name: string; pin_set_at: Date }[]>`
      select id, name, pin_set_at from person
      where plant_id = ${plant} and retired_at is null order by id limit ${personsMax}`,
    sql<{ name: string; asked: PersonAsked }[]>`
      select name, person_asked as asked from station where plant_id = ${plant} and person_asked <> 'never'`,
  ]);
  return {
    persons: rows.map(({ id, name, pin_set_at }): KnownPerson => ({ id, name, pinSetAt: +pin_set_at })),
    stations: new Map(stations.map(({ name, asked }) => [name, asked])),
  };
}

/** Sets whether the devices of a station ask who acts. */
export async function setPersonAsked(
  sql: Sql,
  station: string,
  asked: PersonAsked,
  by: Actor,
): Promise<void> {
  await sql.begin(async (tx) => {
    const [row] = await tx<{ asked: PersonAsked }[]>`
      select person_asked as asked from station where plant_id = ${by.plant} and name = ${station} for update`;
    const before = row?.asked ?? "never";
    if (before === asked) return;
    await tx`
      insert into station (plant_id, name, person_asked)
      values (${by.plant}, ${station}, ${asked})
      on conflict (plant_id, name) do update set person_asked = excluded.person_asked`;
    await audit(tx, by, {
      action: "station.change",
      subject: `station:${station}`,
      detail: {},
      before: { person_asked: before },
      after: { person_asked: asked },
    });
  });
}

async function unlessTaken<T>(work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === "23505") return { ok: false, reason: "name_taken" } as const;
    throw error;
  }
}

function note(
  tx: Transaction,
  by: Actor,
  action: `person.${"create" | "rename" | "pin" | "retire" | "lock"}`,
  id: number,
  before: { readonly name: string } | null,
  after: { readonly name: string } | null,
  detail: { readonly name?: string | null } = {},
): Promise<void> {
  return audit(tx, by, { action, subject: `person:${id}`, detail, before, after });
}

function columns(sql: Executor) {
  return sql`id, name, created_at, created_by, pin_set_at, retired_at`;
}

function toPerson(row: Row): Person {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    pin_set_at: row.pin_set_at.toISOString(),
    retired_at: row.retired_at?.toISOString() ?? null,
  };
}
