import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../src/config/fault.ts";
import { loadConfig } from "../../src/config/load.ts";
import { variables } from "../../src/config/variables.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { faultsOf, load } from "./faults.ts";

const adminToken = "an-admin-token-of-plenty";
const upstream = { PREPUFF_UPSTREAM_URL: "https://app.example.com/api/prepuff/scan_bag" };

test("without any variable or file everything has its default", () => {
  const { config, values, warnings } = load({}, "/srv");
  expect(config).toEqual({
    scale: {
      host: "0.0.0.0",
      port: 10_001,
      allow: [],
      maxConnections: 1024,
      maxPerAddress: 64,
      silentAfterMs: 300_000,
    },
    frame: {
      idleMs: 250,
      maxAgeMs: 3000,
      decimalMark: "auto",
      repeatWindowMs: 2000,
      repeatLimit: 5,
      rejectedPerMinute: 300,
      aliases: new Map(),
      unknownScales: "accept",
    },
    sources: [],
    plant: "Plant 1",
    station: { fallback: "Station 1", byScale: new Map() },
    tolerancePercent: "10",
    jobs: "local",
    http: { host: "127.0.0.1", port: 8080, boardPublic: false },
    tokens: {},
    tokenFiles: {},
    databaseUrl: null,
    dataDir: "/srv/data",
    journalKeep: { ageMs: 3_600_000, entries: 1_000_000 },
    backupDir: null,
    rejectedKept: { days: 90, rows: 100_000 },
    upstream: null,
    mail: null,
    log: { level: "info", format: "json", dir: null },
  });
  expect(values.map(({ name }) => name)).toEqual(variables.map(({ name }) => name));
  expect(values.every(({ from }) => from === "default")).toBe(true);
  expect(warnings).toEqual([]);
});

test("on a terminal logs are pretty, unless PREPUFF_LOG_FORMAT says otherwise", () => {
  expect(load({}, "/srv", true).config.log.format).toBe("pretty");
  expect(load({ PREPUFF_LOG_FORMAT: "json" }, "/srv", true).config.log.format).toBe("json");
});

test("the environment comes before settings.json, and settings.json before the defaults", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "settings.json"), '{"port": 10002, "station": "From the file"}');
  const { config, values } = load({ PREPUFF_SCALE_PORT: "10003" }, folder.path);
  expect(config.scale.port).toBe(10_003);
  expect(config.station.fallback).toBe("From the file");
  const origin = (name: string) => values.find((source) => source.name === name)?.origin;
  expect(origin("PREPUFF_SCALE_PORT")).toBe("environment");
  expect(origin("PREPUFF_STATION")).toBe("./settings.json: station");
  expect(origin("PREPUFF_HTTP_PORT")).toBe("default");
});

test("every variable can come from a file, whose blanks at both ends do not count", () => {
  using folder = tempFolder();
  const path = join(folder.path, "admin");
  writeFileSync(path, `\n ${adminToken} \r\n`);
  const { config, values } = load({ PREPUFF_ADMIN_TOKEN_FILE: "admin", DATABASE_URL_FILE: "" }, folder.path);
  expect(config.tokens.admin).toBe(adminToken);
  expect(values.find(({ name }) => name === "PREPUFF_ADMIN_TOKEN")).toEqual({
    name: "PREPUFF_ADMIN_TOKEN",
    value: "********",
    from: "file",
    origin: "file admin",
  });
});

test("a variable that is set but empty counts as not set, also an unknown one", () => {
  const env = Object.fromEntries(
    variables.flatMap(({ name }) => [
      [name, ""],
      [`${name}_FILE`, ""],
    ]),
  );
  expect(load({ ...env, PREPUFF_TYPO: "" }, "/srv").config).toEqual(load({}, "/srv").config);
});

test("a variable and its file at the same time is a fault", () => {
  expect(
    faultsOf({ PREPUFF_ADMIN_TOKEN: adminToken, PREPUFF_ADMIN_TOKEN_FILE: "/run/secrets/admin" }),
  ).toEqual([
    "PREPUFF_ADMIN_TOKEN and PREPUFF_ADMIN_TOKEN_FILE: both are set, expected one of them. Leave one of them out",
  ]);
});

test("a file that does not exist, is a folder or is empty is a fault that names it", () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, "folder"));
  writeFileSync(join(folder.path, "empty"), "\n");
  const env = {
    PREPUFF_ADMIN_TOKEN_FILE: "./missing",
    PREPUFF_VIEWER_TOKEN_FILE: "./folder",
    DATABASE_URL_FILE: "./empty",
  };
  expect(faultsOf(env, folder.path)).toEqual([
    'PREPUFF_ADMIN_TOKEN_FILE: the file "./missing" does not exist. PREPUFF_ADMIN_TOKEN_FILE takes the path of a file that holds the value, such as /run/secrets/prepuff_admin_token',
    'PREPUFF_VIEWER_TOKEN_FILE: the file "./folder" is a folder, not a file. PREPUFF_VIEWER_TOKEN_FILE takes the path of a file that holds the value, such as /run/secrets/prepuff_viewer_token',
    'DATABASE_URL_FILE: the file "./empty" is empty. Write the value of DATABASE_URL into it',
  ]);
});

test("a file that may not be read is a fault", () => {
  // The tests may run as root, whom no file mode stops: so the refusal is played.
  const readFile = () => {
    throw Object.assign(new Error("no"), { code: "EACCES" });
  };
  const start = () => loadConfig({ env: { PREPUFF_ADMIN_TOKEN_FILE: "./admin" }, cwd: "/nowhere", readFile });
  expect(start).toThrow('PREPUFF_ADMIN_TOKEN_FILE: the file "./admin" may not be read by this user. ');
  expect(start).toThrow(
    './settings.json: the settings file "./settings.json" may not be read by this user. ',
  );
});

test("a bad value in a file is a fault of the _FILE variable", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "port"), "no");
  expect(faultsOf({ PREPUFF_SCALE_PORT_FILE: "./port" }, folder.path)).toEqual([
    'PREPUFF_SCALE_PORT_FILE: got "no", expected a whole number from 0 to 65535. Example: 10001 as the content of "./port"',
  ]);
});

test("an unknown variable is a fault, with the variables that may have been meant", () => {
  const unknown = {
    PREPUFF_SCALE_PROT: "1",
    PREPUFF_PORT: "1",
    PREPUFF_DATABASE_URL: "postgres://x",
    PREPUFF_ADMIN_TOKN_FILE: "/run/x",
    PREPUFF_COLOUR: "blue",
  };
  expect(faultsOf(unknown)).toEqual([
    "PREPUFF_ADMIN_TOKN_FILE: there is no such variable. Did you mean PREPUFF_ADMIN_TOKEN_FILE?",
    "PREPUFF_COLOUR: there is no such variable. `prepuff config --list` names them all",
    "PREPUFF_DATABASE_URL: there is no such variable. Did you mean DATABASE_URL?",
    "PREPUFF_PORT: there is no such variable. Did you mean PREPUFF_SCALE_PORT or PREPUFF_HTTP_PORT?",
    "PREPUFF_SCALE_PROT: there is no such variable. Did you mean PREPUFF_SCALE_PORT?",
  ]);
});

test("two roles may not share a token", () => {
  expect(faultsOf({ PREPUFF_OPERATOR_TOKEN: adminToken, PREPUFF_VIEWER_TOKEN: adminToken })).toEqual([
    "PREPUFF_OPERATOR_TOKEN and PREPUFF_VIEWER_TOKEN: the same token, expected a different one for each role. Make one with: openssl rand -base64 32",
  ]);
});

test("an upstream token without a URL is a fault; a URL without a token is a warning", () => {
  expect(faultsOf({ PREPUFF_UPSTREAM_TOKEN: "abc" })).toEqual([
    "PREPUFF_UPSTREAM_TOKEN: a token without a URL, expected PREPUFF_UPSTREAM_URL too. Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag",
  ]);
  expect(load(upstream).warnings).toEqual([
    "PREPUFF_UPSTREAM_URL: bags are forwarded without a token. Set PREPUFF_UPSTREAM_TOKEN if the API wants one",
  ]);
  expect(load({ ...upstream, PREPUFF_UPSTREAM_TOKEN: "abc" }).warnings).toEqual([]);
});

test("jobs in a web application that is not configured are a fault", () => {
  expect(faultsOf({ PREPUFF_JOBS: "upstream" })).toEqual([
    'PREPUFF_JOBS: got "upstream" without a web application, expected PREPUFF_UPSTREAM_URL too. Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag',
  ]);
  expect(load({ ...upstream, PREPUFF_JOBS: "upstream" }).config.jobs).toBe("upstream");
});

test("rejecting unknown scales without naming any known one is a fault", () => {
  expect(faultsOf({ PREPUFF_UNKNOWN_SCALES: "reject" })).toEqual([
    'PREPUFF_UNKNOWN_SCALES: got "reject" without PREPUFF_STATIONS, which would reject every scale. Example: PREPUFF_STATIONS=1:Station 1,2:Station 2',
  ]);
});

test("one port for scales and HTTP is a fault, unless their addresses differ", () => {
  expect(faultsOf({ PREPUFF_SCALE_PORT: "8080" })).toEqual([
    "PREPUFF_SCALE_PORT and PREPUFF_HTTP_PORT: both are 8080, expected two different ports. Example: PREPUFF_HTTP_PORT=8080",
  ]);
  expect(faultsOf({ PREPUFF_SCALE_PORT: "8080", PREPUFF_SCALE_HOST: "10.0.0.5" })).toEqual([]);
  expect(faultsOf({ PREPUFF_SCALE_PORT: "0", PREPUFF_HTTP_PORT: "0" })).toEqual([]);
});

test("all faults are told at once: of the environment, of files, of settings.json, of values and of rules", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "settings.json"), '{"prot": 1, "station": true, "host": "a b"}');
  const faults = faultsOf(
    {
      PREPUFF_NO_SUCH_THING: "1",
      PREPUFF_METRICS_TOKEN_FILE: "/missing",
      PREPUFF_LOG_LEVEL: "loud",
      PREPUFF_SCALE_ALIASES: "x,3:3",
      PREPUFF_OPERATOR_TOKEN: adminToken,
      PREPUFF_ADMIN_TOKEN: adminToken,
    },
    folder.path,
  );
  expect(faults.map((line) => line.split(": ").slice(0, -1)[0])).toEqual([
    "PREPUFF_METRICS_TOKEN_FILE",
    "PREPUFF_NO_SUCH_THING",
    "./settings.json",
    "./settings.json",
    "./settings.json",
    "PREPUFF_SCALE_ALIASES",
    "PREPUFF_SCALE_ALIASES",
    "PREPUFF_LOG_LEVEL",
    "PREPUFF_ADMIN_TOKEN and PREPUFF_OPERATOR_TOKEN",
  ]);
});

test("what cannot be read breaks no rule beside: a missing URL file is one fault, not also a token without a URL", () => {
  const faults = faultsOf({ PREPUFF_UPSTREAM_TOKEN: "abc", PREPUFF_UPSTREAM_URL_FILE: "/missing" });
  expect(faults).toHaveLength(1);
});

test("a value cannot write a second line or command the terminal through the fault that quotes it", () => {
  const [line = ""] = faultsOf({ PREPUFF_LOG_LEVEL: "x\n\u001b[2Jforged\u202e" });
  expect(line).toContain('got "x\\u{a}\\u{1b}[2Jforged\\u{202e}", ');
});

test("the error's message holds every fault, one a line", () => {
  try {
    load({ PREPUFF_LOG_LEVEL: "loud", PREPUFF_HTTP_PORT: "x" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error).split("\n")).toHaveLength(2);
  }
});

test("a mail server is taken with its port, and one without a sender is warned about", () => {
  const mail = { PREPUFF_ALERT_SMTP_HOST: "mail.plant.example:587", PREPUFF_ALERT_SMTP_TLS: "false" };
  const sender = { PREPUFF_ALERT_EMAIL_FROM: "prepuff@plant.example" };
  expect(load({ ...mail, ...sender }, "/srv").config.mail).toEqual({
    host: "mail.plant.example",
    port: 587,
    user: null,
    password: null,
    tls: false,
    from: "prepuff@plant.example",
  });
  const { config, warnings } = load(mail, "/srv");
  expect(config.mail).toBeNull();
  expect(warnings).toEqual([expect.stringContaining("Set PREPUFF_ALERT_EMAIL_FROM too")]);
  for (const bad of ["mail.plant.example", "mail:0", "mail:70000", ":25"]) {
    expect([bad, faultsOf({ ...mail, ...sender, PREPUFF_ALERT_SMTP_HOST: bad }).length]).toEqual([bad, 1]);
  }
});

test("each variable is described, and its example is a value that it takes", () => {
  for (const { name, description, example, hint, secret } of variables) {
    expect(description).not.toBe("");
    expect(example ?? hint).toBeString();
    // These two name files that must exist.
    if (example === undefined || name === "PREPUFF_SETTINGS" || name === "PREPUFF_SOURCES") continue;
    expect(secret).toBeUndefined();
    expect(faultsOf({ [name]: example })).toEqual([]);
  }
});
