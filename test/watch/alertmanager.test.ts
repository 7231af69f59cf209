import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { z } from "zod";
import { freePort } from "../support/free-port.ts";
import { type MailSink, startMailSink } from "../support/mail-sink.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";
import { startWebhookSink } from "../support/webhook-sink.ts";
import { readRules } from "./rule-files.ts";

const amtool = findTool("amtool");
const alertmanager = findTool("prometheus-alertmanager", "alertmanager");

const folder = resolve(import.meta.dir, "../../deploy/alertmanager");
const scratch = tempFolder();
afterAll(() => scratch[Symbol.dispose]());

/** The configuration with the templates where they are here, and with waits of a second where `fast`. */
async function configuration(options: { readonly fast?: boolean } = {}): Promise<string> {
  const text = (await Bun.file(join(folder, "alertmanager.yml")).text()).replace("/etc/alertmanager", folder);
  const path = join(scratch.path, options.fast ? "fast.yml" : "real.yml");
  await Bun.write(path, options.fast ? text.replace(/(group_(?:wait|interval)): \S+/g, "$1: 1s") : text);
  return path;
}

/** Runs start.sh up to where it would become Alertmanager; `path` is what it has written. */
async function written(env: Record<string, string>) {
  const path = join(scratch.path, `written-${Bun.randomUUIDv7()}.yml`);
  const { exitCode, stderr } = Bun.spawnSync(["sh", join(folder, "start.sh")], {
    env: {
      PATH: process.env.PATH,
      ALERTMANAGER: "true",
      ALERTMANAGER_CONFIG: await configuration(),
      ALERTMANAGER_CONFIG_OUT: path,
      ...env,
    },
  });
  return { path, exitCode, stderr: stderr.toString() };
}

const email = {
  PREPUFF_ALERT_EMAIL_TO: "shift@plant.example,it@plant.example",
  PREPUFF_ALERT_EMAIL_FROM: "prepuff@plant.example",
  PREPUFF_ALERT_SMTP_HOST: "mail.plant.example:587",
};
const secretFile = join(scratch.path, "secret");

describe.skipIf(amtool === null)("the configuration of Alertmanager", () => {
  function run(...args: string[]) {
    const { exitCode, stdout, stderr } = Bun.spawnSync([amtool ?? "", ...args]);
    return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  test("is complete as it stands", async () => {
    const { exitCode, stderr } = run("check-config", await configuration());
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
  });

  test.each([
    ["nothing is set", {}],
    ["a webhook", { PREPUFF_ALERT_WEBHOOK_URL: "https://hooks.example/a?b='c'&d=\"e\"#f: {g}" }],
    ["a webhook in a file", { PREPUFF_ALERT_WEBHOOK_URL_FILE: secretFile }],
    ["mail without a login", email],
    [
      "mail with one",
      { ...email, PREPUFF_ALERT_SMTP_USER: "prepuff", PREPUFF_ALERT_SMTP_PASSWORD: "p: #'\"\\" },
    ],
    ["both", { ...email, PREPUFF_ALERT_WEBHOOK_URL: "http://127.0.0.1:1/", PREPUFF_ALERT_SMTP_TLS: "false" }],
  ])("is one that Alertmanager takes: %s", async (_, env) => {
    await Bun.write(secretFile, "http://127.0.0.1:1/secret\n");
    const { path, exitCode, stderr } = await written(env);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    const check = run("check-config", path);
    expect(check.stderr).toBe("");
    expect(check.exitCode).toBe(0);
  });

  test.each([
    ["mail without a sender", { ...email, PREPUFF_ALERT_EMAIL_FROM: "" }, "PREPUFF_ALERT_EMAIL_FROM"],
    ["mail without a server", { ...email, PREPUFF_ALERT_SMTP_HOST: "" }, "PREPUFF_ALERT_SMTP_HOST"],
    [
      "a file that is not there",
      { PREPUFF_ALERT_WEBHOOK_URL_FILE: "/nonexistent" },
      "PREPUFF_ALERT_WEBHOOK_URL_FILE",
    ],
  ])("is refused, and says what is missing: %s", async (_, env, name) => {
    const { exitCode, stderr } = await written(env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(name);
  });

  test("sends every severity that a rule has to people", async () => {
    const { alerts } = await readRules();
    const path = await configuration();
    for (const severity of new Set(alerts.map(({ labels }) => labels.severity))) {
      const { stdout } = run("config", "routes", "test", `--config.file=${path}`, `severity=${severity}`);
      expect(stdout.trim()).toBe("people");
    }
  });

  test("inhibits only alerts that there are", async () => {
    const names = new Set((await readRules()).alerts.map(({ alert }) => alert));
    const text = await Bun.file(join(folder, "alertmanager.yml")).text();
    const named = [...text.matchAll(/alertname!?=~?"([^"]+)"/g)].flatMap(([, each = ""]) => each.split("|"));
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(names).toContain(name);
  });
});

const seenAlert = z.object({
  labels: z.record(z.string(), z.string()),
  status: z.object({ inhibitedBy: z.array(z.string()) }),
});

describe.skipIf(alertmanager === null)("a running Alertmanager", () => {
  const hook = startWebhookSink();
  let mail: MailSink;
  const port = freePort();
  const api = `http://127.0.0.1:${port}/api/v2`;
  let running: Bun.Subprocess;
  beforeAll(async () => {
    mail = await startMailSink();
    running = Bun.spawn(
      [
        "sh",
        join(folder, "start.sh"),
        `--storage.path=${join(scratch.path, "storage")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
      {
        env: {
          PATH: process.env.PATH,
          ALERTMANAGER: alertmanager ?? "",
          ALERTMANAGER_CONFIG: await configuration({ fast: true }),
          ALERTMANAGER_CONFIG_OUT: join(scratch.path, "running.yml"),
          PREPUFF_ALERT_WEBHOOK_URL: hook.url,
          ...email,
          PREPUFF_ALERT_SMTP_HOST: `127.0.0.1:${mail.port}`,
          PREPUFF_ALERT_SMTP_TLS: "false",
          TZ: "Asia/Kolkata",
        },
        stdout: "ignore",
        stderr: "ignore",
      },
    );
    await until("Alertmanager is ready", async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null);
      return answer?.ok === true;
    });
  });
  afterAll(async () => {
    running.kill("SIGKILL");
    await running.exited;
    await hook[Symbol.asyncDispose]();
    await mail[Symbol.asyncDispose]();
  });

  /** Posts alerts as Prometheus would, with the labels and annotations that the rules give. */
  async function post(alerts: readonly Record<string, string>[], changes: object = {}): Promise<void> {
    const answer = await fetch(`${api}/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(
        alerts.map((labels) => ({
          labels: {
            instance: "prepuff:8080",
            severity: "critical",
            appliance_url: "http://plant:8080",
            ...labels,
          },
          annotations: {
            summary: `${labels.alertname} of ${labels.scale ?? "no scale"}`,
            description: "What it means.",
            runbook_url: `http://plant:8080/runbooks#${labels.alertname}`,
          },
          ...changes,
        })),
      ),
    });
    expect(answer.status).toBe(200);
  }

  async function seen(): Promise<z.output<typeof seenAlert>[]> {
    return z.array(seenAlert).parse(await (await fetch(`${api}/alerts`)).json());
  }

  const name = ({ labels: { alertname = "", scale } }: z.output<typeof seenAlert>) =>
    scale === undefined ? alertname : `${alertname} ${scale}`;

  async function inhibited(instance: string): Promise<string[]> {
    return (await seen())
      .filter(({ labels, status }) => labels.instance === instance && status.inhibitedBy.length > 0)
      .map(name)
      .sort();
  }

  const disconnected = (scale: string, station: string) => ({
    alertname: "ScaleDisconnected",
    scale,
    station,
  });

  test("sends one message for a station, by webhook and by mail, and says when it is over", async () => {
    const station1 = [disconnected("1", "Station 1"), disconnected("2", "Station 1")];
    await post([...station1, disconnected("7", "Station 7")]);
    const told = (station: string) =>
      hook.messages
        .filter(({ groupLabels }) => groupLabels.station === station)
        .map(({ status, alerts }) => `${status}: ${alerts.length}`);
    const mailed = (words: string) => mail.messages.find(({ subject }) => subject.includes(words));
    await until(
      "both stations are told, both ways",
      () =>
        told("Station 1").length + told("Station 7").length === 2 &&
        mailed("ScaleDisconnected of 1") !== undefined &&
        mailed("ScaleDisconnected of 7") !== undefined,
    );
    expect(told("Station 1")).toEqual(["firing: 2"]);
    expect(told("Station 7")).toEqual(["firing: 1"]);
    expect(mailed("ScaleDisconnected of 1")?.subject).toBe("[NOW] 2 alerts: ScaleDisconnected of 1, …");
    const { text = "", ...head } = mailed("ScaleDisconnected of 7") ?? {};
    expect(head).toEqual({
      from: email.PREPUFF_ALERT_EMAIL_FROM,
      to: email.PREPUFF_ALERT_EMAIL_TO.split(","),
      subject: "[NOW] ScaleDisconnected of 7",
      hasHtml: false,
    });
    // In the plant's time, not in UTC.
    expect(text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d IST/, "TIME")).toBe(
      `Act now: bags are in danger, or nobody can work.

ScaleDisconnected of 7
What it means.
What to do: http://plant:8080/runbooks#ScaleDisconnected
Since TIME

Pre-Puff, http://plant:8080/`,
    );

    await post([disconnected("7", "Station 7")], { endsAt: new Date(Date.now() - 1000).toISOString() });
    await until("the end is told", () => told("Station 7").includes("resolved: 1"));
    await until("also by mail", () => mailed("[solved] ScaleDisconnected of 7") !== undefined);
    expect(mailed("[solved] ScaleDisconnected of 7")?.text).toMatch(
      /^Solved: ScaleDisconnected of 7\nFrom .+ IST to .+ IST\n\nPre-/,
    );
  });

  test("says where the runbook is, also where nobody has set the appliance's address", async () => {
    await post([{ alertname: "BackupOld", severity: "warning", appliance_url: "" }], {
      annotations: { summary: "No backup", description: "Why.", runbook_url: "/runbooks#backup-old" },
    });
    await until("it is mailed", () =>
      mail.messages.some(({ subject }) => subject === "[this shift] No backup"),
    );
    const text = mail.messages.find(({ subject }) => subject.includes("No backup"))?.text ?? "";
    expect(text).toStartWith("Look at this during this shift.\n\nNo backup\nWhy.\n");
    expect(text).toContain("What to do: /runbooks#backup-old (a page of the appliance)\n");
    expect(text).not.toContain("Pre-Puff,");
  });

  test("keeps to itself what follows from an appliance that is down, and nothing of another appliance", async () => {
    await post([
      { alertname: "ApplianceDown" },
      { alertname: "NoReadings" },
      { ...disconnected("9", "Station 9") },
      { ...disconnected("9", "Station 9"), instance: "other:8080" },
    ]);
    await until("the consequences are inhibited", async () => (await inhibited("prepuff:8080")).length >= 2);
    const all = await seen();
    const told = all.filter(({ status }) => status.inhibitedBy.length === 0);
    expect(told.filter(({ labels }) => labels.instance === "prepuff:8080").map(name)).toEqual([
      "ApplianceDown",
    ]);
    expect(told.filter(({ labels }) => labels.instance === "other:8080").map(name)).toEqual([
      "ScaleDisconnected 9",
    ]);
    await post([{ alertname: "ApplianceDown" }], { endsAt: new Date(Date.now() - 1000).toISOString() });
    await until("nothing is inhibited any more", async () => (await inhibited("prepuff:8080")).length === 0);
  });

  test("of a destination that fails, keeps to itself what waits for that one alone", async () => {
    const instance = "two:8080";
    const old = (destination: string) => ({ alertname: "DeliveriesOld", instance, destination });
    await post([
      { alertname: "UpstreamFailing", instance, destination: "Web application" },
      old("Web application"),
      old("Quality"),
    ]);
    await until("one is inhibited", async () => (await inhibited(instance)).length > 0);
    const told = (await seen()).filter(
      ({ labels, status }) => labels.instance === instance && status.inhibitedBy.length === 0,
    );
    expect(told.map(({ labels }) => `${labels.alertname} ${labels.destination}`).sort()).toEqual([
      "DeliveriesOld Quality",
      "UpstreamFailing Web application",
    ]);
  });

  test.each([
    ["DatabaseDown", ["BackupOld", "DeliveriesOld", "JournalGrowing"], ["LedgerMissing", "UpstreamFailing"]],
    ["UpstreamTokenRefused", ["DeliveriesOld", "UpstreamFailing"], ["BagsParked"]],
    ["UpstreamFailing", ["DeliveriesOld"], ["BagsParked"]],
    ["NoReadings", ["ScaleSilent"], ["LedgerMissing"]],
    ["JournalDiskFull", ["JournalDiskLow"], ["JournalGrowing"]],
  ])("keeps to itself what follows from %s", async (cause, consequences, others) => {
    const instance = `${cause}:8080`;
    await post([cause, ...consequences, ...others].map((alertname) => ({ alertname, instance })));
    let kept: string[] = [];
    await until("the consequences are inhibited", async () => {
      kept = await inhibited(instance);
      return kept.length >= consequences.length;
    });
    expect(kept).toEqual(consequences);
  });
});
