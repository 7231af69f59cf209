import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Config, roles } from "./config.ts";
import { type Env, type ReadFile, readEnvironment, type Text, type Texts } from "./environment.ts";
import { ConfigError, type Fault, notShown, quote } from "./fault.ts";
import type { ConfigFile } from "./file-modes.ts";
import { mask } from "./mask.ts";
import { type Effective, ruleFaults, ruleWarnings, tokenName } from "./rules.ts";
import { readSettingsFile } from "./settings-file.ts";
import type { Source } from "./sources/source.ts";
import { portFault } from "./sources/source-rules.ts";
import { readSourcesFile } from "./sources/sources-file.ts";
import { type Name, schema, type Values, type Variable, variables } from "./variables.ts";

/** One row of `prepuff config`: a variable's value, and where it came from. */
export interface EffectiveValue {
  readonly name: Name;
  /** As people may see it: secrets are masked. */
  readonly value: string;
  readonly from: Text["from"] | "default";
  /** `default`, `environment`, `file /run/secrets/admin`, `./settings.json: port`. */
  readonly origin: string;
}

export interface Loaded {
  readonly config: Config;
  readonly values: readonly EffectiveValue[];
  /** Allowed, but probably not meant; for the log. */
  readonly warnings: readonly string[];
  /** Where secrets and settings were read from. */
  readonly files: readonly ConfigFile[];
}

export interface Surroundings {
  readonly env: Env;
  /** Relative paths count from here. */
  readonly cwd: string;
  /** Standard output is a terminal: logs are pretty where nothing else is said. */
  readonly isTty?: boolean;
  readonly readFile?: ReadFile;
}

/**
 * The effective configuration: the environment over `settings.json` over the defaults.
 *
 * @throws ConfigError with every fault at once.
 */
export function loadConfig({ env, cwd, isTty = false, readFile = readUtf8 }: Surroundings): Loaded {
  const environment = readEnvironment(env, cwd, readFile);
  const settings = readSettingsFile(
    environment.texts.get("PREPUFF_SETTINGS"),
    environment.texts.has("PREPUFF_UPSTREAM_URL") || environment.broken.includes("PREPUFF_UPSTREAM_URL"),
    cwd,
    readFile,
  );
  const texts: Texts = new Map([...settings.texts, ...environment.texts]);
  const broken = new Set([...settings.broken, ...environment.broken]);
  const effective = (name: Name) => ({
    text: texts.get(name)?.text ?? defaultText(name, isTty),
    subject: texts.get(name)?.subject ?? name,
  });
  const forRules: Effective = (name) =>
    broken.has(name) && !environment.texts.has(name) ? { text: "", subject: name } : effective(name);
  const sourcesPath = texts.get("PREPUFF_SOURCES")?.text;
  const sources =
    sourcesPath === undefined ? noSources : readSourcesFile(sourcesPath, resolve(cwd, sourcesPath), readFile);
  const parsed = schema.safeParse(
    Object.fromEntries(variables.map(({ name }) => [name, effective(name).text])),
    // Used once: compiling the schema first would cost 4 ms of the start.
    { jitless: true },
  );
  const faults = [
    ...environment.faults,
    ...settings.faults,
    ...sources.faults,
    ...(parsed.data === undefined ? [] : sourcePortFaults(sources.sources, parsed.data, sourcesPath)),
    ...(parsed.error?.issues ?? []).map((issue) => valueFault(String(issue.path[0]), issue.message, texts)),
    ...ruleFaults(forRules),
  ];
  if (faults.length > 0 || parsed.data === undefined) throw new ConfigError(faults);

  const config = toConfig(parsed.data, sources.sources, texts, cwd);
  const used = settings.path === null ? null : resolve(cwd, settings.path);
  return {
    config,
    values: variables.map((variable) =>
      toEffectiveValue(variable, effective(variable.name).text, texts, config, used, cwd),
    ),
    warnings: ruleWarnings(effective),
    files: [
      ...(used === null ? [] : [{ path: used, subject: settings.path ?? used, kind: "settings" as const }]),
      ...variables.flatMap(({ name, secret }) => {
        const path = texts.get(name)?.path;
        if (secret !== true || path === undefined) return [];
        return [{ path, subject: `${name}_FILE`, kind: "secret" as const }];
      }),
    ],
  };
}

const noSources = { sources: [], faults: [] } as const;

/** A source cannot have a port that the appliance has already. */
function sourcePortFaults(sources: readonly Source[], v: Values, file = ""): Fault[] {
  const ports = { scale: v.PREPUFF_SCALE_PORT, http: v.PREPUFF_HTTP_PORT };
  return sources.flatMap((source, index) => {
    const problem = portFault(source, ports);
    const subject = `${file}: sources.${index}.connection.port`;
    return problem === null ? [] : [{ subject, problem, hint: "Choose a port that nothing else uses" }];
  });
}

function readUtf8(path: string): string {
  return readFileSync(path, "utf8");
}

function defaultText(name: Name, isTty: boolean): string | null {
  if (name === "PREPUFF_LOG_FORMAT" && isTty) return "pretty";
  return about(name).default;
}

const byName = new Map<string, Variable>(variables.map((variable) => [variable.name, variable]));

function about(name: string): Variable {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`no variable ${name}`);
  return found;
}

function valueFault(name: string, message: string, texts: Texts): Fault {
  const variable = about(name);
  const text = texts.get(variable.name);
  const given = text === undefined ? "nothing" : (shown(variable, text.text) ?? notShown);
  const example = variable.example ?? "";
  return {
    subject: text?.subject ?? name,
    problem: `got ${given}, ${message}`,
    hint: variable.hint ?? `Example: ${text?.example(example) ?? `${name}=${example}`}`,
  };
}

function shown(variable: Variable, text: string): string | null {
  if (variable.secret === true) return null;
  const visible = variable.show === undefined ? text : variable.show(text);
  return visible === null ? null : quote(visible);
}

function toEffectiveValue(
  variable: Variable,
  effective: string | null,
  texts: Texts,
  config: Config,
  settingsPath: string | null,
  cwd: string,
): EffectiveValue {
  const { name } = variable;
  const text = texts.get(name);
  const from: EffectiveValue["from"] = text?.from ?? "default";
  const origin = text?.origin ?? "default";
  const effectiveValue = (value: string): EffectiveValue => ({ name, value, from, origin });
  if (name === "PREPUFF_SETTINGS") return effectiveValue(settingsPath ?? "(none)");
  if (effective === null) return effectiveValue(unset(variable, config));
  if (variable.secret === true) return effectiveValue(mask);
  const value = variable.path === true ? resolve(cwd, effective) : effective;
  return effectiveValue(variable.show === undefined ? value : (variable.show(value) ?? mask));
}

function unset(variable: Variable, { dataDir }: Config): string {
  if (variable.name === "PREPUFF_ADMIN_TOKEN") return `(kept in ${resolve(dataDir, "admin-token")})`;
  if (variable.name === "DATABASE_URL") return `(embedded Postgres in ${resolve(dataDir, "postgres")})`;
  return variable.defaultText;
}

function toConfig(v: Values, sources: readonly Source[], texts: Texts, cwd: string): Config {
  const tokens = {
    admin: v.PREPUFF_ADMIN_TOKEN,
    operator: v.PREPUFF_OPERATOR_TOKEN,
    viewer: v.PREPUFF_VIEWER_TOKEN,
    ingest: v.PREPUFF_INGEST_TOKEN,
    metrics: v.PREPUFF_METRICS_TOKEN,
  };
  return {
    scale: {
      host: v.PREPUFF_SCALE_HOST,
      port: v.PREPUFF_SCALE_PORT,
      allow: v.PREPUFF_SCALE_ALLOW ?? [],
      maxConnections: v.PREPUFF_SCALE_MAX_CONNECTIONS,
      maxPerAddress: v.PREPUFF_SCALE_MAX_PER_ADDRESS,
      silentAfterMs: v.PREPUFF_SILENT_AFTER_S * 1000,
    },
    frame: {
      idleMs: v.PREPUFF_FRAME_IDLE_MS,
      maxAgeMs: v.PREPUFF_FRAME_MAX_AGE_MS,
      decimalMark: v.PREPUFF_DECIMAL_MARK,
      repeatWindowMs: v.PREPUFF_REPEAT_WINDOW_MS,
      repeatLimit: v.PREPUFF_REPEAT_LIMIT,
      rejectedPerMinute: v.PREPUFF_REJECTED_PER_MINUTE,
      aliases: v.PREPUFF_SCALE_ALIASES ?? new Map(),
      unknownScales: v.PREPUFF_UNKNOWN_SCALES,
    },
    sources,
    plant: v.PREPUFF_PLANT,
    station: { fallback: v.PREPUFF_STATION, byScale: v.PREPUFF_STATIONS ?? new Map() },
    tolerancePercent: v.PREPUFF_TOLERANCE_PERCENT,
    jobs: v.PREPUFF_JOBS,
    http: {
      host: v.PREPUFF_HTTP_HOST,
      port: v.PREPUFF_HTTP_PORT,
      boardPublic: v.PREPUFF_BOARD_PUBLIC === "true",
    },
    tokens: Object.fromEntries(Object.entries(tokens).filter(([, token]) => token !== null)),
    tokenFiles: tokenFiles(texts),
    databaseUrl: v.DATABASE_URL,
    dataDir: resolve(cwd, v.PREPUFF_DATA_DIR),
    journalKeep: { ageMs: v.PREPUFF_JOURNAL_KEEP_S * 1000, entries: v.PREPUFF_JOURNAL_KEEP_ENTRIES },
    backupDir: v.PREPUFF_BACKUP_DIR === null ? null : resolve(cwd, v.PREPUFF_BACKUP_DIR),
    rejectedKept: { days: v.PREPUFF_REJECTED_KEEP_DAYS, rows: v.PREPUFF_REJECTED_KEEP_ROWS },
    upstream:
      v.PREPUFF_UPSTREAM_URL === null
        ? null
        : {
            url: v.PREPUFF_UPSTREAM_URL,
            token: v.PREPUFF_UPSTREAM_TOKEN,
            timeoutMs: v.PREPUFF_UPSTREAM_TIMEOUT_MS,
            inFlight: v.PREPUFF_UPSTREAM_IN_FLIGHT,
          },
    mail: mailOf(v),
    log: {
      level: v.PREPUFF_LOG_LEVEL,
      format: v.PREPUFF_LOG_FORMAT,
      dir: v.PREPUFF_LOG_DIR === null ? null : resolve(cwd, v.PREPUFF_LOG_DIR),
    },
  };
}

function mailOf(v: Values): Config["mail"] {
  if (v.PREPUFF_ALERT_SMTP_HOST === null || v.PREPUFF_ALERT_EMAIL_FROM === null) return null;
  return {
    ...v.PREPUFF_ALERT_SMTP_HOST,
    user: v.PREPUFF_ALERT_SMTP_USER,
    password: v.PREPUFF_ALERT_SMTP_PASSWORD,
    tls: v.PREPUFF_ALERT_SMTP_TLS === "true",
    from: v.PREPUFF_ALERT_EMAIL_FROM,
  };
}

function tokenFiles(texts: Texts): NonNullable<Config["tokenFiles"]> {
  return Object.fromEntries(
    roles.flatMap((role) => {
      const path = texts.get(tokenName[role])?.path;
      return path === undefined ? [] : [[role, path]];
    }),
  );
}
