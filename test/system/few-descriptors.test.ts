import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, type ScaleLine } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const folder = tempFolder();
let appliance: Appliance;

beforeAll(async () => {
  const { url } = await testDatabase({ migrated: false });
  appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: url,
    openFilesMax: 256,
    env: { PREPUFF_SCALE_MAX_PER_ADDRESS: "1024" },
  });
  await appliance.ready();
}, 60_000);
afterAll(async () => {
  await appliance.stop();
  folder[Symbol.dispose]();
});

test("with 256 files 300 scales take none from the database: those beyond are refused, and the others weigh", async () => {
  const lines: ScaleLine[] = [];
  for (let scale = 1; scale <= 300; scale++) {
    const line = await connectScale(appliance.scalePort);
    await line.send(`${scale},20.00 lb\r\n`);
    lines.push(line);
  }
  await until("those beyond are turned away", () => lines.filter(({ isOpen }) => isOpen).length <= 140);
  const open = lines.filter(({ isOpen }) => isOpen);
  for (const line of open) await line.send("1,21.00 lb\r\n");
  await until("every bag of the others is recorded", async () => {
    const answer = await appliance.api("/api/ledger");
    const { bags } = (await answer.json()) as { bags: number };
    return bags >= 2 * open.length;
  });
  const metrics = await (await appliance.api("/metrics")).text();
  expect(metrics).toContain("prepuff_database_up 1");
  expect(metrics).toContain("prepuff_connections_max 140");
  expect(Number(/^process_open_fds (\d+)/m.exec(metrics)?.[1])).toBeLessThan(256 - 50);
  expect(metrics).toMatch(/prepuff_connections_refused_total\{reason="too_few_descriptors"\} \d+/);
  expect(appliance.log().filter(({ level }) => level === "error")).toEqual([]);
  expect(appliance.log().some(({ msg }) => msg.startsWith("the process may open too few files"))).toBe(true);
  const findings = (await (await appliance.api("/api/findings")).json()) as {
    items: { check: string; ok: boolean; what: string }[];
  };
  expect(findings.items.find(({ check }) => check === "open files")).toMatchObject({
    ok: false,
    what: "140 connections of scales instead of the 1024 that are configured",
  });
  for (const line of lines) line[Symbol.dispose]();
}, 120_000);
