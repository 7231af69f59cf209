import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { until } from "./until.ts";

/** A bearer token for each role; every appliance of the tests takes them. */
export const roleTokens = {
  admin: "admin-token-of-the-system-tests",
  operator: "operator-token-of-the-system-tests",
  viewer: "viewer-token-of-the-system-tests",
  ingest: "ingest-token-of-the-system-tests",
} as const;

export interface ApplianceOptions {
  /** Of the journal; stays when the process ends, so that the next one goes on from it. */
  readonly dataDir: string;
  /** Empty: its own one, which only the source has. */
  readonly databaseUrl: string;
  /** Where its output is kept; left out: the data folder. */
  readonly logDir?: string;
  /** More variables of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The most files that the process may open, as `ulimit -n`. */
  readonly openFilesMax?: number;
  /** The compiled program; left out: APPLIANCE_BINARY of the surroundings, else the source. */
  readonly binary?: string | undefined;
}

export interface ApiRequest {
  readonly method?: string;
  /** null: none. Left out: the admin's. */
  readonly token?: string | null;
  /** An object goes as JSON, URLSearchParams as a form. */
  readonly body?: object | URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The process, whatever becomes of it. */
export interface ApplianceProcess extends AsyncDisposable {
  readonly pid: number;
  /** Its exit code; 128 + the signal's number where a signal ended it. */
  readonly exited: Promise<number>;
  /** Standard output and error together, as far as written. */
  output(): string;
  /** Log lines so far. */
  log(): readonly LogLine[];
  /** Waits for a log line that says exactly this. @throws when the process ends first, with what it said. */
  line(msg: string, limitMs?: number): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
}

export interface Appliance extends ApplianceProcess {
  readonly scalePort: number;
  /** Waits until the HTTP port is open and Postgres is migrated. */
  ready(limitMs?: number): Promise<void>;
  api(path: string, request?: ApiRequest): Promise<Response>;
  /** `http://127.0.0.1:PORT`, when the HTTP port is open. */
  origin(): Promise<string>;
  /** SIGTERM, and the exit code when the process is gone. */
  stop(): Promise<number>;
}

const logLine = z.looseObject({ level: z.string(), msg: z.string(), port: z.number().optional() });
export type LogLine = z.output<typeof logLine>;

const main = resolve(import.meta.dir, "../../src/main.ts");
const alive = new Set<Bun.Subprocess>();
let runs = 0;

// A test run that is ended half-way must not leave appliances behind.
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});
for (const [signal, code] of [["SIGTERM", 143] as const, ["SIGINT", 130] as const]) {
  process.once(signal, () => process.exit(code));
}

/** Starts `prepuff serve`, with nothing of this process's own configuration, and does not wait for anything. */
export function spawnAppliance(options: ApplianceOptions): ApplianceProcess {
  const {
    dataDir,
    logDir = dataDir,
    databaseUrl,
    openFilesMax,
    binary = databaseUrl === "" ? undefined : process.env.APPLIANCE_BINARY,
  } = options;
  mkdirSync(dataDir, { recursive: true });
  // Files, not pipes: nobody has to read them, and nothing that lives on can hold the test up.
  const out = join(logDir, `stdout-${++runs}.log`);
  const err = join(logDir, `stderr-${runs}.log`);
  const limited =
    openFilesMax === undefined ? [] : ["sh", "-c", `ulimit -n ${openFilesMax} && exec "$@"`, "sh"];
  const child = Bun.spawn([...limited, ...(binary ? [resolve(binary)] : [process.execPath, main]), "serve"], {
    cwd: dataDir,
    stdin: "ignore",
    stdout: Bun.file(out),
    stderr: Bun.file(err),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TZ: "UTC",
      DATABASE_URL: databaseUrl,
      PREPUFF_DATA_DIR: dataDir,
      PREPUFF_SCALE_HOST: "127.0.0.1",
      PREPUFF_SCALE_PORT: "0",
      PREPUFF_HTTP_PORT: "0",
      PREPUFF_ADMIN_TOKEN: roleTokens.admin,
      PREPUFF_OPERATOR_TOKEN: roleTokens.operator,
      PREPUFF_VIEWER_TOKEN: roleTokens.viewer,
      PREPUFF_INGEST_TOKEN: roleTokens.ingest,
      PREPUFF_LOG_FORMAT: "json",
      ...options.env,
    },
  });
  alive.add(child);
  const exited = child.exited.then((code) => {
    alive.delete(child);
    return code;
  });
  let hasExited = false;
  void exited.then(() => {
    hasExited = true;
  });

  const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");
  const output = () => read(out) + read(err);
  const log = () => read(out).split("\n").flatMap(parseLine);
  return {
    pid: child.pid,
    exited,
    output,
    log,
    async line(msg, limitMs = 30_000) {
      let found: LogLine | undefined;
      await until(
        `the log says "${msg}"`,
        () => {
          // First whether it has ended: what it said before that is then surely read.
          const isOver = hasExited;
          found = log().find((line) => line.msg === msg);
          if (found === undefined && isOver) throw new Error(`ended before it said "${msg}":\n${output()}`);
          return found !== undefined;
        },
        limitMs,
      );
      if (found === undefined) throw new Error(`no line "${msg}"`);
      return found;
    },
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts the real appliance as a process of its own, and waits until its scales' port is open. */
export async function startAppliance(options: ApplianceOptions): Promise<Appliance> {
  const spawned = spawnAppliance(options);
  try {
    const scalePort = portOf(await spawned.line("scales' port open"));
    let httpPort: number | undefined;
    const origin = async () => {
      // Looked for once: a log may be long.
      httpPort ??= portOf(await spawned.line("HTTP port open"));
      return `http://127.0.0.1:${httpPort}`;
    };
    return {
      ...spawned,
      scalePort,
      async ready(limitMs) {
        await spawned.line("ready", limitMs);
      },
      async api(path, { method = "GET", token = roleTokens.admin, body, headers } = {}) {
        const isForm = body instanceof URLSearchParams;
        return fetch(`${await origin()}${path}`, {
          method,
          headers: {
            ...(token !== null && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && !isForm && { "content-type": "application/json" }),
            ...headers,
          },
          signal: AbortSignal.timeout(20_000),
          ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
        });
      },
      origin,
      async stop() {
        spawned.kill("SIGTERM");
        return spawned.exited;
      },
    };
  } catch (error) {
    await spawned[Symbol.asyncDispose]();
    throw error;
  }
}

function portOf({ port, msg }: LogLine): number {
  if (port === undefined) throw new Error(`the line "${msg}" names no port`);
  return port;
}

function parseLine(text: string): LogLine[] {
  try {
    return [logLine.parse(JSON.parse(text))];
  } catch {
    // The last line may be half written; a line of the runtime itself is no JSON.
    return [];
  }
}
