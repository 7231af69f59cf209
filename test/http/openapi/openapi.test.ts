import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import { pagePaths } from "../../../src/http/answer/page-paths.ts";
import {
  type OpenApiDocument,
  type Operation,
  openApiDocument,
} from "../../../src/http/openapi/openapi-document.ts";
import { exampleCheck } from "../../../src/http/openapi/openapi-requests.ts";
import { recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";
import { connectionView, scaleView } from "../../support/presence.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let document: OpenApiDocument;
beforeAll(async () => {
  const presence = {
    scales: () => [scaleView()],
    connections: () => [connectionView()],
    close: () => true,
    standIns: () => [],
    forget: () => undefined,
  };
  app = await testApp({ presence });
  document = openApiDocument(app.app);
  await startedJob(app.sql);
  const checking = { division: "0.02", class: "hb44-iii", weights: [{ name: "50 lb", weight: "50" }] };
  await app.request("PUT", "/api/scales/1/checking", { body: checking });
  await app.request("POST", "/api/scales/1/checks", { body: {} });
  await app.sql`update scale_check_request set uid = ${exampleCheck}`;
  await app.request("POST", "/api/products", { body: { name: "EPS 10", target_weight: "40" } });
  const { id } = await recordedBag(app.sql);
  await app.sql`insert into delivery (destination_id, filler_bag_id, station) values (1, ${id}, 'Station 1')`;
  await app.sql`
    insert into rejected_frame (received_at, remote_address, raw, reason, journal_id, journal_seq)
    values (now(), '10.0.0.1', '\\x00', 'malformed', gen_random_uuid(), 1)`;
});
afterAll(() => app.stop());

function operations(): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Fails where the answer is not what the document says of this status and content type. */
async function expectDocumented(operation: Operation, answer: Response): Promise<void> {
  const documented = operation.responses[answer.status];
  expect(documented, `${operation.operationId} says nothing of ${answer.status}`).toBeDefined();
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const content = documented?.content?.[type];
  expect(content, `${operation.operationId} says nothing of ${answer.status} as ${type}`).toBeDefined();
  if (!/[/+]json$/.test(type)) return void (await answer.body?.cancel());
  const $defs = document.components.schemas;
  const text = JSON.stringify({ ...content?.schema, $defs }).replaceAll("#/components/schemas/", "#/$defs/");
  const schema = z.fromJSONSchema(JSON.parse(text));
  expect(schema.safeParse(await answer.json()).error?.issues).toBeUndefined();
}

describe("the document", () => {
  test("is what /openapi/json gives, with every route that is not a part of a page", async () => {
    const answer = await app.request("GET", "/openapi/json", { token: null });
    expect(await json(answer)).toEqual(JSON.parse(JSON.stringify(document)));
    const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    const routes = app.app.routes
      .filter(({ path }) => !path.startsWith("/openapi/") || path === "/openapi/json")
      .filter(({ path }) => !new Set<string>(["/board/:file", "/favicon.ico", ...pagePaths]).has(path))
      .map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(described.sort()).toEqual(routes.sort());
  });

  test("says of every operation what it is for, who may, and what is answered", () => {
    for (const { path, operation } of operations()) {
      expect(operation.summary, operation.operationId).toBeTruthy();
      const isOpen = /^\/(health|runbooks|openapi|api\/session)/.test(path);
      const guarded = [{ bearer: [] }, { session: [] }];
      expect(operation.security, operation.operationId).toEqual(isOpen ? undefined : guarded);
      expect(operation["x-role"] === undefined, operation.operationId).toBe(isOpen);
      expect(Object.keys(operation.responses).some((status) => status.startsWith("2"))).toBe(true);
      for (const answer of Object.values(operation.responses)) expect(answer.description).toBeTruthy();
    }
  });

  test("has each operation's id once", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("knows what is optional: defaults are not required", () => {
    const { parameters = [] } = document.paths["/api/rejected"]?.get ?? {};
    expect(parameters.filter(({ required }) => required)).toEqual([]);
    expect(document.paths["/api/scales/{id}"]?.patch?.parameters).toMatchObject([
      { name: "id", in: "path", required: true, schema: { type: "integer", minimum: 1 } },
    ]);
    const body = document.paths["/api/jobs"]?.post?.requestBody?.content["application/json"]?.schema;
    expect(body).toMatchObject({ required: ["company", "station"] });
  });

  test("says that a change of nothing is none", () => {
    const body = document.paths["/api/scales/{id}"]?.patch?.requestBody?.content["application/json"]?.schema;
    expect(body?.minProperties).toBe(1);
  });
});

describe("answers are as documented", () => {
  test("of every GET", async () => {
    for (const { path, operation } of operations().filter(({ method }) => method === "get")) {
      const answer = await app.request("GET", path.replace("{id}", "1").replace("{uid}", exampleCheck));
      expect(answer.status, path).toBe(200);
      await expectDocumented(operation, answer);
    }
  });

  test("of every operation without a token, with a small one, and with a wrong body", async () => {
    for (const { path, method, operation } of operations()) {
      const url = path.replace("{id}", "999999");
      const isOpen = operation.security === undefined;
      const body = operation.requestBody === undefined ? {} : { body: { nonsense: true } };
      for (const token of [null, tokens.metrics, tokens.ingest, tokens.admin]) {
        if (isOpen && token !== null) continue;
        const answer = await app.request(method.toUpperCase(), url, { token, ...body });
        if (answer.status !== 204) await expectDocumented(operation, answer);
      }
    }
  });

  test("of a body that cannot be read", async () => {
    const headers = { "content-type": "application/json" };
    for (const { path, method, operation } of operations()) {
      if (operation.requestBody === undefined) continue;
      const url = path.replace("{id}", "1");
      const answer = await app.request(method.toUpperCase(), url, { body: "{bad", headers });
      await expectDocumented(operation, answer);
      expect(answer.status, path).toBe(path === "/api/prepuff/scan_bag" ? 422 : 400);
    }
  });

  test("while the database is away", async () => {
    app.setAway(true);
    for (const { path, operation } of operations().filter(({ method }) => method === "get")) {
      await expectDocumented(operation, await app.request("GET", path.replace("{id}", "1")));
    }
    app.setAway(false);
  });
});

describe("the page", () => {
  test("loads only from the appliance", async () => {
    const page = await app.request("GET", "/openapi", { token: null });
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await page.text();
    expect(html).not.toMatch(/https?:|"\/\//);
    const assets = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(assets).toEqual([
      "/openapi/swagger-ui.css",
      "/openapi/page.css",
      "/openapi/swagger-ui.js",
      "/openapi/page.js",
    ]);
    for (const path of assets) {
      const asset = await app.request("GET", path, { token: null });
      expect(asset.status).toBe(200);
      expect(asset.headers.get("content-type")).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      if (path.endsWith(".css")) expect(await asset.text()).not.toMatch(/@import|url\(["']?(https?:|\/\/)/);
    }
    const script = await (await app.request("GET", "/openapi/page.js", { token: null })).text();
    expect(script).toContain('url: "/openapi/json"');
    expect(script).toContain("validatorUrl: null");
  });
});
