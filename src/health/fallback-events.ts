import { z } from "zod";

/** How many of each kind are told, the newest first. */
export const fallbackEventsMost = 10;

const event = { id: z.int(), subject: z.string() };

/** The audit event `database.fell_back`: the database went back to an earlier state of itself. */
export const fellBackSchema = z.object({
  ...event,
  detail: z.object({ from: z.string().nullable(), until: z.string(), again: z.int(), missing: z.int() }),
});
export type FellBack = z.output<typeof fellBackSchema>;

/** The audit event `database.recorded_again`: what the journal still had is in the database again. */
export const recordedAgainSchema = z.object({
  ...event,
  detail: z.object({
    bags: z.int(),
    without_job: z.int(),
    weighed_from: z.string().nullable(),
    weighed_until: z.string().nullable(),
  }),
});
export type RecordedAgain = z.output<typeof recordedAgainSchema>;
