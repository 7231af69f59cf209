import { expect, test } from "bun:test";
import { z } from "zod";
import { sentenceOf } from "../../../src/runtime/sentences.ts";

const text = z.string().min(1).max(3);
const count = z.int().min(1).max(5);
const cases: readonly (readonly [schema: z.ZodType, value: unknown, said: string])[] = [
  [text, "", "must not be empty"],
  [text, "four", "must have at most 3 characters"],
  [z.string().min(2), "a", "must have at least 2 characters"],
  [z.string().max(1), "ab", "must have at most 1 character"],
  [text, 1, "must be text"],
  [count, 0, "must be at least 1"],
  [count, 9, "must be at most 5"],
  [count, 1.5, "must be a whole number"],
  [count, "x", "must be a number"],
  [z.coerce.number().int(), "x", "must be a number"],
  [z.number().gt(0), 0, "must be more than 0"],
  [z.number().lt(9), 9, "must be less than 9"],
  [z.boolean(), 1, "must be true or false"],
  [z.enum(["under", "over"]), "light", "must be one of under, over"],
  [z.literal(true), false, "must be true"],
  [z.array(count).min(1), [], "must have at least 1 entry"],
  [z.array(count).max(2), [1, 2, 3], "must have at most 2 entries"],
  [z.array(count), ["x"], "must be a number"],
  [z.object({}), [], "must be a JSON object"],
  [z.array(count), {}, "must be a list"],
  [z.guid(), "x", "must be a UUID"],
  [
    z.iso.datetime({ offset: true }),
    "yesterday",
    "must be a time with its offset, such as 2026-11-29T14:30:00Z",
  ],
  [z.union([z.string(), z.number()]), true, "has a value of the wrong kind"],
];

test.each(cases.map((each) => [each[2], ...each] as const))("a value %s", (_, schema, value, said) => {
  expect(schema.safeParse(value, { error: sentenceOf }).error?.issues[0]?.message).toBe(said);
});

test("what a schema says of itself goes before", () => {
  const schema = z.string().min(1, "must name the station");
  expect(schema.safeParse("", { error: sentenceOf }).error?.issues[0]?.message).toBe("must name the station");
});
