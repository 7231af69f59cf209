import { z } from "zod";

/** Control characters have no place in a name, and Postgres refuses NUL in any text. */
const printable = /^[^\p{Cc}]*$/u;

/** Text of a person: blanks around it go, 1 to `max` characters stay, none of them a control character. */
export function textSchema(max: number) {
  return z.string().trim().min(1).max(max).regex(printable, "must have no control characters");
}

/** A station's name, as in jobs, bags and the configuration. */
export const stationSchema = textSchema(50);
