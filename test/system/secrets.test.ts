import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { roleTokens, startAppliance } from "../support/appliance.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const upstreamToken = "upstream-token/with+odd=characters-of-the-system-tests";
const metricsToken = "metrics-token-of-the-system-tests";
const querySecret = "query secret/with+odd=characters";
const shortSecret = "k3y+Q9";
const guess = "a-guessed-token-of-a-stranger";

test("no log line, error answer or database column has a secret in it, whatever fails", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using stack = new AsyncDisposableStack();
  // An upstream that echoes what it was sent, as debug pages do.
  const upstream = startFakeUpstream(({ headers, number }) => {
    const echo = `refused: ${headers.get("authorization")} at ${spellings(querySecret).join(" ")} ?key=${shortSecret}`;
    if (number === 1) return Response.json({ success: false, error: echo }, { status: 422 });
    if (number === 2) return new Response(echo, { status: 500 });
    return new Response(echo, {
      status: 401,
      headers: {
        location: `/login?token=${upstreamToken}&next=${encodeURIComponent(`/scan?s=${encodeURIComponent(querySecret)}`)}`,
      },
    });
  });
  stack.defer(() => upstream.stop());
  const logDir = join(folder.path, "logs");
  const secrets = {
    ...roleTokens,
    metrics: metricsToken,
    upstream: upstreamToken,
    guess,
    query: querySecret,
    short: shortSecret,
    database: decodeURIComponent(new URL(postgres.url).password),
  };
  const answers: string[] = [];
  let output = "";
  {
    await using appliance = await startAppliance({
      dataDir: join(folder.path, "data"),
      databaseUrl: postgres.url,
      env: {
        PREPUFF_METRICS_TOKEN: metricsToken,
        PREPUFF_UPSTREAM_URL: `${upstream.url}?s=${encodeURIComponent(querySecret)}&key=${encodeURIComponent(shortSecret)}`,
        PREPUFF_UPSTREAM_TOKEN: upstreamToken,
        PREPUFF_LOG_LEVEL: "trace",
        PREPUFF_LOG_DIR: logDir,
      },
    });
    await appliance.ready();
    const ask = async (path: string, request: Parameters<typeof appliance.api>[1] = {}) => {
      const response = await appliance.api(path, request);
      answers.push(JSON.stringify([...response.headers]), await response.text());
      return response.status;
    };
    expect(await ask("/api/bags", { token: guess })).toBe(401);
    expect(await ask("/api/bags", { token: roleTokens.ingest })).toBe(403);
    expect(await ask(`/api/bags?access_token=${roleTokens.admin}`, { token: null })).toBe(400);
    expect(await ask(`/api/bags?token=${roleTokens.admin}`)).toBe(422);
    expect(await ask(`/nowhere/${guess.length}`)).toBe(404);
    const form = new URLSearchParams({ access_token: roleTokens.ingest, weight: "1" });
    expect(await ask("/api/prepuff/scan_bag", { method: "POST", token: null, body: form })).toBe(401);
    expect(await ask("/api/prepuff/scan_bag", { method: "POST", token: roleTokens.ingest, body: form })).toBe(
      400,
    );
    expect(await ask("/api/jobs", { method: "POST", body: { password: guess } })).toBe(422);
    expect(await ask("/metrics", { token: null })).toBe(401);

    using line = await connectScale(appliance.scalePort);
    await line.send(frames(1, 0, 5));
    await appliance.line("upstream refuses the token: check PREPUFF_UPSTREAM_TOKEN; bags wait");
    await until("the reasons are written", async () => {
      const [row] = await postgres.sql<{ told: number }[]>`
        select count(*) as told from delivery where last_error is not null`;
      return row?.told === 2;
    });
    for (const path of [
      ...["/api/deliveries", "/health/ready", "/api/findings", "/api/bags", "/openapi/json", "/api/scales"],
      ...["/api/audit", "/metrics", "/api/connections"],
    ]) {
      expect(await ask(path)).toBe(200);
    }
    await postgres.stop();
    await appliance.line("database away: weighing goes on");
    expect(await ask("/api/bags")).toBe(503);
    expect(await ask("/health/ready")).toBe(200);
    await postgres.start();
    await until("Postgres is back", async () => (await ask("/api/bags")) === 200);
    expect(await appliance.stop()).toBe(0);
    output = appliance.output();
  }
  {
    const nowhere = new URL(postgres.url);
    nowhere.port = "1";
    const env = { PREPUFF_LOG_LEVEL: "trace" };
    const options = { dataDir: join(folder.path, "other"), databaseUrl: nowhere.href, env };
    await using appliance = await startAppliance(options);
    await appliance.line("database away: weighing goes on");
    output += appliance.output();
  }

  const columns = await postgres.sql<{ text: string }[]>`
    select row_to_json(d)::text as text from delivery d
    union all select row_to_json(b)::text from filler_bag b
    union all select row_to_json(a)::text from audit_event a`;
  const files = readdirSync(logDir).map((name) => readFileSync(join(logDir, name), "utf8"));
  expect(files.join("").length).toBeGreaterThan(1_000);
  const everything = [output, ...files, ...answers, ...columns.map(({ text }) => text)].join("\n");
  expect(everything).toContain("refused: Bearer");
  for (const [name, secret] of Object.entries(secrets)) {
    for (const spelling of spellings(secret)) {
      expect({ name, isTold: everything.includes(spelling) }).toEqual({ name, isTold: false });
    }
  }
}, 60_000);

/** Plain, in a URL, in a URL within a URL, in a form, and as basic authentication writes it. */
function spellings(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  return [secret, percent, encodeURIComponent(percent), form, Buffer.from(secret).toString("base64")];
}
