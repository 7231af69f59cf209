import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import pino from "pino";
import { z } from "zod";
import { redactLine } from "../../src/logging/redact.ts";
import { recordedBag } from "../support/bags.ts";
import { json, testApp, tokens } from "../support/http.ts";

/** What may stand in a name, and must come back as it was: no language of the inside may take it for its own. */
const allowed = [
  "'; drop table filler_bag; --",
  "Robert'); delete from prepuff_job; --",
  '"><script>alert(1)</script>',
  "{{7*7}}%s%n",
  "=cmd|' /C calc'!A0",
  "+1+1",
  "-1+1",
  "@SUM(A1)",
  "＝1+1",
  "../../etc/passwd",
  "Ünïcödé 重量 🧵",
];
/** What no name may hold. */
const refused = [
  "a\u0000b",
  "a\nb",
  "a\r\nset-cookie: x=1",
  "a\u001b[31mb",
  "a\u2028b",
  "\u202etxt.exe",
  "\ud800x",
];

const lines: string[] = [];
const out = new PassThrough();
out.on("data", (data) => lines.push(redactLine(String(data))));
const logger = pino({ level: "trace" }, out);

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ logger });
});
afterAll(() => app.stop());

const jobShape = z.looseObject({
  id: z.int(),
  company: z.string(),
  station: z.string(),
  started_by: z.string(),
});

describe.each(allowed)("%s", (text) => {
  test("is data in every place that takes a name", async () => {
    const job = { company: text, station: text, target_weight: "50", quantity: 9, started_by: text };
    const started = await app.request("POST", "/api/jobs", { body: job });
    expect(started.status).toBe(201);
    expect(await json(started, jobShape)).toMatchObject({ company: text, station: text, started_by: text });
    const form = new URLSearchParams({ weight: "50", unit: "lb", scale: "3", station: text });
    const scanned = await app.request("POST", "/api/prepuff/scan_bag", { token: tokens.ingest, body: form });
    const { bag_id } = await json(scanned, z.looseObject({ bag_id: z.int() }));
    const voided = await app.request("POST", `/api/bags/${bag_id}/void`, { body: { reason: text } });
    expect(await json(voided)).toMatchObject({ station: text, void_reason: text });
    const station = encodeURIComponent(text);
    const found = await app.request("GET", `/api/bags?station=${station}&limit=1`);
    expect(await json(found)).toMatchObject({ items: [{ id: bag_id, station: text }] });
    const listed = await app.request("GET", `/api/jobs?company=${station}`);
    expect(await json(listed)).toMatchObject({ items: [{ company: text }] });
    const noted = await app.request("GET", `/api/audit?subject=bag:${bag_id}`);
    expect(await json(noted)).toMatchObject({ items: [{ detail: { reason: text } }] });
  });

  test("is no formula in the report", async () => {
    await recordedBag(app.sql, { station: text });
    const headers = { accept: "text/csv" };
    const report = await app.request("GET", `/api/bags?station=${encodeURIComponent(text)}`, { headers });
    expect(report.headers.get("content-disposition")).toBe('attachment; filename="bags.csv"');
    const cell = text.replaceAll('"', '""');
    const csv = await report.text();
    expect(csv).toContain(/^[=+\-@＝]/.test(text) ? `'${cell}` : cell);
    expect(csv).not.toMatch(/(^|[,"])[=+@＝]/m);
  });

  test("makes a token, whose name is the actor", async () => {
    const made = await app.request("POST", "/api/tokens", { body: { name: text, role: "operator" } });
    const { token } = await json(made, z.looseObject({ token: z.string() }));
    const { id } = await recordedBag(app.sql, { station: "Station 1" });
    await app.request("POST", `/api/bags/${id}/void`, { token, body: { reason: "torn" } });
    const noted = await app.request("GET", `/api/audit?actor=${encodeURIComponent(`${text} (operator)`)}`);
    expect(await json(noted)).toMatchObject({
      items: [{ subject: `bag:${id}`, actor: `${text} (operator)` }],
    });
  });

  test("in a path or an unknown field is told back as JSON, never as a page", async () => {
    for (const answer of [
      await app.request("GET", `/api/${encodeURIComponent(text)}`),
      await app.request("GET", `/api/jobs?${encodeURIComponent(text)}=1`),
      await app.request("POST", "/api/jobs", { body: { [text]: text } }),
    ]) {
      expect([404, 422]).toContain(answer.status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await json(answer)).toMatchObject({ status: answer.status });
    }
  });
});

test.each(refused.map((text) => [JSON.stringify(text), text]))(
  "%s is no name of anything",
  async (_, text) => {
    const job = { company: "Shelter", station: "S", target_weight: "50", quantity: 9 };
    const { id } = await recordedBag(app.sql, { station: "nowhere" });
    const form = new URLSearchParams({ weight: "50", unit: "lb", scale: "3", station: text });
    for (const answer of [
      await app.request("POST", "/api/jobs", { body: { ...job, company: text } }),
      await app.request("POST", "/api/jobs", { body: { ...job, station: text } }),
      await app.request("POST", "/api/jobs", { body: { ...job, started_by: text } }),
      await app.request("POST", `/api/bags/${id}/void`, { body: { reason: text } }),
      await app.request("POST", "/api/tokens", { body: { name: text, role: "viewer" } }),
      await app.request("PATCH", "/api/scales/3", { body: { name: text } }),
      await app.request("POST", "/api/deliveries/discard", { body: { ids: [1], reason: text } }),
      // A form has no halves of characters: they come as U+FFFD, which is one.
      ...(text.includes("\ud800")
        ? []
        : [await app.request("POST", "/api/prepuff/scan_bag", { body: form })]),
    ]) {
      expect(answer.status).toBe(422);
    }
  },
);

test("no request makes more than its own line in the log, or a header of an answer", async () => {
  for (const text of [...allowed, ...refused]) {
    const path = `/api/${encodeURIComponent(text.toWellFormed())}`;
    const answer = await app.request("GET", path, { headers: { "x-test": "1" } });
    expect(answer.headers.has("set-cookie")).toBe(false);
  }
  // A fault is logged with its path: the line stays one line.
  const broken = await testApp({
    logger,
    database: {
      ...app.parts.database,
      run: () => Promise.reject(new Error("broken\nline\u2028two\u001b[31m")),
    },
  });
  const answer = await broken.request("GET", `/api/bags/7?x=${encodeURIComponent("a\r\nb")}`);
  expect(answer.status).toBe(500);
  await broken.stop();
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(() => JSON.parse(line)).not.toThrow();
  }
});
