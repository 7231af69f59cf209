import { Elysia } from "elysia";
import { registerProcessMetrics } from "../../metrics/process-metrics.ts";
import { registerStateMetrics, type StateParts } from "../../metrics/state-metrics.ts";
import type { Auth } from "../auth/auth.ts";
import type { Services } from "./services.ts";

/** Open, or for the role `metrics` where it has a token. */
export function metricsController(services: Pick<Services, "metrics"> & StateParts, auth: Auth) {
  const { registry } = services.metrics;
  const collect = registerStateMetrics(services.metrics, services);
  registerProcessMetrics(registry);
  return new Elysia({ name: "metrics", tags: ["metrics"] }).use(auth).get(
    "/metrics",
    async ({ set }) => {
      await collect();
      const text = await registry.metrics();
      set.headers["content-type"] = registry.contentType;
      set.headers["cache-control"] = "no-store";
      return text;
    },
    {
      role: "metrics",
      detail: {
        summary: "Metrics for Prometheus",
        description: "The text exposition format, version 0.0.4.",
        responses: {
          200: {
            description: "All metrics",
            content: { "text/plain": { schema: { type: "string" } } },
          },
        },
      },
    },
  );
}
