import { closeSync, fstatSync, openSync, readdirSync, readSync, writeFileSync } from "node:fs";
import { arch, cpus, freemem, platform, release, totalmem, uptime } from "node:os";
import { join, resolve } from "node:path";
import { type Loaded, loadConfig } from "../../config/load.ts";
import { withDatabase } from "../../health/database.ts";
import { createCleaner } from "../../logging/known-secrets.ts";
import { errorMessageWithCode } from "../../runtime/error-message.ts";
import { asText } from "../doctor.ts";
import type { Io } from "../io.ts";
import { type ApplianceApi, createApplianceApi } from "./appliance-api.ts";
import { examine } from "./examine.ts";
import { secretsIn } from "./secrets.ts";

const logBytesMax = 512 * 1024;

/** What is asked of the running appliance, and the file that the answer goes into. */
const answers: readonly (readonly [file: string, path: string])[] = [
  ["health.json", "/health/ready"],
  ["metrics.txt", "/metrics"],
  ["ledger.json", "/api/ledger"],
  ["records.json", "/api/audit/head"],
  ["scales.json", "/api/scales"],
  ["scale-checks.json", "/api/scale-checks"],
  ["connections.json", "/api/connections"],
  ["jobs.json", "/api/jobs?limit=20"],
  ["rejected.json", "/api/rejected?limit=100"],
  ["deliveries-pending.json", "/api/deliveries?state=pending&limit=20"],
  ["deliveries-parked.json", "/api/deliveries?state=parked&limit=20"],
];

/**
 * Packs the bundle. A file whose content is not available, because the appliance or the database is down, says so.
 *
 * Secrets are masked where they are known to stand; besides, each secret of the configuration is taken out of every
 * file wherever it is found.
 *
 * @throws where the file exists already or cannot be written.
 */
export async function writeBundle(
  io: Io,
  out: string,
  version: string,
): Promise<{ readonly path: string; readonly files: readonly string[] }> {
  const path = resolve(io.cwd, out);
  let loaded: Loaded | null = null;
  try {
    loaded = loadConfig({ env: io.env, cwd: io.cwd });
  } catch {
    // The doctor's report has the faults, which never show a secret; the rest cannot be asked for.
  }
  const report = await examine(io);
  const files = new Map<string, string>([
    ["doctor.txt", await asText(report)],
    ["doctor.json", toJson(report)],
    ["versions.json", toJson(await versions(version, loaded?.config.databaseUrl ?? null))],
  ]);
  if (loaded !== null) {
    files.set("configuration.json", toJson({ variables: loaded.values, warnings: loaded.warnings }));
    const api = createApplianceApi(io, loaded.config);
    for (const [file, from] of answers) files.set(file, await answerOf(api, from));
    files.set("log.txt", lastLog(loaded.config.log.dir));
  }
  const clean = createCleaner(secretsIn(io, loaded?.config ?? null));
  const folder = "prepuff-support";
  const contents = Object.fromEntries([...files].map(([name, text]) => [`${folder}/${name}`, clean(text)]));
  const bytes = await new Bun.Archive(contents, { compress: "gzip" }).bytes();
  writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
  return { path, files: [...files.keys()] };
}

async function answerOf(api: ApplianceApi, path: string): Promise<string> {
  try {
    const { status, body } = await api.ask(path);
    return status === 200 ? body : `status ${status}\n${body}`;
  } catch (error) {
    return `the appliance could not be asked: ${errorMessageWithCode(error)}\n`;
  }
}

async function versions(prepuff: string, databaseUrl: string | null) {
  return {
    prepuff,
    bun: Bun.version,
    system: `${platform()} ${release()} ${arch()}`,
    processors: cpus().length,
    memory_bytes: totalmem(),
    memory_free_bytes: freemem(),
    up_seconds: Math.round(uptime()),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    postgres: databaseUrl === null ? "embedded" : await postgresVersion(databaseUrl),
  };
}

async function postgresVersion(url: string): Promise<string> {
  try {
    return await withDatabase(url, async (sql) => {
      const [row] = await sql<{ version: string }[]>`select version()`;
      return row?.version ?? "unknown";
    });
  } catch (error) {
    return `not reached: ${errorMessageWithCode(error)}`;
  }
}

/** The end of the newest day's log file. */
function lastLog(dir: string | null): string {
  if (dir === null)
    return "PREPUFF_LOG_DIR is not set: the log is where standard output goes (journalctl, docker logs)\n";
  try {
    const newest = readdirSync(dir)
      .filter((name) => /^log-\d{4}-\d{2}-\d{2}\.txt$/.test(name))
      .sort()
      .at(-1);
    return newest === undefined ? `there is no log file in ${dir}\n` : endOf(join(dir, newest));
  } catch (error) {
    return `the log cannot be read: ${errorMessageWithCode(error)}\n`;
  }
}

function endOf(path: string): string {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, logBytesMax));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString();
  } finally {
    closeSync(fd);
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
