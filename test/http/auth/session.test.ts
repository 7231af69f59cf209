import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createToken, revokeToken } from "../../../src/access/named-tokens.ts";
import { ensureSessionKey } from "../../../src/access/session-key.ts";
import type { Role } from "../../../src/config/config.ts";
import { newJob } from "../../support/bags.ts";
import { readEvents } from "../../support/event-stream.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { cookieOf, sessionOf } from "../../support/session.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

const dayMs = 86_400_000;
const by = { actor: "test", plant: 1, at: Date.now() };

let now = Date.now();
let configured: Partial<Record<Role, string>> = tokens;
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  const clock = { now: () => now, sleep: (ms: number) => Bun.sleep(Math.min(ms, 1_000)) };
  app = await testApp({ clock, tokens: () => configured });
  await app.parts.namedTokens.refresh();
});
afterAll(() => app.stop());

async function namedToken(role: Role, name: string) {
  const created = await createToken(app.sql, { role, name }, by);
  if (!created.ok) throw new Error(created.reason);
  await app.parts.namedTokens.refresh();
  return { token: created.secret, id: created.token.id };
}

const ask = (cookie: string, headers = {}) =>
  app.request("GET", "/api/session", { token: null, headers: { cookie, ...headers } });
const read = (cookie: string) =>
  app.request("GET", "/api/scales", { token: null, headers: { cookie } }).then(({ status }) => status);

describe("signing in", () => {
  test("a stranger learns that there is an appliance, and no more", async () => {
    const answer = await app.request("GET", "/api/session", { token: null });
    expect(Object.keys(Object(await json(answer)))).toEqual([
      "role",
      "actor",
      "board_public",
      "version",
      "now",
    ]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test("gives a cookie that no script can read and no other site can use, and what a page has to know", async () => {
    const answer = await app.request("POST", "/api/session", {
      token: null,
      body: { token: tokens.operator },
    });
    expect(await json(answer)).toMatchObject({
      role: "operator",
      actor: "operator",
      board_public: false,
      stations: ["Station 1"],
      default_station: "Station 1",
      tolerance_percent: "10",
      repeat_window_ms: 2000,
      silent_after_s: 300,
      forwarding: false,
    });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^prepuff_session=[\w.-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(tokens.operator);
  });

  test.each([
    [{ "x-forwarded-proto": "https" }, true],
    [{ "x-forwarded-proto": "http" }, false],
  ])("behind %p the cookie is Secure: %p", async (headers, isSecure) => {
    const body = { token: tokens.viewer };
    const answer = await app.request("POST", "/api/session", { token: null, body, headers });
    expect(answer.headers.getSetCookie()[0]?.includes("Secure")).toBe(isSecure);
  });

  test("is for people: ingest and metrics are 403, a wrong token is 401", async () => {
    for (const [token, status] of [
      [tokens.ingest, 403],
      [tokens.metrics, 403],
      ["wrong", 401],
    ] as const) {
      const answer = await app.request("POST", "/api/session", { token: null, body: { token } });
      expect(answer.status).toBe(status);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  test("is refused to pages of other sites", async () => {
    for (const headers of [{ origin: "http://evil.example" }, { "sec-fetch-site": "same-site" }]) {
      const body = { token: tokens.viewer };
      const answer = await app.request("POST", "/api/session", { token: null, body, headers });
      expect(answer.status).toBe(403);
    }
  });

  test("is limited to 10 wrong tokens a minute, and the right one still passes", async () => {
    const { request, stop } = await testApp();
    const signIn = (token: string) => request("POST", "/api/session", { token: null, body: { token } });
    for (let i = 0; i < 10; i++) expect((await signIn("wrong")).status).toBe(401);
    const limited = await signIn("wrong");
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(tokens.viewer)).status).toBe(200);
    // Wrong tokens in headers and at the sign-in are counted together.
    expect((await request("GET", "/api/scales", { token: "wrong" })).status).toBe(429);
    await stop();
  });
});

describe("a session", () => {
  test("does what its role may, under the token's name in the audit trail", async () => {
    const { token } = await namedToken("operator", "tablet of line 2");
    const cookie = await sessionOf(app, token);
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    const job = newJob({ station: "S 2" });
    const answer = await app.request("POST", "/api/jobs", { token: null, headers, body: job });
    expect(answer.status).toBe(201);
    const { id } = z.object({ id: z.int() }).parse(await answer.json());
    const [event] = await app.sql`select actor from audit_event where subject = ${`job:${id}`}`;
    expect(event?.actor).toBe("tablet of line 2 (operator)");
    const forbidden = await app.request("PATCH", "/api/scales/1", {
      token: null,
      headers,
      body: { name: "x" },
    });
    expect(forbidden.status).toBe(403);
  });

  test.each([
    [{ origin: "http://localhost", host: "localhost" }, 201],
    [{ origin: "https://board.plant.example", host: "board.plant.example" }, 201],
    [{ origin: "https://board.plant.example:8443", host: "board.plant.example" }, 403],
    [{ origin: "null", host: "localhost" }, 403],
    [{ origin: "http://localhost", host: "localhost", "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://b:8443", host: "b", "sec-fetch-site": "same-origin" }, 201],
    [{ host: "localhost" }, 403],
  ])("changes something only from the appliance's own pages: %p gives %p", async (from, status) => {
    const cookie = await sessionOf(app, tokens.operator);
    const station = `S ${Bun.randomUUIDv7()}`;
    const answer = await app.request("POST", "/api/jobs", {
      token: null,
      headers: { cookie, ...from },
      body: newJob({ station }),
    });
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(await json(answer)).toMatchObject({ type: "urn:prepuff:problem:cross_origin" });
  });

  test("ends with its token: revoked, or changed in the configuration", async () => {
    const { token, id } = await namedToken("viewer", "wall");
    const cookie = await sessionOf(app, token);
    expect(await read(cookie)).toBe(200);
    await revokeToken(app.sql, id, by);
    await app.parts.namedTokens.refresh();
    expect(await read(cookie)).toBe(401);

    const other = await sessionOf(app, tokens.viewer);
    configured = { ...tokens, viewer: "the-new-viewer-token" };
    expect(await read(other)).toBe(401);
    expect(await json(await ask(other))).toMatchObject({ role: null, actor: null });
    configured = tokens;
    expect(await read(other)).toBe(200);
  });

  test("is given anew in use, and ends after 30 days without", async () => {
    const cookie = await sessionOf(app, tokens.viewer);
    const began = now;
    now = began + dayMs / 2;
    expect((await ask(cookie)).headers.getSetCookie()).toEqual([]);
    now = began + 29 * dayMs;
    const renewed = cookieOf(await ask(cookie));
    expect(renewed).not.toBe(cookie);
    const stream = await app.request("GET", "/api/events", { token: null, headers: { cookie } });
    expect(cookieOf(stream)).toBe(renewed);
    await stream.body?.cancel();
    now = began + 31 * dayMs;
    expect(await read(cookie)).toBe(401);
    expect(await read(renewed)).toBe(200);
    now = began;
  });

  test("open event streams end when its token is revoked, and when it is time for a new cookie", async () => {
    const began = now;
    const { token, id } = await namedToken("viewer", "wall");
    const open = async (cookie: string) =>
      readEvents(await app.request("GET", "/api/events", { token: null, headers: { cookie } }));
    const revoked = await open(await sessionOf(app, token));
    await revokeToken(app.sql, id, by);
    await app.parts.namedTokens.refresh();
    await until("the stream of the revoked token ended", () => revoked.ended === "done");
    const due = await open(await sessionOf(app, tokens.viewer));
    now = began + 2 * dayMs;
    await until("the stream of the old cookie ended", () => due.ended === "done");
    now = began;
  });

  test("is refused where anything of it was changed, or another appliance signed it", async () => {
    const cookie = await sessionOf(app, tokens.viewer);
    const other = await testApp({ sessionKey: Buffer.alloc(32, "another key") });
    const [reference = "", at = "", signature = ""] = cookie.split(".");
    const forged = [
      `${reference.replace("viewer", "admin")}.${at}.${signature}`,
      `${reference}.${now.toString(36)}0.${signature}`,
      `${reference}.${at}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`,
      `${reference}.${at}`,
      "prepuff_session=",
      "prepuff_session=%00; a=b; ;;=",
      `prepuff_session=${"x".repeat(4000)}`,
      await sessionOf(other, tokens.viewer),
    ];
    for (const each of forged) expect([each, await read(each)]).toEqual([each, 401]);
    await other.stop();
  });

  test("a bearer token beside it decides; Basic, which a proxy may add, does not", async () => {
    const cookie = await sessionOf(app, tokens.operator);
    const wrong = await app.request("GET", "/api/scales", { token: "wrong", headers: { cookie } });
    expect(wrong.status).toBe(401);
    const basic = await app.request("GET", "/api/scales", {
      token: null,
      headers: { cookie, authorization: "Basic YTpi" },
    });
    expect(basic.status).toBe(200);
  });

  test("is ended by signing out, which no other site can do", async () => {
    const cookie = await sessionOf(app, tokens.viewer);
    const foreign = { cookie, origin: "http://evil.example" };
    expect((await app.request("DELETE", "/api/session", { token: null, headers: foreign })).status).toBe(403);
    const answer = await app.request("DELETE", "/api/session", { token: null, headers: { cookie } });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^prepuff_session=; Path=\/; Max-Age=0;/);
  });

  test("lives through a restart while the database is away: it may read until its token is looked up", async () => {
    const { token, id } = await namedToken("operator", "tablet of line 3");
    const cookie = await sessionOf(app, token);
    const restarted = await testApp();
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    const status = async (method: string, path: string) => {
      const answer = await restarted.request(method, path, { token: null, headers });
      await answer.body?.cancel();
      return answer.status;
    };
    const session = () => restarted.request("GET", "/api/session", { token: null, headers });
    expect(await json(await session())).toMatchObject({ role: "viewer", actor: null });
    expect(await status("GET", "/api/scales")).toBe(200);
    expect(await status("POST", "/api/jobs/1/complete")).toBe(503);
    // Its own database has no such token.
    await restarted.parts.namedTokens.refresh();
    expect(await status("GET", "/api/scales")).toBe(401);
    expect(id).toBeGreaterThan(0);
    await restarted.stop();
  });
});

describe("where the board is public", () => {
  test("anyone is a viewer, and who signs in is more", async () => {
    const config = testConfig();
    const open = await testApp({ config: { ...config, http: { ...config.http, boardPublic: true } } });
    const anonymous = await open.request("GET", "/api/session", { token: null });
    expect(await json(anonymous)).toMatchObject({ role: "viewer", actor: null, board_public: true });
    const cookie = await sessionOf(open, tokens.operator);
    const signedIn = await open.request("GET", "/api/session", { token: null, headers: { cookie } });
    expect(await json(signedIn)).toMatchObject({ role: "operator", actor: "operator" });
    // A session that has ended is no reason to show less than to a stranger.
    const ended = await open.request("GET", "/api/scales", {
      token: null,
      headers: { cookie: "prepuff_session=gone" },
    });
    expect(ended.status).toBe(200);
    await open.stop();
  });
});

describe("the key of the sessions", () => {
  test("is made once, for this user's eyes alone; a damaged one is replaced", () => {
    const folder = mkdtempSync(join(tmpdir(), "prepuff-test-"));
    const key = ensureSessionKey(folder, silentLogger);
    expect(key).toHaveLength(32);
    expect(ensureSessionKey(folder, silentLogger)).toEqual(key);
    expect(statSync(join(folder, "session-key")).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, "session-key"), "half a k");
    const next = ensureSessionKey(folder, silentLogger);
    expect(next).toHaveLength(32);
    expect(ensureSessionKey(folder, silentLogger)).toEqual(next);
    rmSync(folder, { recursive: true });
  });

  test("lasts for this run where it cannot be kept", () => {
    expect(ensureSessionKey("/proc/nowhere", silentLogger)).toHaveLength(32);
  });
});
