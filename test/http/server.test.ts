import { afterAll, beforeAll, expect, test } from "bun:test";
import { type AnyElysia, Elysia } from "elysia";
import pino from "pino";
import { Gauge } from "prom-client";
import { createHttpServer } from "../../src/http/server.ts";
import type { Clock } from "../../src/runtime/clock.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { testApp } from "../support/http.ts";
import { until } from "../support/until.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

/** A server of the tests' parts, what it logs, and how often it waited for another attempt. */
function server(loadPages: () => Promise<AnyElysia> = async () => new Elysia()) {
  const lines: { msg: string; error?: string; hint?: string }[] = [];
  const logger = pino({ level: "info" }, { write: (line) => lines.push(JSON.parse(line)) });
  let waits = 0;
  const clock: Clock = {
    now: Date.now,
    sleep: async () => {
      waits++;
      await Bun.sleep(1);
    },
  };
  const parts = { ...app.parts, metrics: createMetrics(), clock, logger };
  return {
    http: createHttpServer(parts, loadPages),
    metrics: parts.metrics,
    lines,
    waited: (times: number) => until("it was tried again", () => waits >= times),
  };
}

test("an app that cannot be built is said once, tried again, and built whole when it can be", async () => {
  const { http, metrics, lines, waited } = server();
  const { registry } = metrics;
  // Of the metrics that the app registers, by then the first is registered already.
  new Gauge({ name: "prepuff_csv_downloads", help: "in the way", registers: [registry] });
  const before = registry.getMetricsAsArray().length;
  http.start();
  await waited(3);
  expect(registry.getMetricsAsArray().length).toBe(before);
  expect(lines).toMatchObject([
    {
      msg: "HTTP port not opened, trying again; weighing goes on",
      error: expect.stringContaining("prepuff_csv_downloads"),
      hint: expect.stringContaining("support-bundle"),
    },
  ]);

  registry.removeSingleMetric("prepuff_csv_downloads");
  const port = await http.port;
  expect(lines.map(({ msg }) => msg)).toEqual([lines[0]?.msg ?? "", "HTTP port open"]);
  const scrape = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${app.tokens.metrics}` },
  });
  const text = await scrape.text();
  for (const name of ["prepuff_questions_waiting", "prepuff_csv_downloads"]) {
    expect(text).toContain(`\n${name} 0\n`);
  }
  await http.stop();
});

test("pages that cannot be loaded are tried again", async () => {
  let loads = 0;
  const { http, lines } = server(async () => {
    if (++loads < 3) throw new Error("no pages");
    return new Elysia().get("/page", "here");
  });
  http.start();
  const port = await http.port;
  expect(await (await fetch(`http://127.0.0.1:${port}/page`)).text()).toBe("here");
  expect(lines.filter(({ error }) => error === "no pages")).toHaveLength(1);
  await http.stop();
});

test("who starts it twice has one port; who stops it twice waits for one stop", async () => {
  const { http, lines } = server();
  http.start();
  http.start();
  const port = await http.port;
  await Promise.all([http.stop(), http.stop()]);
  await http.stop();
  expect(lines.map(({ msg }) => msg)).toEqual(["HTTP port open"]);
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
});

test("stopped before it could open, it opens no more", async () => {
  const { http, lines } = server();
  http.start();
  await http.stop();
  expect(lines).toEqual([]);
  const never = server();
  await never.http.stop();
  expect(never.lines).toEqual([]);
});
