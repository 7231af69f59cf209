import { z } from "zod";
import { textSchema } from "../../runtime/typed-text.ts";
import { idMax } from "../../weighing/ids.ts";

/** A scale's id in a path or a query. */
export const scaleIdSchema = z.coerce.number().int().min(1).max(idMax);

/** An id of the rarer things (jobs, tokens), whose column is an integer, in a path. */
export const smallIdSchema = z.coerce.number().int().min(1).max(idMax);

/** A row's id in a path or a query. */
export const rowIdSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** A part of a name, as people type when they search. */
export const searchQuery = textSchema(200).describe(
  "A part of the company's name, in any case, with or without accents.",
);

const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** A moment in a query: RFC 3339, with its offset. PostgreSQL knows no year 0, and RFC 3339 none after 9999, in UTC too. */
export const timeQuery = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= earliest && at.getTime() <= latest, "must be in the years 1 to 9999 (UTC)");
