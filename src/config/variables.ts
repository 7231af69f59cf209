import { z } from "zod";
import { parseCidr } from "../runtime/address-ranges.ts";
import { maskDatabaseUrl, maskHttpUrl } from "./mask.ts";
import * as values from "./values.ts";

/** What is known of a variable beside the form of its value. */
export interface About {
  /** What it means, as docs/configuration.md says it. */
  readonly description: string;
  /** Taken where nothing is given; null: the variable stays unset. */
  readonly default: string | null;
  /** What people read as the default, where `default` alone does not say it. */
  readonly defaultText?: string;
  /** A good value, named where a bad one is refused. */
  readonly example?: string;
  /** What to do about a bad value, in place of an example that would be copied as it is. */
  readonly hint?: string;
  readonly legacyKey?: "host" | "port" | "station" | "api_key";
  readonly secret?: true;
  /** A folder or file: relative to the working folder. */
  readonly path?: true;
  /** The value as people may see it; null: not at all. Without it the value is shown as it is. */
  readonly show?: (text: string) => string | null;
}

const abouts = z.registry<About>();

function variable<S extends z.ZodType>(schema: S, about: About): S {
  abouts.add(schema, about);
  return schema;
}

function roleToken(description: string, defaultText = "(none)") {
  const hint = "Make one with: openssl rand -base64 32";
  return variable(values.roleToken().nullable(), {
    description,
    default: null,
    defaultText,
    hint,
    secret: true,
  });
}

/**
 * Every variable, once: its form, its default, what it is for. The loader and `prepuff config` use it; a test compares the
 * table in docs/configuration.md with it.
 */
export const schema = z.object({
  PREPUFF_SETTINGS: variable(values.path().nullable(), {
    description: "settings file of the Python server; when named, it must exist",
    default: null,
    defaultText: "./settings.json when it exists",
    example: "./settings.json",
    path: true,
  }),
  PREPUFF_SCALE_HOST: variable(values.listenHost(), {
    description: "address on which scales connect",
    default: "0.0.0.0",
    example: "0.0.0.0",
    legacyKey: "host",
  }),
  PREPUFF_SCALE_PORT: variable(values.port(), {
    description: "port on which scales connect",
    default: "10001",
    example: "10001",
    legacyKey: "port",
  }),
  PREPUFF_SCALE_ALLOW: variable(values.cidrList((text) => parseCidr(text) !== null).nullable(), {
    description: "addresses or networks that may connect, as `10.20.0.0/16,192.168.1.20`",
    default: null,
    defaultText: "(all)",
    example: "10.20.0.0/16,192.168.1.20",
  }),
  PREPUFF_SCALE_MAX_CONNECTIONS: variable(values.wholeNumber(1, 100_000), {
    description: "connections of scales at the same time",
    default: "1024",
    example: "1024",
  }),
  PREPUFF_SCALE_MAX_PER_ADDRESS: variable(values.wholeNumber(1, 100_000), {
    description: "connections of scales from one address at the same time",
    default: "64",
    example: "64",
  }),
  PREPUFF_SILENT_AFTER_S: variable(values.wholeNumber(1, 86_400, "seconds"), {
    description:
      "a connected scale that prints nothing for so many seconds while a job is running on its station is `silent`",
    default: "300",
    example: "300",
  }),
  PREPUFF_SCALE_ALIASES: variable(values.aliases().nullable(), {
    description: "replacement scales, `printed:real`: `3:2` counts what scale 3 prints as scale 2",
    default: null,
    defaultText: "(none)",
    example: "3:2",
  }),
  PREPUFF_SOURCES: variable(values.path().nullable(), {
    description: "JSON file of sources: other indicators, other ports, streams",
    default: null,
    defaultText: "(none)",
    example: "./sources.json",
    path: true,
  }),
  PREPUFF_FRAME_IDLE_MS: variable(values.wholeNumber(10, 10_000, "milliseconds"), {
    description: "silence after which a print without a terminator is complete",
    default: "250",
    example: "250",
  }),
  PREPUFF_FRAME_MAX_AGE_MS: variable(values.wholeNumber(100, 60_000, "milliseconds"), {
    description: "age at which bytes that did not become a whole print are rejected as `stale`",
    default: "3000",
    example: "3000",
  }),
  PREPUFF_DECIMAL_MARK: variable(values.oneOf(["auto", "point", "comma"]), {
    description:
      "what comes before decimals: `point`, `comma`, or `auto`: whatever a connection prints first",
    default: "auto",
    example: "comma",
  }),
  PREPUFF_REPEAT_WINDOW_MS: variable(values.wholeNumber(0, 3_600_000, "milliseconds"), {
    description: "the same weight from the same scale within this time is flagged; 0: never",
    default: "2000",
    example: "2000",
  }),
  PREPUFF_REPEAT_LIMIT: variable(values.wholeNumber(0, 1_000), {
    description:
      "how often a scale that repeats like a stream may print one weight; further bags count for no job until a person decides; 0: any number",
    default: "5",
    example: "5",
  }),
  PREPUFF_REJECTED_PER_MINUTE: variable(values.wholeNumber(30, 10_000_000), {
    description:
      "rejected prints kept with their bytes in a minute, of all connections (of one: a fifth; of one shape on it: a thirtieth); the others are counted",
    default: "300",
    example: "300",
  }),
  PREPUFF_REJECTED_KEEP_DAYS: variable(values.wholeNumber(1, 3_650, "days"), {
    description: "how long rejected prints are kept in the database; the count check goes on counting them",
    default: "90",
    example: "90",
  }),
  PREPUFF_REJECTED_KEEP_ROWS: variable(values.wholeNumber(1_000, 1_000_000_000), {
    description: "how many rows of rejected prints are kept at most, the newest ones",
    default: "100000",
    example: "100000",
  }),
  PREPUFF_UNKNOWN_SCALES: variable(values.oneOf(["accept", "reject"]), {
    description: "scales that `PREPUFF_STATIONS` does not name: `accept` or `reject`",
    default: "accept",
    example: "accept",
  }),
  PREPUFF_PLANT: variable(values.plant(), {
    description: "plant whose stations, scales and jobs these are, in a database of several plants",
    default: "Plant 1",
    example: "Plant 1",
  }),
  PREPUFF_STATION: variable(values.station(), {
    description: "station of scales that `PREPUFF_STATIONS` does not name",
    default: "Station 1",
    example: "Station 1",
    legacyKey: "station",
  }),
  PREPUFF_STATIONS: variable(values.stations().nullable(), {
    description: "station of each scale id, as `1:Station 1,2:Station 2`",
    default: null,
    defaultText: "(none)",
    example: "1:Station 1,2:Station 2",
  }),
  PREPUFF_TOLERANCE_PERCENT: variable(values.percent(), {
    description: "tolerance of a new job that names none, in percent of its target",
    default: "10",
    example: "10",
  }),
  PREPUFF_JOBS: variable(values.oneOf(["local", "upstream"]), {
    description:
      "where jobs are kept: `local`, here; `upstream`, in the web application, whose verdicts the board then shows",
    default: "local",
    example: "local",
  }),
  PREPUFF_HTTP_HOST: variable(values.listenHost(), {
    description: "address of the board and the API; `0.0.0.0`: reachable from other machines",
    default: "127.0.0.1",
    example: "127.0.0.1",
  }),
  PREPUFF_HTTP_PORT: variable(values.port(), {
    description: "port of the board and the API",
    default: "8080",
    example: "8080",
  }),
  PREPUFF_BOARD_PUBLIC: variable(values.oneOf(["true", "false"]), {
    description: "`true`: anyone who reaches the port may read the board without signing in",
    default: "false",
    example: "false",
  }),
  PREPUFF_ADMIN_TOKEN: roleToken(
    "bearer token that may do everything",
    "(made at first start, kept in `admin-token` of the data folder)",
  ),
  PREPUFF_OPERATOR_TOKEN: roleToken("bearer token that may read, run jobs, void and assign bags"),
  PREPUFF_VIEWER_TOKEN: roleToken("bearer token that may read"),
  PREPUFF_INGEST_TOKEN: roleToken("bearer token that may post bags to `scan_bag`, nothing else"),
  PREPUFF_METRICS_TOKEN: roleToken(
    "bearer token for `/metrics`, nothing else; without it `/metrics` is open",
  ),
  DATABASE_URL: variable(values.databaseUrl().nullable(), {
    description: "PostgreSQL to record in, as `postgres://user:password@host:5432/database`",
    default: null,
    defaultText: "(embedded Postgres in `postgres/` of the data folder)",
    example: "postgres://prepuff:password@db.example.com:5432/prepuff",
    show: maskDatabaseUrl,
  }),
  PREPUFF_DATA_DIR: variable(values.path(), {
    description: "data folder: the local store, the embedded PostgreSQL and the generated token",
    default: "./data",
    example: "/var/lib/prepuff",
    path: true,
  }),
  PREPUFF_JOURNAL_KEEP_S: variable(values.wholeNumber(0, 7 * 86_400, "seconds"), {
    description:
      "seconds that recorded prints stay in the local store: a database that falls back to an earlier state gets them again",
    default: "3600",
    example: "3600",
  }),
  PREPUFF_JOURNAL_KEEP_ENTRIES: variable(values.wholeNumber(0, 20_000_000, "frames"), {
    description: "how many recorded prints stay in the local store at most (150 MB a million)",
    default: "1000000",
    example: "1000000",
  }),
  PREPUFF_BACKUP_DIR: variable(values.path().nullable(), {
    description: "folder of the database's backups; their age and size become metrics",
    default: null,
    defaultText: "(none)",
    example: "/var/backups/prepuff",
    path: true,
  }),
  PREPUFF_UPSTREAM_URL: variable(values.upstreamUrl().nullable(), {
    description: "full URL of the `scan_bag` API of the web application that bags are forwarded to",
    default: null,
    defaultText: "(none: no forwarding)",
    example: "https://app.example.com/api/prepuff/scan_bag",
    show: maskHttpUrl,
  }),
  PREPUFF_UPSTREAM_TOKEN: variable(values.upstreamToken().nullable(), {
    description: "bearer token for the web application's API",
    default: null,
    defaultText: "(none)",
    hint: "Take the token that the API's owner gave",
    legacyKey: "api_key",
    secret: true,
  }),
  PREPUFF_UPSTREAM_TIMEOUT_MS: variable(values.wholeNumber(100, 300_000, "milliseconds"), {
    description: "longest wait for an answer of the web application",
    default: "10000",
    example: "10000",
  }),
  PREPUFF_UPSTREAM_IN_FLIGHT: variable(values.wholeNumber(1, 64), {
    description: "requests at once for each station; above 1 the order of weighing is not kept",
    default: "1",
    example: "1",
  }),
  PREPUFF_ALERT_SMTP_HOST: variable(values.hostAndPort().nullable(), {
    description: "mail server with its port, for reports by mail; the same variables set the mails of alerts",
    default: null,
    defaultText: "(none: no mails)",
    example: "mail.plant.example:587",
  }),
  PREPUFF_ALERT_SMTP_USER: variable(values.text().nullable(), {
    description: "user name at the mail server, where it wants one",
    default: null,
    defaultText: "(none)",
    example: "prepuff",
  }),
  PREPUFF_ALERT_SMTP_PASSWORD: variable(values.text().nullable(), {
    description: "password at the mail server",
    default: null,
    defaultText: "(none)",
    hint: "Take the password that the mail server's owner gave",
    secret: true,
  }),
  PREPUFF_ALERT_SMTP_TLS: variable(values.oneOf(["true", "false"]), {
    description: "`false`: also a mail server without TLS",
    default: "true",
    example: "true",
  }),
  PREPUFF_ALERT_EMAIL_FROM: variable(values.mailAddress().nullable(), {
    description: "sender of the mails",
    default: null,
    defaultText: "(none)",
    example: "prepuff@plant.example",
  }),
  PREPUFF_LOG_LEVEL: variable(values.oneOf(["trace", "debug", "info", "warn", "error", "fatal"]), {
    description:
      "least important log lines that are written: `trace`, `debug`, `info`, `warn`, `error` or `fatal`",
    default: "info",
    example: "info",
  }),
  PREPUFF_LOG_FORMAT: variable(values.oneOf(["json", "pretty"]), {
    description: "form of the log lines on standard output: `json` or `pretty`",
    default: "json",
    defaultText: "json (pretty on a terminal)",
    example: "json",
  }),
  PREPUFF_LOG_DIR: variable(values.path().nullable(), {
    description: "folder for `log-YYYY-MM-DD.txt` beside standard output; 30 days are kept, 64 MiB a day",
    default: null,
    defaultText: "(none)",
    example: "./logs",
    path: true,
  }),
});

export type Values = z.output<typeof schema>;
export type Name = keyof Values;

/** A variable as the documentation shows it. */
export interface Variable extends About {
  readonly name: Name;
  readonly defaultText: string;
}

/** Every variable in the order of the documentation. Each can also come as `<name>_FILE`. */
export const variables: readonly Variable[] = schema.keyof().options.map((name) => {
  const about = abouts.get(schema.shape[name]);
  if (about === undefined) throw new Error(`${name} has no description`);
  return { ...about, name, defaultText: about.defaultText ?? about.default ?? "(none)" };
});
