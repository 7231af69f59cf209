import { Elysia } from "elysia";
import { createAuth } from "./auth.ts";
import { problemOf } from "./error-answers.ts";
import { healthController } from "./health.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { metricsController } from "./metrics.ts";
import type { HttpParts } from "./parts.ts";
import { notFound, problemResponse } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";

export type App = ReturnType<typeof createApp>;

/** The HTTP side of the appliance: one controller a file, put together. Opens no port. */
export function createApp(parts: HttpParts) {
  const auth = createAuth(parts);
  const app = new Elysia({ name: "prepuff" })
    .onRequest(({ set }) => {
      Object.assign(set.headers, securityHeaders);
    })
    .onError(({ code, error, path, request }) => {
      const { method } = request;
      if (code === "NOT_FOUND") {
        return problemResponse(
          methodNotAllowed(app.routes, path) ?? notFound(`there is nothing at ${path}`),
          path,
        );
      }
      return problemResponse(problemOf(error, { method, path, logger: parts.logger }), path);
    })
    .use(healthController(parts))
    .use(metricsController(parts, auth));
  return app;
}
