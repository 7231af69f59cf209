import { beforeAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { YAML } from "bun";
import { z } from "zod";
import { makeSecrets } from "../../src/cli/compose-secrets.ts";
import { tempFolder } from "../support/temp-folder.ts";

const root = resolve(import.meta.dir, "../..");

const compose = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      environment: z.record(z.string(), z.string().nullable()).optional(),
      volumes: z.array(z.string()).optional(),
    }),
  ),
});
const dataSources = z.looseObject({
  datasources: z.array(
    z.looseObject({
      type: z.string(),
      url: z.string(),
      user: z.string().optional(),
      secureJsonData: z.object({ password: z.string() }).optional(),
    }),
  ),
});
const providers = z.looseObject({
  providers: z.array(z.looseObject({ folder: z.string(), options: z.object({ path: z.string() }) })),
});
const scrapes = z.looseObject({
  scrape_configs: z.array(
    z.looseObject({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
  ),
});

async function read<S extends z.ZodType>(path: string, shape: S): Promise<z.output<S>> {
  return shape.parse(YAML.parse(await Bun.file(join(root, path)).text()));
}

let services: z.output<typeof compose>["services"];
beforeAll(async () => {
  ({ services } = await read("compose.yaml", compose));
});

test("Prometheus, Alertmanager and Grafana find each other, the appliance and the database by their names", async () => {
  const { scrape_configs } = await read("deploy/prometheus/prometheus.yml", scrapes);
  const targets = scrape_configs.flatMap((each) => each.static_configs.flatMap((config) => config.targets));
  const { datasources } = await read("grafana/provisioning/datasources/prepuff.yaml", dataSources);
  const urls = datasources.map(({ url }) => url.replace(/^https?:\/\//, ""));
  const hosts = [...targets, ...urls].map((address) => address.split(":")[0]);
  expect(hosts.length).toBe(6);
  for (const host of hosts) expect(["localhost", ...Object.keys(services)]).toContain(host ?? "");
});

test("each gets its folder where it looks for it, read-only", () => {
  const mounts = (service: string) => services[service]?.volumes ?? [];
  expect(mounts("prometheus")).toContain("./deploy/prometheus:/etc/prometheus:ro");
  expect(mounts("alertmanager")).toContain("./deploy/alertmanager:/etc/alertmanager:ro");
  expect(mounts("grafana")).toContain("./grafana/provisioning:/etc/grafana/provisioning:ro");
});

test("Grafana shows the folder of dashboards, and one of them at home", async () => {
  const { providers: all } = await read("grafana/provisioning/dashboards/prepuff.yaml", providers);
  const [provider] = all;
  expect(provider?.folder).toBe("Pre-Puff");
  const path = provider?.options.path ?? "";
  expect(services.grafana?.volumes).toContain(`./grafana/dashboards:${path}:ro`);
  const home = services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? "";
  expect(await Bun.file(home.replace(path, join(root, "grafana/dashboards"))).exists()).toBe(true);
});

test("Grafana asks Postgres as the role that may only read, with the password made for it", async () => {
  const { datasources } = await read("grafana/provisioning/datasources/prepuff.yaml", dataSources);
  const database = datasources.find(({ type }) => type === "grafana-postgresql-datasource");
  expect(database?.user).toBe("grafana");
  expect(await Bun.file(join(root, "deploy/postgres/grants.sql")).text()).toContain("to grafana;");
  expect(services.grafana?.volumes).toContain("secrets-grafana:/run/secrets:ro");
  const [, name = ""] =
    /^\$__file\{\/run\/secrets\/(.+)\}$/.exec(database?.secureJsonData?.password ?? "") ?? [];
  using secrets = tempFolder();
  for (const each of ["prepuff", "postgres", "backup", "grafana"]) mkdirSync(join(secrets.path, each));
  makeSecrets(secrets.path);
  const password = await Bun.file(join(secrets.path, "grafana", name)).text();
  expect(password).toBe(await Bun.file(join(secrets.path, "postgres/grafana-password")).text());
});

test("Alertmanager's script is given every variable that it reads", async () => {
  const script = await Bun.file(join(root, "deploy/alertmanager/start.sh")).text();
  const read = [...script.matchAll(/^# {3}(PREPUFF_ALERT_\w+) /gm)].map(([, name = ""]) => name);
  expect(read.length).toBe(7);
  const given = Object.keys(services.alertmanager?.environment ?? {});
  for (const name of read) {
    // A password comes as a file alone: the environment of a container is no place for it.
    expect(given, name).toContain(name.endsWith("PASSWORD") ? `${name}_FILE` : name);
  }
  expect(given).toContain("PREPUFF_ALERT_WEBHOOK_URL_FILE");
});

test("links to runbooks begin with the address that people gave", async () => {
  expect(Object.keys(services.prometheus?.environment ?? {})).toContain("PREPUFF_PUBLIC_URL");
  const config = await Bun.file(join(root, "deploy/prometheus/prometheus.yml")).text();
  expect(config).toContain("appliance_url: ${" + "PREPUFF_PUBLIC_URL}");
});
