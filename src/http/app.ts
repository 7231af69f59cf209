import { type AnyElysia, Elysia } from "elysia";
import { problemOf } from "./answer/error-answers.ts";
import { errorAnswer } from "./answer/error-page.ts";
import { securityHeaders } from "./answer/security-headers.ts";
import { devicesController } from "./api/access/devices.ts";
import { personSessionController } from "./api/access/person-session.ts";
import { personsController } from "./api/access/persons.ts";
import { tokensController } from "./api/access/tokens.ts";
import { auditController } from "./api/audit.ts";
import { bagsController } from "./api/bags.ts";
import { capturesController } from "./api/captures.ts";
import { connectionsController } from "./api/connections.ts";
import { deliveriesController } from "./api/deliveries.ts";
import { eventsController } from "./api/events.ts";
import { findingsController } from "./api/findings.ts";
import { healthController } from "./api/health.ts";
import { identifyController } from "./api/identify.ts";
import { companiesController } from "./api/jobs/companies.ts";
import { jobsController } from "./api/jobs/jobs.ts";
import { productsController } from "./api/jobs/products.ts";
import { queueController } from "./api/jobs/queue.ts";
import { releasesController } from "./api/jobs/releases.ts";
import { keysController } from "./api/keys.ts";
import { ledgerController } from "./api/ledger.ts";
import { linesController } from "./api/lines.ts";
import { manualBagsController } from "./api/manual-bags.ts";
import { metricsController } from "./api/metrics.ts";
import { blocksController } from "./api/quality/blocks.ts";
import { productQualityController } from "./api/quality/product-quality.ts";
import { qualityController } from "./api/quality/quality.ts";
import { referencesController } from "./api/quality/references.ts";
import { signalsController } from "./api/quality/signals.ts";
import { recordChainController } from "./api/record-chain.ts";
import { rejectedController } from "./api/rejected.ts";
import { reportMailsController } from "./api/report-mails.ts";
import { reportsController } from "./api/reports.ts";
import { runbooksController } from "./api/runbooks.ts";
import { scaleChecksController } from "./api/scale-checks.ts";
import { scalesController } from "./api/scales.ts";
import { scanBagController } from "./api/scan-bag.ts";
import type { Services } from "./api/services.ts";
import { sessionController } from "./api/session.ts";
import { createShares } from "./api/shares.ts";
import { shiftsController } from "./api/shifts.ts";
import { sourcesController } from "./api/sources.ts";
import { stationsController } from "./api/stations.ts";
import { trialController } from "./api/trial.ts";
import { createAuth } from "./auth/auth.ts";
import { createGuard } from "./auth/guard.ts";
import { createPinAttempts } from "./auth/pin-attempts.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { answerNowhere } from "./nowhere.ts";
import { openApiController } from "./openapi/openapi.ts";
import { pathOf, readQuery } from "./request/address.ts";
import { checkRequest } from "./request/request-check.ts";

export type App = ReturnType<typeof createApp>;

/**
 * The HTTP side of the appliance: one controller a file, put together. Opens no port.
 *
 * @param pages serves what people look at; it is above the API in the layers.
 */
export function createApp(services: Services, pages: AnyElysia) {
  const guard = createGuard(services);
  const auth = createAuth({ guard, tokens: services.tokens });
  const shares = createShares(services);
  const pinAttempts = createPinAttempts(services.clock);
  // Each resource has one address: a path that a proxy blocks must have no second form.
  const base = new Elysia({ name: "prepuff", strictPath: true, handler: { standardHostname: false } })
    .decorate("endStreams", () => {
      services.events.close();
      services.rawFrames.close();
      services.captures.close();
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
      // Before the request is validated: a fault of the body is of no use if the method is wrong.
      if (code === "NOT_FOUND" || wrongMethod !== null) return answerNowhere(request, wrongMethod);
      return errorAnswer(problemOf(error, { method, path, logger: services.logger }), path, request);
    });
  // `use` adds to the instance it is called on: `base` is the whole app in the end.
  const app = base
    .use(healthController(services))
    .use(metricsController(services, auth))
    .use(sessionController(services, guard))
    .use(scalesController(services, auth))
    .use(keysController(services, auth))
    .use(sourcesController(services, auth))
    .use(connectionsController(services, auth))
    .use(identifyController(services, auth))
    .use(trialController(services, auth))
    .use(stationsController(services, auth))
    .use(linesController(services, auth, shares))
    .use(capturesController(services, auth))
    .use(jobsController(services, auth, shares))
    .use(queueController(services, auth))
    .use(companiesController(services, auth, shares))
    .use(productsController(services, auth, shares))
    .use(bagsController(services, auth, shares))
    .use(manualBagsController(services, auth))
    .use(scanBagController(services, auth))
    .use(shiftsController(services, auth))
    .use(reportsController(services, auth, shares))
    .use(reportMailsController(services, auth))
    .use(deliveriesController(services, auth, shares))
    .use(rejectedController(services, auth, shares))
    .use(ledgerController(services, auth))
    .use(findingsController(services, auth))
    .use(eventsController(services, auth, shares))
    .use(auditController(services, auth, shares))
    .use(runbooksController())
    .use(openApiController(() => base));
  // Apart: the type of a longer chain is too deep for the compiler.
  base
    .use(tokensController(services, auth, shares))
    .use(devicesController(services, auth, guard))
    .use(personsController(services, auth, shares, pinAttempts))
    .use(personSessionController(services, guard, pinAttempts))
    .use(recordChainController(services, auth, shares))
    .use(releasesController(services, auth))
    .use(qualityController(services, auth, shares))
    .use(productQualityController(services, auth))
    .use(referencesController(services, auth, shares))
    .use(blocksController(services, auth, shares))
    .use(scaleChecksController(services, auth))
    .use(signalsController(services, auth, shares));
  app.use(pages);
  return app;
}
