import { Elysia, status } from "elysia";
import { z } from "zod";
import { healthSchema, overallHealth } from "../../health/health-report.ts";
import type { Services } from "./services.ts";

const liveSchema = z.object({ status: z.literal("up") });

/** Open to everyone: load balancers and container runtimes have no token. */
export function healthController(parts: Pick<Services, "health">) {
  return new Elysia({ name: "health", tags: ["health"] })
    .get("/health/live", () => ({ status: "up" as const }), {
      response: { 200: liveSchema },
      detail: { summary: "The process runs", description: "Says nothing about its parts." },
    })
    .get(
      "/health/ready",
      () => {
        const health = overallHealth(parts.health());
        return health.status === "down" ? status(503, health) : health;
      },
      {
        response: { 200: healthSchema, 503: healthSchema },
        detail: {
          summary: "The parts' states",
          description:
            "An outage of the database or the upstream is `degraded` and 200, because weighing goes on; 503 only while bags would be lost: the journal or the scales' port is down.",
        },
      },
    );
}
