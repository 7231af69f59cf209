import { Elysia } from "elysia";
import type { Auth } from "./auth.ts";
import type { HttpParts } from "./parts.ts";

/** Open, or for the role `metrics` where it has a token. */
export function metricsController(parts: Pick<HttpParts, "metrics">, auth: Auth) {
  const { registry } = parts.metrics;
  return new Elysia({ name: "metrics", tags: ["metrics"] }).use(auth).get(
    "/metrics",
    async ({ set }) => {
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
