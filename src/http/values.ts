import { z } from "zod";
import { textSchema } from "../bags/text.ts";

/** What a scale can be called on the wire and in the tables. */
export const scaleIdMax = 2_147_483_647;

/** A scale's id in a path or a query. */
export const scaleIdSchema = z.coerce.number().int().min(1).max(scaleIdMax);

/** An id of the rarer things (jobs, tokens), whose column is an integer, in a path. */
export const smallIdSchema = z.coerce.number().int().min(1).max(2_147_483_647);

/** A row's id in a path or a query. */
export const rowIdSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** A part of a name, as people type when they search. */
export const searchQuery = textSchema(200).describe(
  "A part of the company's name, in any case, with or without accents.",
);

/** A moment in a query: RFC 3339, with its offset. */
export const timeQuery = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
