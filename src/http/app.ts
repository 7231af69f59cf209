import { Elysia } from "elysia";
import { pathOf, readQuery } from "./address.ts";
import { auditController } from "./audit.ts";
import { createAuth } from "./auth.ts";
import { bagsController } from "./bags.ts";
import { boardController } from "./board.ts";
import { companiesController } from "./companies.ts";
import { connectionsController } from "./connections.ts";
import { deliveriesController } from "./deliveries.ts";
import { problemOf } from "./error-answers.ts";
import { errorAnswer } from "./error-page.ts";
import { eventsController } from "./events.ts";
import { findingsController } from "./findings.ts";
import { createGuard } from "./guard.ts";
import { healthController } from "./health.ts";
import { jobsController } from "./jobs.ts";
import { ledgerController } from "./ledger.ts";
import { linesController } from "./lines.ts";
import { manualBagsController } from "./manual-bags.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { metricsController } from "./metrics.ts";
import { answerNowhere } from "./nowhere.ts";
import { openApiController } from "./openapi.ts";
import type { HttpParts } from "./parts.ts";
import { rejectedController } from "./rejected.ts";
import { checkRequest } from "./request-check.ts";
import { runbooksController } from "./runbooks.ts";
import { scalesController } from "./scales.ts";
import { scanBagController } from "./scan-bag.ts";
import { securityHeaders } from "./security-headers.ts";
import { sessionController } from "./session.ts";
import { createShares } from "./shares.ts";
import { stationsController } from "./stations.ts";
import { tokensController } from "./tokens.ts";

export { listen } from "./listen.ts";
export type App = ReturnType<typeof createApp>;

/** The HTTP side of the appliance: one controller a file, put together. Opens no port. */
export function createApp(parts: HttpParts) {
  const guard = createGuard(parts);
  const auth = createAuth({ guard, tokens: parts.tokens });
  const shares = createShares(parts);
  // One address a thing: what a proxy forbids by its path must have no other name.
  const base = new Elysia({ name: "prepuff", strictPath: true, handler: { standardHostname: false } })
    .decorate("endStreams", () => {
      parts.events.close();
      parts.lines.close();
    })
    .onRequest(({ request, set }) => {
      Object.assign(set.headers, securityHeaders);
      checkRequest(request);
    })
    // Elysia's own parsers never run: they choose by one letter of the type, and know no limit. A route reads its body itself.
    .onParse({ as: "global" }, () => null)
    .onTransform({ as: "global" }, (context) => {
      Object.assign(context, { query: readQuery(context.request.url) });
    })
    .onError(async ({ code, error, request }) => {
      const path = pathOf(request.url);
      const { method } = request;
      const wrongMethod = methodNotAllowed(base.routes, { method, path });
      // Before what is wrong with a request to it: who mends the body of a GET would only be told next that there is no GET.
      if (code === "NOT_FOUND" || wrongMethod !== null) return answerNowhere(request, wrongMethod);
      return errorAnswer(problemOf(error, { method, path, logger: parts.logger }), path, request);
    });
  // `use` adds to the instance it is called on: `base` is the whole app in the end.
  return base
    .use(healthController(parts))
    .use(metricsController(parts, auth))
    .use(sessionController(parts, guard))
    .use(scalesController(parts, auth))
    .use(connectionsController(parts, auth))
    .use(stationsController(parts, auth))
    .use(linesController(parts, auth, shares))
    .use(jobsController(parts, auth, shares))
    .use(companiesController(parts, auth, shares))
    .use(bagsController(parts, auth, shares))
    .use(manualBagsController(parts, auth))
    .use(scanBagController(parts, auth))
    .use(deliveriesController(parts, auth, shares))
    .use(rejectedController(parts, auth, shares))
    .use(ledgerController(parts, auth))
    .use(findingsController(parts, auth, (request) => base.handle(request)))
    .use(eventsController(parts, auth, shares))
    .use(tokensController(parts, auth, shares))
    .use(auditController(parts, auth, shares))
    .use(runbooksController())
    .use(openApiController(() => base))
    .use(boardController());
}
