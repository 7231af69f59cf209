import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Elysia } from "elysia";
import { z } from "zod";
import { DatabaseAway } from "../../../src/database/database.ts";
import { problemOf } from "../../../src/http/answer/error-answers.ts";
import { problemResponse } from "../../../src/http/answer/problem.ts";
import { json, testApp } from "../../support/http.ts";
import { silentLogger } from "../../support/silent-logger.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

describe("errors are application/problem+json", () => {
  test("404 for what is nowhere", async () => {
    const answer = await app.request("GET", "/api/nothing");
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await json(answer)).toEqual({
      type: "urn:prepuff:problem:not_found",
      title: "Not Found",
      status: 404,
      detail: "there is nothing at /api/nothing",
    });
  });

  test("405 with what is allowed, also with an id in the path", async () => {
    const answer = await app.request("DELETE", "/api/jobs");
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD, POST");
    expect((await app.request("PUT", "/api/scales/7")).headers.get("allow")).toBe("PATCH, DELETE");
  });

  test("400 for a body that is no JSON", async () => {
    const headers = { "content-type": "application/json" };
    const answer = await app.request("POST", "/api/deliveries/retry", { body: "{bad", headers });
    expect(answer.status).toBe(400);
    expect(await json(answer)).toMatchObject({ type: "urn:prepuff:problem:malformed_body" });
  });

  test("422 names every fault, and what is wanted", async () => {
    const body = { ids: ["1"], colour: 1 };
    const answer = await app.request("POST", "/api/deliveries/discard", { body });
    expect(answer.status).toBe(422);
    expect(await json(answer)).toMatchObject({
      type: "urn:prepuff:problem:validation",
      errors: [
        { field: "ids.0", expected: "number" },
        { field: "reason", message: "is missing", expected: "string" },
        { field: "colour", message: "is no field of this request" },
      ],
    });
  });

  test("422 for a parameter, too", async () => {
    const answer = await app.request("GET", "/api/rejected?limit=501&from=yesterday&page=2");
    expect(answer.status).toBe(422);
    expect(await json(answer)).toMatchObject({
      errors: [{ field: "limit" }, { field: "from" }, { field: "page" }],
    });
  });

  test("503 while the database is away", async () => {
    app.setAway(true);
    const answer = await app.request("GET", "/api/rejected");
    app.setAway(false);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await json(answer)).toMatchObject({ detail: "the database is away; weighing goes on" });
  });
});

describe("what is not foreseen", () => {
  const lines: Record<string, unknown>[] = [];
  const logger = Object.assign(Object.create(silentLogger), {
    error: (line: Record<string, unknown>) => lines.push(line),
  });
  const broken = new Elysia()
    .onError(({ error, path, request: { method } }) =>
      problemResponse(problemOf(error, { method, path, logger }), path),
    )
    .get("/throws", () => {
      throw new Error("password=hunter2");
    })
    .get("/lies", () => JSON.parse('{"id":"hunter2"}'), { response: z.object({ id: z.int() }) });

  test.each(["/throws", "/lies"])("%s is a 500 that tells nothing but where to look", async (path) => {
    lines.length = 0;
    const answer = await broken.handle(new Request(`http://localhost${path}`));
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toContain("hunter2");
    const { id } = z.object({ id: z.uuid() }).parse(JSON.parse(text));
    expect(lines).toMatchObject([{ id, method: "GET", path }]);
  });

  test("a statement that takes too long is the question's fault, not the appliance's", () => {
    const slow = Object.assign(new Error("canceling statement"), { code: "57014" });
    expect(problemOf(slow, { method: "GET", path: "/", logger })).toMatchObject({
      status: 503,
      code: "too_slow",
    });
    expect(problemOf(new DatabaseAway("x"), { method: "GET", path: "/", logger }).code).toBe("database_away");
  });
});

test("every answer has the security headers, and no server's name", async () => {
  for (const path of ["/health/live", "/api/nothing", "/openapi", "/api/scales"]) {
    const { headers } = await app.request("GET", path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("content-security-policy")).not.toContain("http");
    expect(headers.has("access-control-allow-origin")).toBe(false);
    expect(headers.has("server")).toBe(false);
    expect(headers.has("x-powered-by")).toBe(false);
  }
});
