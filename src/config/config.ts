import type { Source } from "./sources/source.ts";

/** What a bearer token may do. `admin` may do everything; `operator` also what `viewer` may. */
export const roles = ["admin", "operator", "viewer", "ingest", "metrics"] as const;
export type Role = (typeof roles)[number];

/** The effective configuration, checked. `load.ts` makes it; nothing else reads the environment. */
export interface Config {
  readonly scale: {
    readonly host: string;
    readonly port: number;
    /** Addresses or CIDRs that may connect; empty: all. */
    readonly allow: readonly string[];
    readonly maxConnections: number;
    readonly maxPerAddress: number;
    /** A connected scale is silent after so long without a good reading while a job is running on its station. */
    readonly silentAfterMs: number;
  };
  readonly frame: {
    readonly idleMs: number;
    readonly maxAgeMs: number;
    readonly decimalMark: "auto" | "point" | "comma";
    readonly repeatWindowMs: number;
    /** How often a weight may come on average from a scale that repeats like a stream; 0: always. */
    readonly repeatLimit: number;
    /** Printed scale id → the scale it stands in for. */
    readonly aliases: ReadonlyMap<number, number>;
    /** Rejected frames that are kept one by one in a minute, of all connections; the others are counted. */
    readonly rejectedPerMinute: number;
    readonly unknownScales: "accept" | "reject";
  };
  /** Those of PREPUFF_SOURCES; people may add others. */
  readonly sources: readonly Source[];
  /** The name of the plant that the appliance works for. */
  readonly plant: string;
  readonly station: {
    readonly fallback: string;
    readonly byScale: ReadonlyMap<number, string>;
  };
  /** A new job's tolerance in percent, a decimal string. */
  readonly tolerancePercent: string;
  /** Where jobs are kept: here, or in the web application. */
  readonly jobs: "local" | "upstream";
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** What `viewer` may read, anyone may who reaches the port. */
    readonly boardPublic: boolean;
  };
  readonly tokens: Readonly<Partial<Record<Role, string>>>;
  /** Whole paths of the files that tokens came from: they are read again while the appliance runs. */
  readonly tokenFiles?: Readonly<Partial<Record<Role, string>>>;
  /** null: the embedded Postgres. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** How long the journal keeps recorded entries, for a database that loses what it had. */
  readonly journalKeep: { readonly ageMs: number; readonly entries: number };
  /** Where the database's backups lie; null: not configured. */
  readonly backupDir: string | null;
  /** How long rejected frames are kept in the database: so many days, and the newest so many rows at most. */
  readonly rejectedKept: { readonly days: number; readonly rows: number };
  /** null: nothing is forwarded. */
  readonly upstream: UpstreamConfig | null;
  /** The plant's mail server, for reports; null: none. */
  readonly mail: MailConfig | null;
  readonly log: {
    readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
    readonly format: "json" | "pretty";
    readonly dir: string | null;
  };
}

export interface MailConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  /** False: also a server without TLS, or with a certificate that nobody vouches for. */
  readonly tls: boolean;
  /** The sender's address. */
  readonly from: string;
}

export interface UpstreamConfig {
  /** The full URL of `scan_bag`. */
  readonly url: string;
  readonly token: string | null;
  readonly timeoutMs: number;
  /** Requests in flight a station; above 1 the order within a station is no longer kept. */
  readonly inFlight: number;
}
