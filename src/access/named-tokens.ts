import { z } from "zod";
import { type Actor, audit } from "../audit/audit.ts";
import { type Role, roles } from "../config/config.ts";
import type { Executor, Sql } from "../database/types.ts";
import { errorCode } from "../runtime/error-code.ts";
import { nameSchema, stationSchema } from "../runtime/typed-text.ts";
import { digestOf, makeToken } from "./new-token.ts";

/** Tokens in force at the same time: what every process keeps in memory. */
const tokensMax = 1_000;

/** A named token as the API shows it; the token itself is shown once, when it is made. */
export const tokenSchema = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(roles),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  last_used_at: z.iso.datetime().nullable().describe("To the minute; null: never."),
  revoked_at: z.iso.datetime().nullable().describe("null: in force."),
  is_device: z.boolean().describe("A browser that was paired by a code."),
  station: z.string().nullable().describe("Where a device stands; null: anywhere."),
});
export type Token = z.output<typeof tokenSchema>;

// A name of digits alone could not be told from an id.
export const tokenNameSchema = nameSchema(100)
  .regex(/\D/, "must not be a number")
  .describe("Who or what has it, as `line 2 tablet`; it stands in the audit trail.");

/** The request to make one. */
export const newTokenSchema = z.strictObject({ role: z.enum(roles), name: tokenNameSchema });

/** What is left out stays. */
export const tokenChangeSchema = z
  .strictObject({
    name: tokenNameSchema.optional(),
    station: stationSchema.nullable().optional().describe("Of a device; null: it stands anywhere."),
  })
  .refine((change) => Object.keys(change).length > 0, { error: "must name what to change: name or station" })
  .meta({ minProperties: 1 });

export type Created =
  | { readonly ok: true; readonly token: Token; readonly secret: string }
  | { readonly ok: false; readonly reason: "name_taken" }
  | { readonly ok: false; readonly reason: "too_many"; readonly max: number };

interface Row extends Omit<Token, "created_at" | "last_used_at" | "revoked_at"> {
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** A token in force, as it is looked up. */
export interface KnownToken {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly digest: Uint8Array;
  readonly is_device: boolean;
  readonly station: string | null;
}

/**
 * Makes a token. `secret` is the only time that anybody sees it.
 *
 * @param device of a browser that is paired: where it stands, null: anywhere.
 */
export async function createToken(
  sql: Sql,
  wanted: z.output<typeof newTokenSchema>,
  by: Actor,
  device: { readonly station: string | null } | null = null,
): Promise<Created> {
  const secret = makeToken();
  try {
    return await sql.begin(async (tx): Promise<Created> => {
      // One insert at a time, so that the count is right. Readers do not wait.
      await tx`lock table access_token in share row exclusive mode`;
      const [{ count } = { count: 0 }] = await tx<{ count: number }[]>`
        select count(*) as count from access_token where revoked_at is null`;
      if (count >= tokensMax) return { ok: false, reason: "too_many", max: tokensMax };
      const [row] = await tx<Row[]>`
        insert into access_token (name, role, digest, created_at, created_by, is_device, station)
        values (
          ${wanted.name}, ${wanted.role}, ${digestOf(secret)}, ${new Date(by.at)}, ${by.actor},
          ${device !== null}, ${device?.station ?? null}
        )
        returning ${columns(tx)}`;
      if (row === undefined) throw new Error("the token just made is not there");
      await audit(tx, by, {
        action: "token.create",
        subject: `token:${row.id}`,
        detail: {},
        before: null,
        after: { name: row.name, role: row.role, ...(device && { station: row.station }) },
      });
      return { ok: true, token: toToken(row), secret };
    });
  } catch (error) {
    if (errorCode(error) === "23505") return { ok: false, reason: "name_taken" };
    throw error;
  }
}

/** Whether a token in force has this name. */
export async function isTokenName(sql: Executor, name: string): Promise<boolean> {
  const rows = await sql`select from access_token where name = ${name} and revoked_at is null`;
  return rows.length > 0;
}

/** Ends a token for ever. @returns false where none of that id is in force. */
export async function revokeToken(sql: Sql, id: number, by: Actor): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [row] = await tx<{ name: string; role: string }[]>`
      update access_token
      set revoked_at = greatest(${new Date(by.at)}, created_at)
      where id = ${id} and revoked_at is null
      returning name, role`;
    if (row === undefined) return false;
    await audit(tx, by, {
      action: "token.revoke",
      subject: `token:${id}`,
      detail: {},
      before: { name: row.name, role: row.role },
      after: null,
    });
    return true;
  });
}

export type TokenChanged =
  | { readonly ok: true; readonly token: Token }
  | { readonly ok: false; readonly reason: "not_found" | "name_taken" | "no_device" };

/** Changes the name of a token in force, and where a device stands. */
export async function changeToken(
  sql: Sql,
  id: number,
  change: z.output<typeof tokenChangeSchema>,
  by: Actor,
): Promise<TokenChanged> {
  try {
    return await sql.begin(async (tx): Promise<TokenChanged> => {
      const [before] = await tx<Row[]>`
        select ${columns(tx)} from access_token where id = ${id} and revoked_at is null for update`;
      if (before === undefined) return { ok: false, reason: "not_found" };
      const { name = before.name, station = before.station } = change;
      if (station !== before.station && !before.is_device) return { ok: false, reason: "no_device" };
      const [row = before] = await tx<Row[]>`
        update access_token set name = ${name}, station = ${station} where id = ${id} returning ${columns(tx)}`;
      if (row.name !== before.name || row.station !== before.station) {
        await audit(tx, by, {
          action: "token.change",
          subject: `token:${id}`,
          detail: {},
          before: { name: before.name, station: before.station },
          after: { name: row.name, station: row.station },
        });
      }
      return { ok: true, token: toToken(row) };
    });
  } catch (error) {
    if (errorCode(error) === "23505") return { ok: false, reason: "name_taken" };
    throw error;
  }
}

/** Tokens, newest first; `before` is the id of the last one of the page before. */
export async function listTokens(
  sql: Executor,
  filter: { readonly revoked?: boolean | undefined },
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Token[]> {
  const { revoked } = filter;
  const rows = await sql<Row[]>`
    select ${columns(sql)}
    from access_token
    where true
      ${revoked === undefined ? sql`` : revoked ? sql`and revoked_at is not null` : sql`and revoked_at is null`}
      ${page.before === undefined ? sql`` : sql`and id < ${page.before}::bigint`}
    order by id desc
    limit ${page.limit}`;
  return rows.map(toToken);
}

/** Every token in force. */
export async function loadTokens(sql: Executor): Promise<KnownToken[]> {
  const rows = await sql<KnownToken[]>`
    select id, name, role, digest, is_device, station from access_token where revoked_at is null order by id limit ${tokensMax}`;
  return [...rows];
}

/** Notes when tokens were last used; an earlier time than the one known changes nothing. */
export async function noteUses(sql: Executor, uses: ReadonlyMap<number, number>): Promise<void> {
  const ids = [...uses.keys()];
  const times = [...uses.values()].map((at) => new Date(at).toISOString());
  await sql`
    update access_token t
    set last_used_at = u.at
    from unnest(${ids}::integer[], ${times}::timestamptz[]) as u (id, at)
    where t.id = u.id and (t.last_used_at is null or t.last_used_at < u.at)`;
}

function columns(sql: Executor) {
  return sql`id, name, role, created_at, created_by, last_used_at, revoked_at, is_device, station`;
}

function toToken(row: Row): Token {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}
