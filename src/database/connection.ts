import { readFileSync } from "node:fs";
import postgres from "postgres";
import type { DatabaseTarget, SslMode, TlsOptions } from "../config/database-url.ts";
import type { Logger } from "../logging/logger.ts";
import { errorCode } from "../runtime/error-code.ts";
import { errorMessage } from "../runtime/error-message.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import { DatabaseAway } from "./errors.ts";
import { firstStatement, type SessionState, setUpStatement } from "./session-settings.ts";
import { type Sql, typesOfValues } from "./types.ts";
import { Wire, type WireTls } from "./wire.ts";

/** One address of one host of `DATABASE_URL`. */
export interface Server {
  readonly target: DatabaseTarget;
  /** As it was written. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** One session on one server. Once it is lost every query on it fails; it never reconnects. */
export interface Connection {
  readonly sql: Sql;
  /** As of the session's begin. */
  readonly state: SessionState;
  /**
   * The backend's process number as the start-up packet gave it: behind a pooler it is not that of `pg_backend_pid()`.
   */
  readonly announcedPid: number;
  readonly openedAt: number;
  readonly isLost: boolean;
  /** Closes at once: queries in flight fail. Calling it again does nothing. */
  close(): void;
}

export interface OpenOptions {
  readonly logger: Logger;
  /** More settings of the session. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called once, when an open session has ended, whoever ended it. */
  readonly onLost?: (error: Error) => void;
}

/**
 * Opens a session, and sets the settings that all queries rely on.
 *
 * @throws if no session is open in time, with the error of the server or the socket.
 */
export async function openConnection(server: Server, options: OpenOptions): Promise<Connection> {
  const { tls } = server.target;
  const [first, second] = ways(tls);
  try {
    return await openOnce(server, first, options);
  } catch (error) {
    if (second === undefined || !isAboutTls(error)) throw error;
    return await openOnce(server, second, options);
  }
}

/** What is tried in turn. null: without TLS. */
type Ways = readonly [("tls" | "tls or none") | null, (null | "tls")?];

function ways({ mode }: TlsOptions): Ways {
  const of: Record<SslMode, Ways> = {
    disable: [null],
    allow: [null, "tls"],
    prefer: ["tls or none", null],
    require: ["tls"],
    "verify-ca": ["tls"],
    "verify-full": ["tls"],
  };
  return of[mode];
}

/** The server requires the other way (28000: no line of pg_hba.conf matches), or TLS failed. */
function isAboutTls(error: unknown): boolean {
  return /^(28000|ERR_|EPROTO|ECONNRESET|CONNECTION_CLOSED|UNABLE_|CERT_|SELF_|DEPTH_)/.test(
    errorCode(error) ?? "",
  );
}

function wireTls(server: Server, way: "tls" | "tls or none"): WireTls {
  const { mode, rootCert, cert, key } = server.target.tls;
  const isChecked = mode === "verify-ca" || mode === "verify-full";
  return {
    isOptional: way === "tls or none",
    name: mode === "verify-full" ? server.host : null,
    options: {
      rejectUnauthorized: isChecked,
      ...(rootCert !== null && rootCert !== "system" && { ca: readPem("sslrootcert", rootCert) }),
      ...(cert !== null && { cert: readPem("sslcert", cert) }),
      ...(key !== null && { key: readPem("sslkey", key) }),
    },
  };
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${parameter} of DATABASE_URL cannot be read: ${errorMessage(error)}`);
  }
}

async function openOnce(server: Server, way: Ways[number], options: OpenOptions): Promise<Connection> {
  const { target, host, address, port } = server;
  const { logger, settings = {}, onLost } = options;
  const failed = Promise.withResolvers<never>();
  let isOpen = false;
  let isLost = false;
  const wire = new Wire({
    address,
    port,
    tls: way === null || way === undefined ? null : wireTls(server, way),
    onLost(error) {
      isLost = true;
      failed.reject(error);
      // From now on the driver refuses every query.
      void sql.end({ timeout: 0 });
      if (isOpen) onLost?.(error);
    },
  });
  const driverOptions = {
    // What the driver's own messages name.
    path: `${host}:${port}`,
    ...(target.user !== null && { user: target.user }),
    ...(target.password !== null && { password: target.password }),
    ...(target.database !== null && { database: target.database }),
    max: 1,
    ssl: false,
    // It lasts until it is closed, and is opened within the limit below.
    connect_timeout: 0,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: (notice: postgres.Notice) => logger.debug({ notice: notice.message }, "postgres notice"),
    types: typesOfValues(),
    connection: { application_name: target.applicationName },
    // Not among the types of postgres.js 3.4.9, but among its options.
    socket: () => wire,
  };
  const sql: Sql = postgres<{ bigint: postgres.PostgresType<number> }>(driverOptions);
  const limitMs = target.connectTimeoutMs;
  try {
    const begun = Promise.all([
      sql.unsafe(firstStatement),
      sql.unsafe<SessionState[]>(setUpStatement(settings)),
    ]);
    const [, states] = await withTimeLimit(Promise.race([begun, failed.promise]), limitMs, () => {
      throw new DatabaseAway(`no answer within ${limitMs} ms`);
    });
    const [state] = states;
    if (state === undefined) throw new Error("the server did not say what it is");
    isOpen = true;
    return {
      sql,
      state,
      announcedPid: states.state.pid,
      openedAt: performance.now(),
      get isLost() {
        return isLost;
      },
      close: () => wire.destroy(),
    };
  } catch (error) {
    wire.destroy();
    throw error;
  }
}
