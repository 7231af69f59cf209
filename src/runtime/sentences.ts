import type { z } from "zod";

const kinds: Readonly<Record<string, string>> = {
  array: "must be a list",
  boolean: "must be true or false",
  int: "must be a whole number",
  number: "must be a number",
  object: "must be a JSON object",
  string: "must be text",
};

const formats: Readonly<Record<string, string>> = {
  datetime: "must be a time with its offset, such as 2026-11-29T14:30:00Z",
  guid: "must be a UUID",
};

/**
 * What a value of a request must be, as people say it: the validator's own messages speak of its types. To be given to
 * `safeParse` as `error`; a message of the schema itself goes before it.
 *
 * @returns null where the validator's message has to do.
 */
export function sentenceOf(issue: z.core.$ZodRawIssue): string | null {
  switch (issue.code) {
    case "invalid_type":
      return kinds[issue.expected] ?? null;
    case "too_small":
      return boundOf(issue.origin, "at least", Number(issue.minimum), issue.inclusive !== false);
    case "too_big":
      return boundOf(issue.origin, "at most", Number(issue.maximum), issue.inclusive !== false);
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return formats[issue.format] ?? null;
    case "invalid_union":
      return "has a value of the wrong kind";
    default:
      return null;
  }
}

function boundOf(
  origin: string,
  bound: "at least" | "at most",
  limit: number,
  isIncluded: boolean,
): string | null {
  switch (origin) {
    case "string":
      if (bound === "at least" && limit === 1) return "must not be empty";
      return `must have ${bound} ${limit} ${limit === 1 ? "character" : "characters"}`;
    case "array":
      return `must have ${bound} ${limit} ${limit === 1 ? "entry" : "entries"}`;
    case "number":
    case "int":
      if (isIncluded) return `must be ${bound} ${limit}`;
      return `must be ${bound === "at least" ? "more" : "less"} than ${limit}`;
    default:
      return null;
  }
}
