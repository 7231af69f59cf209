import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { connect, type Sql } from "../../src/database/database.ts";
import { webApplication } from "../../src/delivery/destination.ts";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { type FakeIndicator, startIndicator } from "../support/fake-indicator.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/fake-upstream.ts";
import { startJob, untilRecorded } from "../support/outside.ts";
import { type TestDatabase, testDatabase } from "../support/postgres.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { checking } from "../support/scale-checks.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";
import {
  type DashboardFile,
  type Panel,
  type PromTarget,
  readDashboards,
  type SqlTarget,
  shownPanels,
} from "./dashboard-files.ts";
import { expandPromql, expandSql, type View } from "./expand.ts";
import { type AlertRule, type RecordingRule, readRules } from "./rule-files.ts";

const program = findTool("prometheus");
const promtool = findTool("promtool");

const stations = ["Station 1", "Station 2"];
const view: View = {
  stations,
  destinations: [webApplication.name],
  scale: 1,
  seconds: 600,
  scrapeInterval: 1,
};

/** A plant at work: two stations with a job each, four scales, an indicator that it calls, an upstream, and Prometheus that watches. */
describe.skipIf(program === null)("in a plant at work", () => {
  const folder = tempFolder();
  const role = `dashboards_${process.pid}`;
  let database: TestDatabase;
  let upstream: FakeUpstream;
  let indicator: FakeIndicator;
  let appliance: Appliance;
  let simulator: Bun.Subprocess;
  let prometheus: Prometheus;
  let reader: Sql;
  let dashboards: DashboardFile[];
  let alerts: AlertRule[];
  let recordings: RecordingRule[];
  beforeAll(async () => {
    dashboards = await readDashboards();
    ({ alerts, recordings } = await readRules());
    database = await testDatabase();
    upstream = startFakeUpstream();
    const backups = join(folder.path, "backups");
    const lastNight = new Date(Date.now() - 3_600_000).toISOString().replace(/[-:]|\.\d+/g, "");
    await Bun.write(join(backups, `prepuff-${lastNight}.dump`), "a dump");
    indicator = await startIndicator();
    const connection = { kind: "connect", host: "127.0.0.1", port: indicator.port };
    const sources = join(folder.path, "sources.json");
    await Bun.write(
      sources,
      JSON.stringify({ sources: [{ name: "Platform", connection, dialect: "sma", scale: 90 }] }),
    );
    appliance = await startAppliance({
      dataDir: join(folder.path, "data"),
      databaseUrl: database.url,
      env: {
        PREPUFF_STATIONS: "1:Station 1,2:Station 1,3:Station 2,4:Station 2",
        PREPUFF_UPSTREAM_URL: upstream.url,
        PREPUFF_UPSTREAM_TOKEN: "upstream-token-of-the-tests",
        PREPUFF_BACKUP_DIR: backups,
        PREPUFF_SOURCES: sources,
      },
    });
    await appliance.ready();
    await appliance.api("/api/scales/1/checking", { method: "PUT", body: checking });
    await appliance.api("/api/products", { method: "POST", body: { name: "EPS", target_weight: "50" } });
    // The rarest of all: nobody is here to acknowledge what the simulated bags would raise.
    await appliance.api("/api/products/1/quality", { method: "PUT", body: { chart_rules: ["nelson8"] } });
    for (const station of stations) await startJob(appliance, { station, product_id: 1 });
    const { port = 0 } = await appliance.line("HTTP port open");
    prometheus = await startPrometheus({
      program: program ?? "",
      dataDir: join(folder.path, "prometheus"),
      targets: { "prepuff:8080": `127.0.0.1:${port}` },
    });
    simulator = Bun.spawn(
      [
        process.execPath,
        resolve(import.meta.dir, "../../src/main.ts"),
        ...["simulate", "--port", String(appliance.scalePort), "--scales", "4", "--bags", "0"],
        ...["--rate", "240", "--seed", "7", "--faults", "reject=0.06,garbage=0.02", "--quiet"],
      ],
      { env: { PATH: process.env.PATH }, stdout: "ignore", stderr: "ignore" },
    );
    await untilRecorded(appliance, 200, 40_000);
    await until("the scale that is looked at has had a print rejected", async () => {
      const found = await database.sql`select from rejected_frame where scale_id = ${view.scale} limit 1`;
      return found.length > 0;
    });

    // The rights that Grafana's role has in the containers, and no others.
    const { sql, url } = database;
    await sql.unsafe(`create role ${role} login password 'secret'`);
    const grants = await Bun.file(resolve(import.meta.dir, "../../deploy/postgres/grants.sql")).text();
    await sql.unsafe(grants.replaceAll("to grafana", `to ${role}`));
    const { host, pathname } = new URL(url);
    reader = connect(`postgres://${role}:secret@${host}${pathname}`, silentLogger, 2);
    await until(
      "the rules have seen it",
      async () => (await prometheus.query("station:prepuff_bags_out:share30m")).length === 2,
      30_000,
    );
  }, 90_000);
  afterAll(async () => {
    simulator?.kill("SIGKILL");
    await prometheus?.[Symbol.asyncDispose]();
    await appliance?.[Symbol.asyncDispose]();
    await indicator?.[Symbol.asyncDispose]();
    await upstream?.stop();
    await reader?.end({ timeout: 1 });
    await database?.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    folder[Symbol.dispose]();
  });

  async function ask(target: PromTarget | SqlTarget): Promise<unknown[]> {
    if ("rawSql" in target) {
      const rows = await reader.unsafe(expandSql(target.rawSql, view));
      if (target.format === "time_series") expect(rows.columns[0]?.name).toBe("time");
      // Of an aggregate over nothing there is a row, too.
      return rows.filter((row) => Object.values(row).some((value) => value !== null));
    }
    const expr = expandPromql(target.expr, view);
    const found = await (target.instant ? prometheus.query(expr) : prometheus.queryRange(expr, 60));
    return found.filter(({ values }) => values.length > 0);
  }

  test("every question of every panel is answered with data", async () => {
    let questions = 0;
    const silent: string[] = [];
    const check = async (dashboard: DashboardFile, panel: Panel, target: PromTarget | SqlTarget) => {
      questions++;
      const data = await ask(target);
      if (data.length === 0) silent.push(`${dashboard.title}: ${panel.title} (${target.refId})`);
    };
    for (const dashboard of dashboards) {
      for (const panel of shownPanels(dashboard)) {
        for (const target of panel.targets ?? []) await check(dashboard, panel, target);
      }
    }
    expect(silent).toEqual([]);
    expect(questions).toBeGreaterThan(50);
  });

  test("every choice of every variable is answered with the plant's own", async () => {
    const chosen: Record<string, Set<string>> = {};
    for (const { templating } of dashboards) {
      for (const { name, query } of templating.list) {
        const [, selector = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(query.query) ?? [];
        const found = await prometheus.query(expandPromql(selector, view));
        chosen[name] = new Set(
          found.map(({ labels }) => labels[label] ?? "").filter((value) => value !== ""),
        );
      }
    }
    expect(chosen).toEqual({
      station: new Set(stations),
      destination: new Set([webApplication.name]),
      scale: new Set(["1", "2", "3", "4"]),
    });
  });

  test("every rule is evaluated without an error", async () => {
    const rules = await prometheus.rules();
    expect(rules.length).toBe(alerts.length + recordings.length);
    for (const { name, health, lastError } of rules)
      expect(`${name}: ${lastError ?? health}`).toBe(`${name}: ok`);
  });

  test("every recording rule, and every metric that an alert asks for, has data", async () => {
    const named = new Set(recordings.map(({ record }) => record));
    for (const { expr } of [...alerts, ...recordings]) {
      const text = expr.replace(/"[^"]*"/g, "");
      for (const [name] of text.matchAll(/\b(?:[a-z]+:)?(?:prepuff|process)_\w+(?::\w+)?|\bup\b/g))
        named.add(name);
    }
    expect(named.size).toBeGreaterThan(25);
    for (const name of named) expect((await prometheus.query(name)).length, name).toBeGreaterThan(0);
  });

  test("every alert is silent", async () => {
    const rules = await prometheus.rules();
    const states = rules
      .filter(({ type }) => type === "alerting")
      .map(({ name, state }) => `${name} ${state}`);
    expect(states.sort()).toEqual(alerts.map(({ alert }) => `${alert} inactive`).sort());
  });

  test("promtool has no complaint about the appliance's metrics", async () => {
    const metrics = await (await appliance.api("/metrics")).text();
    const { exitCode, stdout, stderr } = Bun.spawnSync([promtool ?? "", "check", "metrics"], {
      stdin: Buffer.from(metrics),
    });
    expect(`${stdout}${stderr}`).toBe("");
    expect(exitCode).toBe(0);
  });
});
