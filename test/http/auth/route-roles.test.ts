import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createToken } from "../../../src/access/named-tokens.ts";
import { boardFiles } from "../../../src/board/files.ts";
import { type Role, roles } from "../../../src/config/config.ts";
import { testApp, testConfig, tokens } from "../../support/http.ts";
import { pathOfRoute } from "../../support/route-path.ts";
import { sessionOf } from "../../support/session.ts";

/** The least role of every route; null: open. A new route without a line here fails the first test. */
const leastRole: Readonly<Record<string, Role | null>> = {
  "GET /health/live": null,
  "GET /health/ready": null,
  "GET /metrics": "metrics",
  "GET /api/session": null,
  "POST /api/session": null,
  "DELETE /api/session": null,
  "GET /api/scales": "viewer",
  "PATCH /api/scales/:id": "admin",
  "DELETE /api/scales/:id": "admin",
  "POST /api/scales/:id/keys/:key": "operator",
  "GET /api/scale-checks": "viewer",
  "GET /api/scales/:id/checking": "viewer",
  "PUT /api/scales/:id/checking": "admin",
  "DELETE /api/scales/:id/checking": "admin",
  "GET /api/scales/:id/checks": "viewer",
  "POST /api/scales/:id/checks": "operator",
  "GET /api/scales/:id/checks/:uid": "viewer",
  "DELETE /api/scales/:id/checks/:uid": "operator",
  "GET /api/sources": "viewer",
  "POST /api/sources": "admin",
  "POST /api/sources/trial": "admin",
  "PUT /api/sources/:name": "admin",
  "DELETE /api/sources/:name": "admin",
  "GET /api/connections": "viewer",
  "DELETE /api/connections/:id": "admin",
  "GET /api/connections/:id/identify": "admin",
  "GET /api/stations": "viewer",
  "PATCH /api/stations/:name": "operator",
  "GET /api/companies": "viewer",
  "GET /api/quality/chart": "viewer",
  "GET /api/quality/capability": "viewer",
  "GET /api/quality/limits": "viewer",
  "GET /api/quality/scales": "viewer",
  "GET /api/quality/signals": "viewer",
  "POST /api/quality/signals/:id/acknowledge": "operator",
  "GET /api/quality/advice": "viewer",
  "POST /api/quality/rebuild": "admin",
  "GET /api/quality/references": "viewer",
  "POST /api/quality/references": "operator",
  "DELETE /api/quality/references/:id": "operator",
  "GET /api/products": "viewer",
  "POST /api/products": "operator",
  "PATCH /api/products/:id": "operator",
  "POST /api/products/import": "operator",
  "GET /api/products/:id/quality": "viewer",
  "PUT /api/products/:id/quality": "operator",
  "GET /api/jobs": "viewer",
  "POST /api/jobs": "operator",
  "GET /api/jobs/:id": "viewer",
  "PATCH /api/jobs/:id": "operator",
  "DELETE /api/jobs/:id": "operator",
  "GET /api/jobs/:id/history": "viewer",
  "POST /api/jobs/:id/start": "operator",
  "POST /api/jobs/:id/move": "operator",
  "POST /api/jobs/:id/repeat": "operator",
  "GET /api/jobs/:id/statistics": "viewer",
  "GET /api/jobs/:id/releases": "viewer",
  "POST /api/jobs/:id/releases": "operator",
  "POST /api/jobs/:id/complete": "operator",
  "POST /api/jobs/:id/cancel": "operator",
  "GET /api/connections/:id/lines": "admin",
  "GET /api/scales/:id/lines": "admin",
  "GET /api/captures": "admin",
  "GET /api/rejected/reasons": "viewer",
  "GET /api/bags.csv": "viewer",
  "GET /api/jobs/:id/bags.csv": "viewer",
  "GET /api/bags": "viewer",
  "POST /api/bags": "operator",
  "GET /api/bags/:id": "viewer",
  "POST /api/bags/:id/void": "operator",
  "POST /api/bags/:id/unvoid": "operator",
  "POST /api/jobs/:id/assign": "operator",
  "POST /api/bags/:id/assign": "operator",
  "GET /api/shifts": "viewer",
  "PUT /api/shifts": "admin",
  "GET /api/report-mails": "admin",
  "POST /api/report-mails": "admin",
  "DELETE /api/report-mails/:id": "admin",
  "GET /api/reports": "viewer",
  "GET /api/reports.csv": "viewer",
  "GET /api/reports.xlsx": "viewer",
  "GET /api/deliveries": "viewer",
  "POST /api/deliveries/retry": "admin",
  "POST /api/deliveries/discard": "admin",
  "GET /api/rejected": "viewer",
  "GET /api/ledger": "viewer",
  "POST /api/ledger/acknowledge": "admin",
  "GET /api/findings": "viewer",
  "POST /api/findings/snooze": "operator",
  "POST /api/stations/:name/jobless-seen": "operator",
  "GET /api/events": "viewer",
  "POST /api/prepuff/scan_bag": "ingest",
  "GET /api/tokens": "admin",
  "POST /api/tokens": "admin",
  "PATCH /api/tokens/:id": "admin",
  "DELETE /api/tokens/:id": "admin",
  "POST /api/pairings": "admin",
  "POST /api/session/device": null,
  "POST /api/session/person": null,
  "DELETE /api/session/person": null,
  "GET /api/persons": "operator",
  "POST /api/persons": "admin",
  "PATCH /api/persons/:id": "admin",
  "DELETE /api/persons/:id": "admin",
  "PUT /api/stations/:name/person": "admin",
  "GET /api/audit": "admin",
  "GET /api/audit/head": "viewer",
  "GET /api/audit/verify": "admin",
  "GET /runbooks": null,
  "GET /openapi": null,
  "GET /openapi/json": null,
  "GET /openapi/page.css": null,
  "GET /openapi/page.js": null,
  "GET /openapi/swagger-ui.js": null,
  "GET /openapi/swagger-ui.css": null,
  "GET /board/:file": null,
  "GET /favicon.ico": null,
  "GET /scales/:id": null,
  "GET /": null,
  "GET /jobs": null,
  "GET /jobs/:id": null,
  "GET /products": null,
  "GET /bags": null,
  "GET /reports": null,
  "GET /quality": null,
  "GET /wall": null,
  "GET /scales": null,
  "GET /attention": null,
  "GET /people": null,
  "GET /devices": null,
  "GET /sign-in": null,
  "GET /pair": null,
};

/** A file of the board's pages; its name is made of its content. */
const [boardFile = ""] = (await boardFiles()).assets.keys();

const allowed: Readonly<Record<Role, readonly Role[]>> = {
  admin: ["admin"],
  operator: ["admin", "operator"],
  viewer: ["admin", "operator", "viewer"],
  ingest: ["admin", "ingest"],
  metrics: ["admin", "metrics"],
};

/** Open ones that want a body, and have nothing to give. */
const passed = [200, 204, 404, 409, 422];

let app: Awaited<ReturnType<typeof testApp>>;
/** With PREPUFF_BOARD_PUBLIC. */
let publicApp: Awaited<ReturnType<typeof testApp>>;
const named = new Map<Role, string>();
const sessions = new Map<Role, string>();
beforeAll(async () => {
  app = await testApp();
  const config = testConfig();
  publicApp = await testApp({ config: { ...config, http: { ...config.http, boardPublic: true } } });
  for (const role of roles) {
    const created = await createToken(
      app.sql,
      { role, name: `a ${role}` },
      { actor: "test", plant: 1, at: Date.now() },
    );
    if (created.ok) named.set(role, created.secret);
  }
  await app.parts.namedTokens.refresh();
  for (const role of ["viewer", "operator", "admin"] as const)
    sessions.set(role, await sessionOf(app, named.get(role) ?? ""));
});
afterAll(() => Promise.all([app.stop(), publicApp.stop()]));

test("every route has its role written down here, and none that is written down is gone", () => {
  const routes = app.app.routes.map((route) => `${route.method} ${route.path}`);
  expect(routes.sort()).toEqual(Object.keys(leastRole).sort());
});

describe.each(Object.entries(leastRole))("%s", (route, least) => {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pathOfRoute(pattern, { id: "999", file: boardFile });

  async function statusFor(
    token: string | null,
    headers: Readonly<Record<string, string>> = {},
    asked = app,
  ): Promise<number> {
    const body = method === "GET" || method === "DELETE" ? {} : { body: {} };
    const answer = await asked.request(method, path, { token, headers, ...body });
    await answer.body?.cancel();
    return answer.status;
  }

  test(`without a token: ${least === null ? "open" : "401"}`, async () => {
    const status = await statusFor(null);
    if (least === null) expect(passed).toContain(status);
    else expect(status).toBe(401);
  });

  test(`with a wrong token: ${least === null ? "open" : "401, or 429 where it was tried often"}`, async () => {
    for (const wrong of ["wrong", `pp_${"A".repeat(43)}`]) {
      expect(least === null ? passed : [401, 429]).toContain(await statusFor(wrong));
    }
  });

  test.each([...roles])("as %s, with the configured token and with a named one", async (role) => {
    const passes = least === null || allowed[least].includes(role);
    for (const token of [tokens[role], named.get(role) ?? "none was made"]) {
      const status = await statusFor(token);
      if (passes) expect(passed).toContain(status);
      else expect(status).toBe(403);
    }
  });

  test.each(["viewer", "operator", "admin"] as const)("as %s, with a session", async (role) => {
    const passes = least === null || allowed[least].includes(role);
    const cookie = sessions.get(role) ?? "";
    const sameOrigin = await statusFor(null, { cookie, "sec-fetch-site": "same-origin" });
    if (passes) expect(passed).toContain(sameOrigin);
    else expect(sameOrigin).toBe(403);
    const crossSite = await statusFor(null, { cookie, "sec-fetch-site": "cross-site" });
    const mayRead = passes && method === "GET";
    if (mayRead) expect(crossSite).toBe(sameOrigin);
    // What is wrong with an open one's body is told first.
    else expect(least === null ? [403, 422] : [403]).toContain(crossSite);
    // No browser, and no token: nobody knows who wanted it.
    const anonymous = await statusFor(null, { cookie });
    if (mayRead || (passes && least === null)) expect(passed).toContain(anonymous);
    else expect(anonymous).toBe(403);
  });

  test(`where the board is public, without a token: ${least === null || least === "viewer" ? "open" : "401"}`, async () => {
    const status = await statusFor(null, {}, publicApp);
    if (least === null || least === "viewer") expect(passed).toContain(status);
    else expect(status).toBe(401);
    // A wrong token stays wrong: whoever brings one wants more than to look.
    const wrong = await statusFor("wrong", {}, publicApp);
    expect(least === null ? passed : [401, 429]).toContain(wrong);
  });
});

test("all that a public board shows is read by GET", () => {
  const open = Object.entries(leastRole).filter(([, least]) => least === "viewer");
  expect(open.filter(([route]) => !route.startsWith("GET "))).toEqual([]);
});
