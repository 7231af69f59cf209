import { z } from "zod";
import type { Executor } from "../../database/types.ts";

/** More companies than a plant ever has. */
const companiesMax = 20_000;
const shownMax = 50;

/** A company, for a form that offers the earlier ones. */
export const companySchema = z.object({
  name: z.string(),
  last_used_at: z.iso.datetime().nullable().describe("When its last job was started; null: it has none."),
});
export type Company = z.output<typeof companySchema>;

/** The companies whose name has `part` in it, those used last first, 50 at most. */
export async function listCompanies(sql: Executor, part: string): Promise<Company[]> {
  const rows = await sql<{ name: string; last_used_at: Date | null }[]>`
    select c.name, j.last_used_at
    from prepuff_company c
    cross join lateral (
      select max(started_at) as last_used_at from prepuff_job where prepuff_company_id = c.id
    ) j
    order by j.last_used_at desc nulls last, c.name
    limit ${companiesMax}`;
  const matches = matcher(part);
  return rows
    .filter(({ name }) => matches(name))
    .slice(0, shownMax)
    .map(({ name, last_used_at: at }) => ({ name, last_used_at: at?.toISOString() ?? null }));
}

/** The ids of the companies whose name has `part` in it. */
export async function findCompanies(sql: Executor, part: string): Promise<number[]> {
  const rows = await sql<{ id: number; name: string }[]>`
    select id, name from prepuff_company order by id desc limit ${companiesMax}`;
  const matches = matcher(part);
  return rows.filter(({ name }) => matches(name)).map(({ id }) => id);
}

/** Compared here: in a database with the locale C, Postgres knows no small letter of Ñ. */
function matcher(part: string): (name: string) => boolean {
  const wanted = folded(part);
  return (name) => folded(name).includes(wanted);
}

/** Compared without case and accents, as people type when they search. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
