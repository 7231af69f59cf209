import { z } from "zod";

/** How one number came to be. */
export const explainedSchema = z
  .array(
    z.object({
      name: z.string().describe("The number's name in this answer."),
      formula: z.string(),
      inputs: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
      value: z.union([z.number(), z.string(), z.null()]),
    }),
  )
  .nullable()
  .describe("With `explain=true`: the formula and the inputs of each number; else null.");
export type Explained = NonNullable<z.output<typeof explainedSchema>>;

export const bagIdsSchema = z
  .array(z.int())
  .nullable()
  .describe("With `explain=true`: the ids of the bags, in the order of weighing; else null.");
