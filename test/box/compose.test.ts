import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { variables } from "../../src/config/variables.ts";

const root = resolve(import.meta.dir, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const composeText = read("compose.yaml");
const serviceSchema = z.looseObject({
  image: z.string().optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  volumes: z.array(z.string()).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) })
  .parse(Bun.YAML.parse(composeText));
const services = Object.entries(compose.services);

test("every variable that the appliance is given exists", () => {
  const known = new Set(variables.flatMap(({ name }) => [name as string, `${name}_FILE`]));
  const given = Object.keys(compose.services.prepuff?.environment ?? {}).filter((name) => name !== "TZ");
  expect(given.length).toBeGreaterThan(10);
  expect(given.filter((name) => !known.has(name))).toEqual([]);
});

test("whatever may be set can be set in .env, but for what the containers fix", () => {
  const given = Object.keys(compose.services.prepuff?.environment ?? {}).map((name) =>
    name.replace(/_FILE$/, ""),
  );
  const fixed = [
    // Paths, addresses and the form of the log, inside the container.
    /^PREPUFF_(SETTINGS|DATA_DIR|SCALE_HOST|SCALE_PORT|HTTP_HOST|HTTP_PORT|LOG_DIR|LOG_FORMAT)$/,
    // Tokens for single roles are made by people, with names, while it runs; its Prometheus has none.
    /^PREPUFF_(OPERATOR|VIEWER|INGEST|METRICS)_TOKEN$/,
  ];
  const open = variables.map(({ name }) => name).filter((name) => !fixed.some((each) => each.test(name)));
  expect(open.filter((name) => !given.includes(name))).toEqual([]);
});

test("every image is pinned to a version, and ours to the version of the package", () => {
  const images = services.flatMap(([, { image }]) => (image === undefined ? [] : [image]));
  images.push(
    ...[...read("deploy/compose.tls.yaml").matchAll(/image: (.+)/g)].map(([, image = ""]) => image),
  );
  for (const image of images.filter((each) => !each.startsWith("${"))) {
    expect(image).toMatch(/^[a-z/]+:v?\d+\.\d+(\.\d+)?$/);
  }
  expect(composeText).toContain(`\${APPLIANCE_IMAGE:-prepuff:${packageJson.version}}`);
  const dockerfile = read("Dockerfile");
  expect(dockerfile).toContain(`ARG BUN_IMAGE=oven/bun:${packageJson.engines.bun}\n`);
  expect(dockerfile).toContain(`ARG VERSION=${packageJson.version}\n`);
});

test("what is mounted exists: a folder beside compose.yaml, or a volume", () => {
  const mounts = services.flatMap(([, { volumes = [] }]) =>
    volumes.map((volume) => volume.split(":")[0] ?? ""),
  );
  for (const source of mounts) {
    expect(source.startsWith("./") ? existsSync(join(root, source)) : source in compose.volumes, source).toBe(
      true,
    );
  }
});

test("no service is given a secret by value", () => {
  for (const [, { environment = {} }] of services) {
    for (const [name, value] of Object.entries(environment)) {
      if (/TOKEN|PASSWORD|DATABASE_URL/.test(name)) expect(name).toEndWith("_FILE");
      expect(String(value)).not.toMatch(/:\/\/[^/]*:[^/]*@/);
    }
  }
});

test(".env.example names only what is used, and sets nothing", () => {
  const used = composeText + read("deploy/compose.tls.yaml");
  const lines = read(".env.example").split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  const names = lines.flatMap((line) => /^#([A-Z_]+)=/.exec(line)?.[1] ?? []);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect(name === "COMPOSE_FILE" || used.includes(name), name).toBe(true);
});

test("Grafana's role may read every table that a dashboard asks, and nothing secret", () => {
  const migrations = readdirSync(join(root, "src/database/migrations")).map((file) =>
    read(`src/database/migrations/${file}`),
  );
  const tables = migrations.flatMap((sql) =>
    [...sql.matchAll(/^create table (\w+)/gm)].flatMap(([, name = ""]) => name),
  );
  const dashboards = readdirSync(join(root, "grafana/dashboards"))
    .map((file) => read(`grafana/dashboards/${file}`))
    .join("");
  const granted = new Set(
    /grant select on ([^;]+) to grafana/.exec(read("deploy/postgres/grants.sql"))?.[1]?.split(", "),
  );
  const asked = tables.filter((table) => new RegExp(`\\b(from|join) ${table}\\b`).test(dashboards));
  expect(asked).toContain("filler_bag");
  expect(asked.filter((table) => !granted.has(table))).toEqual([]);
  expect([...granted].filter((table) => !tables.includes(table) || /token|audit/.test(table))).toEqual([]);
});
