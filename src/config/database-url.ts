import { isIPv6 } from "node:net";
import { quote } from "./fault.ts";
import { splitDatabaseUrl } from "./mask.ts";
import { didYouMean } from "./suggest.ts";

/** As libpq defines them: https://www.postgresql.org/docs/current/libpq-ssl.html */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** Everything that `DATABASE_URL` says. */
export interface DatabaseTarget {
  /** In the order in which they were written. IPv6 addresses are without brackets. */
  readonly hosts: readonly DatabaseHost[];
  /** null: what the environment or the operating system says, as with libpq. */
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string | null;
  readonly applicationName: string;
  /** For each attempt to connect to one address. */
  readonly connectTimeoutMs: number;
  readonly tls: TlsOptions;
}

export interface DatabaseHost {
  readonly host: string;
  readonly port: number;
}

/** Paths of PEM files. */
export interface TlsOptions {
  readonly mode: SslMode;
  /** What the server's certificate is checked against; null or `system`: the authorities that Bun knows. */
  readonly rootCert: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

const form =
  "expected postgres://user:password@host:port/database, special characters of the password percent-encoded (@ is %40, / is %2F, # is %23)";
const defaultPort = 5432;
const defaultConnectTimeoutS = 3;
const connectTimeoutMaxS = 30;

const honoured = [
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "connect_timeout",
  "application_name",
  "target_session_attrs",
] as const;
type Honoured = (typeof honoured)[number];

const inFront = "write it in front of the question mark, as in postgres://user:password@host:port/database";
const notUsed = "leave it out: it is not used here";
const itself = "leave it out: the appliance sets it itself";
const roleLevel = "set it for the role instead, with ALTER ROLE … SET";
const direct = "leave it out, and name the server itself or a pooler in session mode";

/** What other clients know, and what to do here. */
const refused: Readonly<Record<string, string>> = {
  host: `${inFront}; several hosts are separated by commas, and Unix sockets are not used`,
  hostaddr: inFront,
  port: inFront,
  user: inFront,
  password: inFront,
  dbname: inFront,
  passfile: "put the password into the URL, and the URL into a file named by DATABASE_URL_FILE",
  service: "write the whole URL",
  servicefile: "write the whole URL",
  options: roleLevel,
  search_path: roleLevel,
  schema: "set it for the role instead, with ALTER ROLE … SET search_path",
  client_encoding: itself,
  fallback_application_name: "use application_name",
  statement_timeout: itself,
  keepalives: itself,
  keepalives_idle: itself,
  keepalives_interval: itself,
  keepalives_count: itself,
  tcp_user_timeout: itself,
  timezone: itself,
  ssl: "use sslmode",
  tls: "use sslmode",
  requiressl: "use sslmode=require",
  sslnegotiation: notUsed,
  sslcompression: notUsed,
  sslpassword: "use a key without a password",
  sslcertmode: notUsed,
  sslcrl: notUsed,
  sslcrldir: notUsed,
  sslsni: notUsed,
  ssl_min_protocol_version: notUsed,
  ssl_max_protocol_version: notUsed,
  channel_binding: "leave it out; sslmode=verify-full proves which server it is",
  require_auth: notUsed,
  requirepeer: notUsed,
  gssencmode: notUsed,
  gsslib: notUsed,
  gssdelegation: notUsed,
  krbsrvname: notUsed,
  replication: notUsed,
  load_balance_hosts: "leave it out: the one host that takes writes is looked for",
  pgbouncer: direct,
  prepare_threshold: direct,
  connection_limit: "leave it out: the appliance opens 11 connections at most",
  pool_timeout: notUsed,
};

/** What it says, or everything that is wrong with it: each continues the sentence `got "…", `. */
export type ReadDatabaseUrl = { readonly target: DatabaseTarget } | { readonly faults: readonly string[] };

/** Takes `DATABASE_URL` apart. No fault shows a secret. */
export function readDatabaseUrl(text: string): ReadDatabaseUrl {
  const parts = splitDatabaseUrl(text);
  if (parts === null) return { faults: [form] };
  const [user, password, database] = [parts.user, parts.password, parts.database].map(decoded);
  if (user === undefined || password === undefined || database === undefined) return { faults: [form] };
  const faults: string[] = [];
  const hosts = parts.hosts.map(({ host, port }): DatabaseHost => {
    const bare = host.startsWith("[") ? host.slice(1, -1) : host;
    if (bare !== host && !isIPv6(bare)) faults.push(`expected an IPv6 address in brackets, not ${host}`);
    const number = port === null ? defaultPort : Number(port);
    if (number < 1 || number > 65_535) faults.push(`expected a port from 1 to 65535, not ${number}`);
    return { host: bare, port: number };
  });
  const given = readParameters(parts.query, faults);
  const tls = readTls(given, faults);
  const connectTimeoutS = readConnectTimeout(given.get("connect_timeout"), faults);
  checkSessionAttributes(given.get("target_session_attrs"), faults);
  if (faults.length > 0) return { faults };
  return {
    target: {
      hosts,
      user: user || null,
      password: password || null,
      database: database || null,
      applicationName: given.get("application_name") || "prepuff",
      connectTimeoutMs: connectTimeoutS * 1_000,
      tls,
    },
  };
}

function decoded(text: string | null): string | undefined {
  try {
    return decodeURIComponent(text ?? "");
  } catch {
    return undefined;
  }
}

function readParameters(query: string, faults: string[]): Map<Honoured, string> {
  const given = new Map<Honoured, string>();
  if (query === "") return given;
  for (const [nth, pair] of query.split("&").entries()) {
    const [name = "", ...rest] = pair.split("=");
    const value = decoded(rest.join("="));
    const known = honoured.find((each) => each === name);
    if (known === undefined) faults.push(unknownParameter(name, nth + 1, value));
    else if (rest.length === 0 || value === undefined || value === "") {
      faults.push(`expected a value for ${known}`);
    } else if (given.has(known)) faults.push(`expected ${known} once`);
    else given.set(known, value);
  }
  return given;
}

/** An unknown name may be a part of a password, so it is not shown. */
function unknownParameter(name: string, nth: number, value: string | undefined): string {
  const hint = Object.hasOwn(refused, name) ? refused[name] : undefined;
  if (name === "ssl" && value === "true") return "expected no parameter ssl: use sslmode=require";
  if (hint !== undefined) return `expected no parameter ${name}: ${hint}`;
  const near = didYouMean(name, honoured);
  const known = `known are ${honoured.join(", ")}`;
  if (near !== "") return `expected no parameter ${quote(name)}. ${near}`;
  return `expected only parameters that the appliance knows, but number ${nth} is none of them (${known})`;
}

function readTls(given: ReadonlyMap<Honoured, string>, faults: string[]): TlsOptions {
  const rootCert = given.get("sslrootcert") ?? null;
  const cert = given.get("sslcert") ?? null;
  const key = given.get("sslkey") ?? null;
  const text = given.get("sslmode");
  const mode = sslModes.find((each) => each === text);
  if (text !== undefined && mode === undefined) {
    faults.push(
      `expected sslmode ${sslModes.join(", ").replace(/, ([^,]+)$/, " or $1")}, not ${quote(text)}`,
    );
  }
  if ((cert === null) !== (key === null)) faults.push("expected sslcert and sslkey together");
  const isOptional = mode === "disable" || mode === "allow" || mode === "prefer";
  if (isOptional && rootCert !== null) {
    faults.push(`expected sslmode verify-full, verify-ca or require with sslrootcert, not ${mode}`);
  }
  // With a root certificate libpq's `require` also checks the chain.
  const checked = mode === "require" && rootCert !== null ? "verify-ca" : mode;
  return { mode: checked ?? (rootCert === null ? "disable" : "verify-full"), rootCert, cert, key };
}

function readConnectTimeout(text: string | undefined, faults: string[]): number {
  if (text === undefined) return defaultConnectTimeoutS;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= connectTimeoutMaxS) return seconds;
  faults.push(`expected connect_timeout from 1 to ${connectTimeoutMaxS} (seconds), not ${quote(text)}`);
  return defaultConnectTimeoutS;
}

function checkSessionAttributes(text: string | undefined, faults: string[]): void {
  if (text === undefined || ["any", "read-write", "primary"].includes(text)) return;
  faults.push(
    `expected target_session_attrs read-write or none at all, not ${quote(text)}: the appliance records, and looks for the host that takes writes`,
  );
}
