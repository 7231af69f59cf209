import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { YAML } from "bun";
import { z } from "zod";
import { findTool } from "../support/tool.ts";
import { type AlertRule, prometheusFolder, readRules, yamlFiles } from "./rule-files.ts";

const promtool = findTool("promtool");

const checks = z.array(z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }));
const testFile = z.looseObject({
  tests: z.array(z.looseObject({ name: z.string(), alert_rule_test: checks.default([]) })),
});

let alerts: AlertRule[];
let cases: z.output<typeof checks>;
beforeAll(async () => {
  ({ alerts } = await readRules());
  const files = await Promise.all(yamlFiles("tests").map((path) => Bun.file(path).text()));
  cases = files.flatMap((text) =>
    testFile.parse(YAML.parse(text)).tests.flatMap((each) => each.alert_rule_test),
  );
});

describe("the alert rules", () => {
  test("have each its own name", () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(alerts.length).toBeGreaterThanOrEqual(19);
  });

  test("are each tested: one moment at which it fires, and one at which it is silent", () => {
    for (const { alert } of alerts) {
      const own = cases.filter(({ alertname }) => alertname === alert);
      expect(
        own.some(({ exp_alerts }) => exp_alerts.length > 0),
        `${alert} fires`,
      ).toBe(true);
      expect(
        own.some(({ exp_alerts }) => exp_alerts.length === 0),
        `${alert} is silent`,
      ).toBe(true);
    }
  });

  test("are the only ones that are tested", () => {
    const names = alerts.map(({ alert }) => alert);
    for (const { alertname } of cases) expect(names).toContain(alertname);
  });

  test("stand in docs/metrics.md with their severity, and are counted there", async () => {
    const read = (path: string) => Bun.file(join(prometheusFolder, "../..", path)).text();
    const [, table = ""] = (await read("docs/metrics.md")).split("\n| alert |");
    const rows = table.split("\n\n")[0]?.split("\n").slice(2) ?? [];
    const documented = rows.map((row) => row.split("|").slice(1, 3).join("").replace(/\W+/g, " ").trim());
    expect(documented.sort()).toEqual(
      alerts.map(({ alert, labels }) => `${alert} ${labels.severity}`).sort(),
    );
    expect(await read("docs/metrics.md")).toContain(`${alerts.length} alerts for Prometheus`);
  });

  test("speak of scales, bags and stations in a line, without the words of the machine room", () => {
    for (const { alert, annotations } of alerts) {
      const text = annotations.summary.replace(/\{\{.*?\}\}/g, "");
      expect(text.length, alert).toBeLessThan(100);
      expect(text, alert).not.toMatch(/prepuff_|instance|job=|postgres|upstream|scrape|target down/i);
    }
  });
});

describe.skipIf(promtool === null)("promtool", () => {
  function run(...args: string[]) {
    const { exitCode, stdout, stderr } = Bun.spawnSync([promtool ?? "", ...args]);
    return { exitCode, output: `${stdout}${stderr}` };
  }

  test("has no complaint about the configuration and the rules", () => {
    const config = run(
      "check",
      "config",
      "--lint=all",
      "--lint-fatal",
      join(prometheusFolder, "prometheus.yml"),
    );
    expect(config.output).not.toMatch(/FAILED|lint/i);
    expect(config.exitCode).toBe(0);
    const rules = run("check", "rules", "--lint=all", "--lint-fatal", ...yamlFiles("rules"));
    expect(rules.output).not.toContain("FAILED");
    expect(rules.exitCode).toBe(0);
  });

  test("sees every alert fire when it must, and be silent when it must not", () => {
    const { exitCode, output } = run("test", "rules", ...yamlFiles("tests"));
    expect(output).not.toContain("FAILED");
    expect(exitCode).toBe(0);
    // It only computes: beside much other work that takes minutes.
  }, 300_000);
});
