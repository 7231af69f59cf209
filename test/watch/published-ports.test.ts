import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { YAML } from "bun";
import { z } from "zod";

const compose = z.object({
  services: z.record(z.string(), z.looseObject({ ports: z.array(z.string()).default([]) })),
});

async function portsOf(file: string): Promise<string[]> {
  const text = await Bun.file(resolve(import.meta.dir, "../..", file)).text();
  // A tag of compose alone: it says how two files become one.
  const { services } = compose.parse(YAML.parse(text.replaceAll(/!(override|reset)/g, "")));
  return Object.values(services).flatMap(({ ports }) => ports);
}

test("what compose.yaml publishes beyond the machine is the scales' port, as docs/security.md wants it", async () => {
  const ports = await portsOf("compose.yaml");
  expect(ports.filter((port) => !/127\.0\.0\.1:/.test(port))).toEqual([`\${SCALE_PORT:-10001}:10001`]);
  expect(ports).toContain(`\${HTTP_PORT:-127.0.0.1:8080}:8080`);
});

test("with deploy/compose.tls.yaml only Caddy's ports are added", async () => {
  expect(await portsOf("deploy/compose.tls.yaml")).toEqual([
    `\${HTTPS_PORT:-443}:443`,
    `\${GRAFANA_HTTPS_PORT:-3443}:3443`,
    `\${SCALE_PORT:-10001}:10001`,
  ]);
});
