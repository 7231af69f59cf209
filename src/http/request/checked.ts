import type { z } from "zod";
import { sentenceOf } from "../../runtime/sentences.ts";
import { type Fault, Problem } from "../answer/problem.ts";

/** More faults than this are of no use to the sender. */
const faultsMax = 20;
const nameLengthMax = 60;

export type RequestPart = "body" | "query" | "params" | "headers";

/**
 * A schema of a part of a request, as every route gives it to Elysia. Where Elysia finds a fault by itself it makes a
 * `ValidationError`, which writes the whole value that it received into its message: for nested JSON that takes gigabytes.
 * Here the faults are said first, at most 20 of them, and never a value.
 */
export function checked<Schema extends z.ZodType>(
  part: RequestPart,
  schema: Schema,
): { readonly "~standard": Schema["~standard"] } {
  return {
    "~standard": {
      ...schema["~standard"],
      validate: (value: unknown) => {
        const { success, data, error } = schema.safeParse(value, { error: sentenceOf });
        if (success) return { value: data };
        throw refused(error.issues.flatMap((issue) => faultsOf(issue, part, value)));
      },
    },
  };
}

/** 422 with the first 20 faults. */
export function refused(faults: readonly Fault[]): Problem {
  const said = faults.slice(0, faultsMax);
  const more = faults.length - said.length;
  const detail = [
    ...said.map(({ field, message }) => `${field}: ${message}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("; ");
  return new Problem(422, "validation", detail, { errors: said });
}

function faultsOf(issue: z.core.$ZodIssue, part: RequestPart, value: unknown): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: shortened(key), message: "is no field of this request" }));
  }
  const path = issue.path.map(String);
  const field = path.length === 0 ? part : shortened(path.join("."));
  const expected = expectedBy(issue);
  const message = path.length > 0 && isMissing(value, path) ? "is missing" : issue.message;
  return [{ field, message, ...(expected !== undefined && { expected }) }];
}

/** For programs: the JSON type, or what the message says that it must be. */
function expectedBy(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return issue.expected;
  return /^must (?:be|have) (.+)$/.exec(issue.message)?.[1];
}

function isMissing(value: unknown, path: readonly string[]): boolean {
  return (
    path.reduce<unknown>(
      (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
      value,
    ) === undefined
  );
}

function shortened(name: string): string {
  const wellFormed = name.toWellFormed();
  return wellFormed.length > nameLengthMax ? `${wellFormed.slice(0, nameLengthMax)}…` : wellFormed;
}
