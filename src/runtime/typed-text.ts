import { z } from "zod";
import { nameFault, tidyName } from "./names.ts";

/**
 * Control characters have no place in a text, and Postgres refuses NUL in any. Nor have line separators (a
 * second line to some readers), direction marks (which show `txt.exe` as `exe.txt`), and halves of characters,
 * which Postgres's jsonb refuses.
 */
const printable = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u;

/** From 1 to `max` characters as PostgreSQL's `varchar` and JSON Schema count them: an emoji is one, in UTF-16 it is two. */
function ofLength(text: z.ZodString, max: number) {
  return text
    .min(1)
    .meta({ maxLength: max })
    .check((payload) => {
      if ([...payload.value].length <= max) return;
      payload.issues.push({
        code: "too_big",
        origin: "string",
        maximum: max,
        inclusive: true,
        input: payload.value,
      });
    });
}

/** Text of a person: blanks around it go, 1 to `max` characters stay, none of them a control character. */
export function textSchema(max: number) {
  return ofLength(z.string().trim(), max).refine(
    (text) => printable.test(text),
    "must have no control characters",
  );
}

/** The name of a thing or a person, as it is given: 1 to `max` characters that cannot be taken for another name's. */
export function nameSchema(max: number) {
  return ofLength(z.string().overwrite(tidyName), max).superRefine((name, context) => {
    const fault = nameFault(name);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  });
}

export const stationLengthMax = 50;

/** What a station's name may be, for all who give one: the configuration, jobs, scales, bags by hand and by `scan_bag`. */
export const stationSchema = nameSchema(stationLengthMax);

/** A station that is looked for: names that were stored under an older rule are found too. */
export const stationQuery = textSchema(stationLengthMax);
