import { z } from "zod";
import { words } from "./words.ts";

/** A text by its code, with its values, for any language. */
export const phraseSchema = z.object({
  code: z.enum(keysOf(words)),
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe(
      "What stands in it. A name ending in `_seconds` or `_bytes` is a number of those, one in `_at` a time.",
    ),
});
export type Phrase = z.output<typeof phraseSchema>;

/** A text of a check that the appliance makes itself. */
export const findingPhrasesSchema = z.object({
  check: phraseSchema.describe("What was looked at."),
  what: z.array(phraseSchema).describe("What was found, one thing after the other."),
  remedy: phraseSchema.nullable(),
});
export type FindingPhrases = z.output<typeof findingPhrasesSchema>;

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
