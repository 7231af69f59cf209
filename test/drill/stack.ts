import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { ApiRequest } from "../support/appliance.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/until.ts";
import { inAHurry } from "./in-a-hurry.ts";

const root = resolve(import.meta.dir, "../..");
/** Grafana's image is not to be had everywhere; every other service takes part. */
export const services = ["prepuff", "postgres", "backup", "alertmanager", "prometheus"] as const;
export type Service = (typeof services)[number];

/** compose.yaml as it stands, in a project and on ports of its own. */
export interface Stack {
  readonly project: string;
  readonly scalePort: number;
  /** `docker compose …`; what it wrote to standard output. @throws with all it wrote when it fails. */
  compose(...args: readonly string[]): Promise<string>;
  /** Brings everything up and waits until it is healthy. @returns the seconds that it took. */
  up(...args: readonly string[]): Promise<number>;
  /** From the next `up` on the appliance runs this image. */
  use(image: string): void;
  /** Only the appliance changes, to this image, until it answers: quicker than a whole `up`. */
  switchTo(image: string): Promise<void>;
  /** With the admin token of its secrets. */
  api(path: string, request?: ApiRequest): Promise<Response>;
  /** One statement in its database, as the superuser; rows as lines, columns with `|` between. */
  sql(statement: string, role?: "grafana"): Promise<string>;
  /** The value of an expression in its Prometheus; null where it has none. */
  metric(expression: string, at?: number): Promise<number | null>;
  /** Names of its backups, oldest first. */
  backups(): Promise<string[]>;
  /** Names of the alerts that its Alertmanager has as firing. */
  alerts(): Promise<string[]>;
  /** A folder for files of the drill. */
  readonly folder: string;
  /** Takes everything away, data too. */
  remove(): Promise<void>;
}

/** @param env variables of compose.yaml, as .env would set them. */
export async function prepareStack(
  project: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  const scale = freePort();
  const http = freePort();
  const prometheus = freePort();
  const alertmanager = freePort();
  const variables: Record<string, string> = {
    SCALE_PORT: String(scale),
    HTTP_PORT: `127.0.0.1:${http}`,
    PROMETHEUS_PORT: String(prometheus),
    ALERTMANAGER_PORT: String(alertmanager),
    GRAFANA_PORT: String(freePort()),
    ...env,
  };
  const folder = join(tmpdir(), project);
  const override = join(folder, "compose.yaml");
  mkdirSync(folder, { recursive: true });
  writeFileSync(override, inAHurry(root, folder));

  async function compose(...args: readonly string[]): Promise<string> {
    const files = ["--file", join(root, "compose.yaml"), "--file", override];
    return run(
      ["docker", "compose", "--project-name", project, ...files, "--env-file", "/dev/null", ...args],
      {
        ...variables,
      },
    );
  }

  let token: string | null = null;
  async function adminToken(): Promise<string> {
    token ??= (await compose("exec", "-T", "prepuff", "prepuff", "token")).trim();
    return token;
  }

  return {
    project,
    folder,
    scalePort: scale,
    compose,
    async up(...args) {
      const began = performance.now();
      await compose("up", "--detach", "--wait", ...args, ...services);
      return (performance.now() - began) / 1000;
    },
    use(image) {
      variables.APPLIANCE_IMAGE = image;
    },
    async switchTo(image) {
      variables.APPLIANCE_IMAGE = image;
      await compose("up", "--detach", "--no-deps", "--no-build", "prepuff");
      await until(`${image} answers`, async () => {
        const answer = await fetch(`http://127.0.0.1:${http}/health/live`).catch(() => null);
        return answer?.ok === true;
      });
    },
    async api(path, { method = "GET", body, token: given } = {}) {
      const bearer = given === undefined ? await adminToken() : given;
      return fetch(`http://127.0.0.1:${http}${path}`, {
        method,
        headers: {
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    async sql(statement, role) {
      const psql = ["psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-qtAd", "prepuff", "-c", statement];
      if (role === undefined)
        return (await compose("exec", "-T", "postgres", ...psql, "-U", "postgres")).trim();
      const asRole = `PGPASSWORD=$(cat /run/secrets/${role}-password) exec "$@"`;
      const connection = ["-h", "127.0.0.1", "-U", role];
      return (
        await compose("exec", "-T", "postgres", "bash", "-c", asRole, "bash", ...psql, ...connection)
      ).trim();
    },
    async metric(expression, at = Date.now()) {
      const query = new URLSearchParams({ query: expression, time: String(at / 1000) });
      const answer = await fetch(`http://127.0.0.1:${prometheus}/api/v1/query?${query}`);
      const [first] = queryShape.parse(await answer.json()).data.result;
      return first === undefined ? null : Number(first.value[1]);
    },
    async backups() {
      return (await compose("exec", "-T", "backup", "backup", "list")).trim().split("\n");
    },
    async alerts() {
      const answer = await fetch(`http://127.0.0.1:${alertmanager}/api/v2/alerts?active=true&inhibited=true`);
      return alertsShape.parse(await answer.json()).map(({ labels }) => labels.alertname);
    },
    async remove() {
      await compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "10");
    },
  };
}

const queryShape = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});
const alertsShape = z.array(z.object({ labels: z.looseObject({ alertname: z.string() }) }));

/** What a program wrote to standard output. @throws with all it wrote when it fails. */
export async function run(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env },
  });
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${out}${err}`);
  return out;
}
