import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { createTokensInForce } from "../../src/access/tokens-in-force.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { auditTrail } from "../support/bags.ts";
import { json, testApp, tokens } from "../support/http.ts";
import { isInTime } from "../support/in-time.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

const made = z.object({ id: z.int(), name: z.string(), token: z.string() });

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

async function make(name: string, role = "operator") {
  const answer = await app.request("POST", "/api/tokens", { body: { name, role } });
  expect(answer.status).toBe(201);
  return json(answer, made);
}

const scales = (token: string) =>
  app.request("GET", "/api/scales", { token }).then(({ status, body }) => body?.cancel().then(() => status));

test("a made token passes at once, can be recognised, and is kept only as its digest", async () => {
  const { token, id } = await make("line 2 tablet");
  expect(token).toMatch(/^pp_[\w-]{43}$/);
  expect(await scales(token)).toBe(200);
  const [row] = await app.sql`select row_to_json(t)::text as text from access_token t where id = ${id}`;
  expect(String(row?.text)).not.toContain(token.slice(3));
  expect(JSON.stringify(await json(await app.request("GET", "/api/tokens")))).not.toContain(token);
});

test("the trail has the token's name, and that it was made and revoked", async () => {
  const { token, id } = await make("night shift");
  const job = { company: "Shelter", station: "S 9", target_weight: "50", quantity: 2 };
  expect((await app.request("POST", "/api/jobs", { token, body: job })).status).toBe(201);
  expect((await app.request("DELETE", `/api/tokens/${id}`)).status).toBe(204);
  expect((await auditTrail(app.sql)).slice(-3)).toMatchObject([
    {
      actor: "admin",
      action: "token.create",
      before: null,
      after: { name: "night shift", role: "operator" },
    },
    { actor: "night shift (operator)", action: "job.start", after: { started_by: "night shift (operator)" } },
    { actor: "admin", action: "token.revoke", subject: `token:${id}`, after: null },
  ]);
});

test("a revoked token is wrong at once, stays in the list, and its name is free again", async () => {
  const { token, id } = await make("tablet");
  expect(await scales(token)).toBe(200);
  expect((await app.request("DELETE", `/api/tokens/${id}`)).status).toBe(204);
  expect(await scales(token)).toBe(401);
  expect((await app.request("DELETE", `/api/tokens/${id}`)).status).toBe(404);
  const inForce = JSON.stringify(await json(await app.request("GET", "/api/tokens?revoked=false")));
  expect(inForce).not.toContain('"name":"tablet"');
  expect(await json(await app.request("GET", "/api/tokens?limit=1"))).toMatchObject({
    items: [{ id, revoked_at: expect.any(String) }],
  });
  await make("tablet");
});

test("a name in force is not given twice, also when it is asked for at once", async () => {
  const body = { name: "twice", role: "viewer" };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => app.request("POST", "/api/tokens", { body })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
});

test.each([
  [{ name: "12", role: "viewer" }],
  [{ name: " ", role: "viewer" }],
  [{ name: "a\nb", role: "viewer" }],
  [{ name: "evil‮", role: "viewer" }],
  [{ name: "x", role: "root" }],
  [{ name: "x" }],
  [{ name: "x", role: "viewer", token: "mine" }],
])("%j is refused", async (body) => {
  expect((await app.request("POST", "/api/tokens", { body })).status).toBe(422);
});

test("over 1000 tokens in force are not made", async () => {
  await app.sql`
    insert into access_token (name, role, digest, created_at, created_by)
    select 'bulk ' || n, 'viewer', sha256(n::text::bytea), now(), 'test' from generate_series(1, 1000) n`;
  const answer = await app.request("POST", "/api/tokens", { body: { name: "one more", role: "viewer" } });
  expect(answer.status).toBe(409);
  expect(await json(answer)).toMatchObject({ type: "urn:prepuff:problem:too_many_tokens" });
  await app.sql`delete from access_token where name like 'bulk %'`;
});

test("while Postgres is away the tokens last known pass, and none can be made or revoked", async () => {
  const { token, id } = await make("through the outage", "viewer");
  app.setAway(true);
  await app.parts.namedTokens.refresh();
  expect(await scales(token)).toBe(200);
  expect((await app.request("DELETE", `/api/tokens/${id}`)).status).toBe(503);
  expect((await app.request("POST", "/api/tokens", { body: { name: "x", role: "viewer" } })).status).toBe(
    503,
  );
  app.setAway(false);
});

test("started without Postgres, a named token is told to wait, not that it is wrong; a configured one passes", async () => {
  const fresh = createTokensInForce({
    database: app.parts.database,
    clock: systemClock,
    logger: silentLogger,
  });
  const other = await testApp({ namedTokens: fresh });
  const waiting = await other.request("GET", "/api/scales", { token: `pp_${"A".repeat(43)}` });
  expect(waiting.status).toBe(503);
  expect(waiting.headers.get("retry-after")).toBe("5");
  expect((await other.request("GET", "/api/scales", { token: tokens.viewer })).status).toBe(200);
  await fresh.refresh();
  expect((await other.request("GET", "/api/scales", { token: `pp_${"A".repeat(43)}` })).status).toBe(401);
  await other.stop();
});

test("another process takes a new token, refuses a revoked one, and ends its streams within seconds", async () => {
  const { database, clock } = app.parts;
  const there = createTokensInForce({ database, clock, logger: silentLogger });
  const other = await testApp({ namedTokens: there });
  there.start();
  const { token, id } = await make("tablet of the other", "viewer");
  const status = async () => {
    const answer = await other.request("GET", "/api/scales", { token });
    await answer.body?.cancel();
    return answer.status;
  };
  await until("the other takes it", async () => (await status()) === 200, 15_000);
  const stream = await other.request("GET", "/api/events", { token });
  const reader = stream.body?.getReader();
  const revoked = await app.request("DELETE", `/api/tokens/${id}`);
  expect(revoked.status).toBe(204);
  // 401, or 429 where it was asked too often.
  await until("the other refuses it", async () => (await status()) !== 200, 15_000);
  const ended = (async () => {
    while (!(await reader?.read())?.done);
  })();
  expect(await isInTime(ended, 15_000)).toBe(true);
  await there.stop();
  await other.stop();
}, 60_000);

test("the last use is written at the first use, and then at most once a minute", async () => {
  let now = Date.parse("2026-01-02T03:04:05Z");
  const ticks: (() => void)[] = [];
  const clock = {
    now: () => now,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        ticks.push(resolve);
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  const known = createTokensInForce({ database: app.parts.database, clock, logger: silentLogger });
  const other = await testApp({ namedTokens: known });
  const { token, id } = await make("used", "viewer");
  known.start();
  const lastUse = async () => {
    const [row] = await app.sql<{ at: Date | null }[]>`
      select last_used_at as at from access_token where id = ${id}`;
    return row?.at?.toISOString() ?? null;
  };
  const tick = async () => {
    await until("it waits", () => ticks.length === 1);
    for (const go of ticks.splice(0)) go();
    await until("it waits again", () => ticks.length === 1);
  };
  const use = () =>
    other
      .request("GET", "/health/live", { token })
      .then(() => other.request("GET", "/api/scales", { token }));
  await tick();
  expect(await lastUse()).toBeNull();
  await use();
  await tick();
  expect(await lastUse()).toBe("2026-01-02T03:04:05.000Z");
  now += 30_000;
  await use();
  await tick();
  expect(await lastUse()).toBe("2026-01-02T03:04:05.000Z");
  now += 31_000;
  await use();
  await tick();
  expect(await lastUse()).toBe("2026-01-02T03:05:06.000Z");
  now += 5_000;
  await use();
  await known.stop();
  expect(await lastUse()).toBe("2026-01-02T03:05:11.000Z");
  await other.stop();
});
