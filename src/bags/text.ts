import { z } from "zod";

/**
 * Control characters have no place in a name, and Postgres refuses NUL in any text. Nor have line separators (a
 * second line to some readers), direction marks (which show `txt.exe` as `exe.txt`), and halves of characters,
 * which Postgres's jsonb refuses.
 */
const printable = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u;

/** Text of a person: blanks around it go, 1 to `max` characters stay, none of them a control character. */
export function textSchema(max: number) {
  return z.string().trim().min(1).max(max).regex(printable, "must have no control characters");
}

/** A station's name, as in jobs, bags and the configuration. */
export const stationSchema = textSchema(50);
