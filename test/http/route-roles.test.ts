import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createToken } from "../../src/access/tokens.ts";
import { type Role, roles } from "../../src/config/config.ts";
import { boardFiles } from "../../src/http/board-files.ts";
import { testApp, tokens } from "../support/http.ts";

/** The least role of every route; null: open. A new route without a line here fails the first test. */
const leastRole: Readonly<Record<string, Role | null>> = {
  "GET /health/live": null,
  "GET /health/ready": null,
  "GET /metrics": "metrics",
  "GET /api/scales": "viewer",
  "PATCH /api/scales/:id": "admin",
  "GET /api/connections": "viewer",
  "DELETE /api/connections/:id": "admin",
  "GET /api/jobs": "viewer",
  "POST /api/jobs": "operator",
  "GET /api/jobs/:id": "viewer",
  "POST /api/jobs/:id/complete": "operator",
  "POST /api/jobs/:id/cancel": "operator",
  "GET /api/bags": "viewer",
  "GET /api/bags/:id": "viewer",
  "POST /api/bags/:id/void": "operator",
  "POST /api/bags/:id/assign": "operator",
  "GET /api/deliveries": "viewer",
  "POST /api/deliveries/retry": "admin",
  "POST /api/deliveries/discard": "admin",
  "GET /api/rejected": "viewer",
  "GET /api/ledger": "viewer",
  "GET /api/events": "viewer",
  "POST /api/prepuff/scan_bag": "ingest",
  "GET /api/tokens": "admin",
  "POST /api/tokens": "admin",
  "DELETE /api/tokens/:id": "admin",
  "GET /api/audit": "admin",
  "GET /openapi": null,
  "GET /openapi/json": null,
  "GET /openapi/page.js": null,
  "GET /openapi/swagger-ui.js": null,
  "GET /openapi/swagger-ui.css": null,
  "GET /board/:file": null,
  "GET /": null,
  "GET /jobs": null,
  "GET /jobs/:id": null,
  "GET /bags": null,
  "GET /scales": null,
  "GET /attention": null,
  "GET /sign-in": null,
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

let app: Awaited<ReturnType<typeof testApp>>;
const named = new Map<Role, string>();
beforeAll(async () => {
  app = await testApp();
  for (const role of roles) {
    const created = await createToken(
      app.sql,
      { role, name: `a ${role}` },
      { actor: "test", at: Date.now() },
    );
    if (created.ok) named.set(role, created.secret);
  }
  await app.parts.namedTokens.refresh();
});
afterAll(() => app.stop());

test("every route has its role written down here, and none that is written down is gone", () => {
  const routes = app.app.routes.map((route) => `${route.method} ${route.path}`);
  expect(routes.sort()).toEqual(Object.keys(leastRole).sort());
});

describe.each(Object.entries(leastRole))("%s", (route, least) => {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(":id", "999").replace(":file", boardFile);

  async function statusFor(token: string | null): Promise<number> {
    const body = method === "GET" || method === "DELETE" ? {} : { body: {} };
    const answer = await app.request(method, path, { token, ...body });
    await answer.body?.cancel();
    return answer.status;
  }

  test(`without a token: ${least === null ? "open" : "401"}`, async () => {
    const status = await statusFor(null);
    expect(status).toBe(least === null ? 200 : 401);
  });

  test(`with a wrong token: ${least === null ? "open" : "401, or 429 where it was tried often"}`, async () => {
    for (const wrong of ["wrong", `pp_${"A".repeat(43)}`]) {
      expect(least === null ? [200] : [401, 429]).toContain(await statusFor(wrong));
    }
  });

  test.each([...roles])("as %s, with the configured token and with a named one", async (role) => {
    const passes = least === null || allowed[least].includes(role);
    for (const token of [tokens[role], named.get(role) ?? "none was made"]) {
      const status = await statusFor(token);
      if (passes) expect([200, 404, 422]).toContain(status);
      else expect(status).toBe(403);
    }
  });
});
