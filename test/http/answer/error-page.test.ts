import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { testApp } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

/** What Chromium sends when a person opens an address. */
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

function open(path: string, headers: Record<string, string> = {}, token: string | null = null) {
  return app.request("GET", path, { token, headers: { accept: browser, ...headers } });
}

describe("a person who opens an address at which nothing is", () => {
  test.each([
    ["/joobs", "/"],
    ["/jobs/7/bags", "/jobs"],
    ["/bags/17", "/bags"],
    ["/Scales", "/scales"],
    ["/api/nothing", "/"],
  ])("gets a page that says so and leads on: %s", async (path, way) => {
    const answer = await open(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const page = await answer.text();
    expect(page).toContain("<h1>There is nothing at this address</h1>");
    expect(page).toContain(path);
    expect(/href="(\/[^"]*)"/.exec(page)?.[1]).toBe(way);
    expect(page).toContain('href="/"');
  });

  test("reads it in the language of the browser", async () => {
    const page = await (await open("/joobs", { "accept-language": "es-MX,es;q=0.9,en;q=0.8" })).text();
    expect(page).toContain('<html lang="es">');
    expect(page).toContain("En esta dirección no hay nada");
    const german = await (await open("/joobs", { "accept-language": "de-DE,de;q=0.9" })).text();
    expect(german).toContain("There is nothing at this address");
  });

  test("is told of a job or bag that is not there, in the API too", async () => {
    const page = await (await open("/api/jobs/99", {}, app.tokens.viewer)).text();
    expect(page).toContain("404: there is no job 99");
    expect(page).toContain('href="/jobs"');
  });

  test("cannot be shown somebody else's markup", async () => {
    const page = await (await open("/%3Cscript%3Ealert(1)%3C/script%3E")).text();
    expect(page).not.toContain("<script");
    const { headers } = await open("/joobs");
    expect(headers.get("content-security-policy")).toMatch(/script-src 'self'; style-src 'sha256-[^']+';/);
    expect(headers.get("x-frame-options")).toBe("DENY");
  });
});

test("what needs a sign-in says so, and leads there", async () => {
  const answer = await open("/api/bags");
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toStartWith("Bearer");
  const page = await answer.text();
  expect(page).toContain("<h1>Sign in first</h1>");
  expect(page).toContain('href="/sign-in"');
});

test("the database's absence is a page for a person, too", async () => {
  app.setAway(true);
  const answer = await open("/api/bags", {}, app.tokens.viewer);
  app.setAway(false);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(await answer.text()).toContain("Weighing goes on.");
});

test.each([undefined, "*/*", "application/json", "application/json, text/html;q=0.5", "text/csv"])(
  "a program that accepts %p gets a problem",
  async (accept) => {
    const answer = await app.request("GET", "/joobs", {
      token: null,
      headers: accept === undefined ? {} : { accept },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  },
);

test("a form or script that changes something gets a problem, whatever it accepts", async () => {
  const answer = await app.request("POST", "/api/jobs", { body: {}, headers: { accept: browser } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
});

test.each([
  ["/jobs/", "/jobs"],
  ["/jobs/7/", "/jobs/7"],
  ["/bags/?station=Station+1", "/bags?station=Station+1"],
  ["/attention///", "/attention"],
  ["/runbooks/", "/runbooks"],
  ["/openapi/", "/openapi"],
])("a slash too many leads to the page: %s", async (path, page) => {
  const answer = await open(path);
  expect(answer.status).toBe(308);
  expect(answer.headers.get("location")).toBe(page);
});

test("a slash too many never leads to another host", async () => {
  for (const path of ["//evil.example/", "//evil.example/jobs/", "/\\evil.example/"]) {
    const answer = await open(path);
    expect([path, answer.status]).toEqual([path, 404]);
  }
});
