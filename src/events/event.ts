import { z } from "zod";
import { healthSchema, partHealthSchema } from "../health/health-report.ts";
import { printUnits } from "../indicators/print.ts";
import type { Bag } from "../records/bags/bag-view.ts";
import type { Job } from "../records/jobs/job-view.ts";
import type { RejectedFrame } from "../records/rejected/rejected-list.ts";
import type { AskedCheck } from "../records/scale-checks/asked.ts";
import type { Advice } from "../records/signals/advice-view.ts";
import type { QualitySignal } from "../records/signals/signal-view.ts";
import type { ScaleView } from "../scale/presence.ts";
import { units } from "../weighing/units.ts";

/** The state of the parts, and what waits. */
export const healthEventSchema = healthSchema.extend({
  journal_backlog: z.int().describe("Frames that the database does not have yet."),
  deliveries_pending: z
    .int()
    .nullable()
    .describe("null: nothing is forwarded, or the database did not tell yet."),
  deliveries_parked: z.int().nullable(),
  destinations: z
    .array(
      partHealthSchema.extend({
        name: z.string(),
        pending: z.int().nullable(),
        parked: z.int().nullable(),
      }),
    )
    .describe("Where bags are delivered to: how it stands with each, and what waits for it."),
});
export type HealthEvent = z.output<typeof healthEventSchema>;

/** A weight that is kept in the journal and not judged yet. */
export const readingSchema = z.object({
  uid: z.guid().describe("The same as that of the bag, which follows when the database is back."),
  scale: z.int(),
  printed_scale: z.int(),
  station: z.string(),
  weight: z.string(),
  unit: z.enum(units),
  gross: z
    .boolean()
    .describe("Its scale weighs the bag with what is in it: the job's tare is still to be taken off."),
  weighed_at: z.iso.datetime(),
  repeat_suspected: z.boolean(),
});
export type ReadingEvent = z.output<typeof readingSchema>;

/** The weight of this moment on a scale that streams. */
export const liveSchema = z.object({
  scale: z.int(),
  station: z.string(),
  weight: z.string().nullable().describe("null: nothing came for 2 s, or the indicator shows no weight."),
  unit: z.enum(printUnits).nullable(),
  gross: z.boolean().describe("The scale weighs the bag with what is in it."),
  stable: z.boolean().nullable().describe("As the indicator says; null: it does not."),
  state: z.enum(["empty", "loading", "settled"]).describe("What is on the platform."),
});
export type LiveEvent = z.output<typeof liveSchema>;

/** A station where what is planned changed. */
export const queueSchema = z.object({ station: z.string() });
export type QueueEvent = z.output<typeof queueSchema>;

/** What happened, for clients of the event stream. Bags and rejected frames are committed before they are published. */
export type AppEvent =
  /** With `isNew` it was just recorded; without, something about it changed (voided, assigned). */
  | { readonly type: "bag"; readonly bag: Bag; readonly isNew?: true }
  | { readonly type: "rejected"; readonly frame: RejectedFrame }
  | { readonly type: "job"; readonly job: Job }
  /** What is planned at a station changed, or whether it begins by itself. */
  | { readonly type: "queue"; readonly queue: QueueEvent }
  /** A signal of a control chart on a job began, went on, ended, was withdrawn or acknowledged. */
  | { readonly type: "signal"; readonly signal: QualitySignal }
  /** Advice to change the filling of a job that runs. */
  | { readonly type: "advice"; readonly advice: Advice }
  | { readonly type: "scale"; readonly scale: ScaleView }
  /** Weighed and kept in the journal, but not recorded for now. */
  | { readonly type: "reading"; readonly reading: ReadingEvent }
  | { readonly type: "live"; readonly weight: LiveEvent }
  /** A check of a scale was asked for, got a print, or ended. */
  | { readonly type: "scale_check"; readonly check: AskedCheck }
  | { readonly type: "health"; readonly health: HealthEvent }
  /** Bags or rejected frames were recorded that could not be read: look in Postgres when it is back. */
  | { readonly type: "gap" }
  /** The appliance stops. */
  | { readonly type: "end" };
