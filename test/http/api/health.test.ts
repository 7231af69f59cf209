import { expect, test } from "bun:test";
import { type HealthReport, overallHealth } from "../../../src/health/health-report.ts";
import { json, testApp } from "../../support/http.ts";

const up = { state: "up", detail: null } as const;
const down = { state: "down", detail: "gone" } as const;
const allUp: HealthReport = { scales_port: up, journal: up, database: up, upstream: up };

test.each([
  ["up", allUp],
  ["up", { ...allUp, upstream: null }],
  ["degraded", { ...allUp, database: down }],
  ["degraded", { ...allUp, upstream: { state: "degraded", detail: "probing" } }],
  ["degraded", { ...allUp, journal: { state: "degraded", detail: "nearly full" } }],
  ["down", { ...allUp, journal: down }],
  ["down", { ...allUp, scales_port: down, database: down }],
] as const)("%s", (status, report) => {
  expect(overallHealth(report).status).toBe(status);
});

test("an outage of the database is 200, one that loses bags is 503; both say which part", async () => {
  let report: HealthReport = { ...allUp, database: down };
  const { request, stop } = await testApp({ health: () => report });
  const degraded = await request("GET", "/health/ready", { token: null });
  expect(degraded.status).toBe(200);
  expect(await json(degraded)).toEqual({ status: "degraded", parts: report });

  report = { ...allUp, scales_port: down };
  const lost = await request("GET", "/health/ready", { token: null });
  expect(lost.status).toBe(503);
  expect(await json(lost)).toMatchObject({ status: "down", parts: { scales_port: down } });
  expect((await request("GET", "/health/live", { token: null })).status).toBe(200);
  await stop();
});
