import { z } from "zod";

const healthStates = ["up", "degraded", "down"] as const;

export const partHealthSchema = z.object({
  state: z.enum(healthStates),
  detail: z.string().nullable().describe("What is wrong, null while nothing is."),
});
export type PartHealth = z.output<typeof partHealthSchema>;

/** Each part's state. */
export const healthPartsSchema = z.object({
  scales_port: partHealthSchema,
  journal: partHealthSchema,
  database: partHealthSchema,
  upstream: partHealthSchema.nullable().describe("null where nothing is forwarded."),
});
export type HealthReport = Readonly<z.output<typeof healthPartsSchema>>;

export const healthSchema = z.object({
  status: z
    .enum(healthStates)
    .describe("`down` when bags would be lost, `degraded` when any part is not up."),
  parts: healthPartsSchema,
});

/**
 * An outage of the database or the upstream is degraded: weighing goes on. Only the failure of a part without which
 * bags are lost makes the appliance `down`.
 */
export function overallHealth(report: HealthReport): z.output<typeof healthSchema> {
  const needed = [report.scales_port, report.journal];
  const all = [...needed, report.database, ...(report.upstream === null ? [] : [report.upstream])];
  const status = needed.some((part) => part.state === "down")
    ? "down"
    : all.some((part) => part.state !== "up")
      ? "degraded"
      : "up";
  return { status, parts: report };
}

/** @returns `down` before `degraded` before `up`. */
export function worstState(parts: readonly PartHealth[]): PartHealth["state"] {
  return healthStates.findLast((state) => parts.some((part) => part.state === state)) ?? "up";
}
