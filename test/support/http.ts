import { z } from "zod";
import { createPairings } from "../../src/access/pairings.ts";
import { createPeopleInForce } from "../../src/access/people-in-force.ts";
import { createTokensInForce } from "../../src/access/tokens-in-force.ts";
import { boardController } from "../../src/board/controller.ts";
import type { Config, Role } from "../../src/config/config.ts";
import { createDatabase, type Database, DatabaseAway } from "../../src/database/database.ts";
import { createEventHub } from "../../src/events/hub.ts";
import type { Services } from "../../src/http/api/services.ts";
import { createApp } from "../../src/http/app.ts";
import type { JournalView } from "../../src/journal/journal-view.ts";
import { createOfficeSources } from "../../src/records/sources/office-sources.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { createArmedChecks } from "../../src/scale/armed-checks.ts";
import { createRawFrameHub } from "../../src/scale/raw-frames.ts";
import { createSources } from "../../src/scale/sources/sources.ts";
import { createSourceTally } from "../../src/scale/sources/tally.ts";
import { createStations } from "../../src/scale/stations.ts";
import { testDatabase } from "./postgres.ts";
import { silentLogger } from "./silent-logger.ts";
import { until } from "./until.ts";

/** A token for each role. */
export const tokens: Readonly<Record<Role, string>> = {
  admin: "admin-token-of-the-tests",
  operator: "operator-token-of-the-tests",
  viewer: "viewer-token-of-the-tests",
  ingest: "ingest-token-of-the-tests",
  metrics: "metrics-token-of-the-tests",
};

export interface TestRequest {
  /** A role's token; left out: the one of `admin`; null: none. */
  readonly token?: string | null;
  /** An object goes as JSON, a URLSearchParams as a form, a string as it is. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The real app with a real, migrated Postgres of its own. Scales and journal are stand-ins: nothing is connected,
 * nothing was received, until `overrides` says otherwise.
 */
export async function testApp(overrides: Partial<Services> = {}) {
  const { url, sql } = await testDatabase();
  const real = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  real.start();
  await until("the database is up", () => real.up);
  let isAway = false;
  let asking = 0;
  const counted: Database = {
    ...real,
    get up() {
      return real.up;
    },
    get lastError() {
      return real.lastError;
    },
    run: (work, limitMs) => {
      asking++;
      return real.run(work, limitMs).finally(() => asking--);
    },
  };
  const database = overrides.database ?? awayDatabase(() => isAway, counted);
  const recorded: number[] = [];
  const config = overrides.config ?? testConfig();
  const sources = createSources(config.sources, [], silentLogger);
  const officeSources = createOfficeSources({
    config,
    database,
    plant: { id: 1 },
    sources,
    copy: { read: () => [], write: () => undefined },
    given: [],
    clock: overrides.clock ?? systemClock,
    logger: silentLogger,
  });
  const parts: Services = {
    config,
    tokens: () => tokens,
    namedTokens: createTokensInForce({
      database,
      clock: overrides.clock ?? systemClock,
      logger: silentLogger,
    }),
    people: createPeopleInForce({
      database,
      plant: { id: 1 },
      clock: overrides.clock ?? systemClock,
      logger: silentLogger,
    }),
    pairings: createPairings(overrides.clock ?? systemClock),
    sessionKey: Buffer.alloc(32, "a key of the tests"),
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics(),
    database,
    plant: { id: 1 },
    presence: {
      connections: () => [],
      scales: () => [],
      close: () => false,
      standIns: () => [],
      forget: () => undefined,
    },
    keys: { find: () => ({ kind: "not_connected" }) },
    repeats: { isRepeating: () => false },
    journal: testJournal(),
    checks: createArmedChecks(overrides.clock ?? systemClock, silentLogger),
    stations: createStations(testConfig(), { scaleSettings: () => [], saveScaleSetting: () => undefined }),
    sources,
    officeSources,
    sourceTally: createSourceTally(),
    sourceCallers: { otherOf: () => null },
    listener: { troubleOf: () => null, recentBytes: () => null, watch: () => undefined },
    couriers: testCouriers(),
    events: createEventHub({ database, clock: systemClock, logger: silentLogger }),
    readings: { waiting: () => [] },
    signals: { bagsChanged: () => undefined },
    rawFrames: createRawFrameHub(silentLogger),
    captures: { hasSource: () => false, start: () => new Response("").body, close: () => undefined },
    health: () => ({
      scales_port: { state: "up", detail: null },
      journal: { state: "up", detail: null },
      database: { state: "up", detail: null },
      upstream: null,
    }),
    recorded: ({ ids }) => recorded.push(...ids),
    ...overrides,
  };
  const app = createApp(parts, boardController());

  async function request(method: string, path: string, options: TestRequest = {}) {
    const { token = tokens.admin, body, headers } = options;
    const json = typeof body === "object" && !(body instanceof URLSearchParams);
    const response = await app.handle(
      new Request(`http://localhost${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(json && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: json ? JSON.stringify(body) : toBody(body) }),
      }),
    );
    return response;
  }

  return {
    app,
    request,
    sql,
    tokens,
    parts,
    recorded,
    /** Lets Postgres be away, as the appliance sees it, or back. */
    setAway(now: boolean) {
      isAway = now;
    },
    /** Waits until the database has answered everything, and what follows from the answers is asked and answered too. */
    atRest: () => until("nothing is asked of the database", () => asking === 0),
    stop: () => real.stop(),
  };
}

function toBody(body: object | string): string | URLSearchParams {
  return body instanceof URLSearchParams || typeof body === "string" ? body : JSON.stringify(body);
}

/** The answer's JSON; with a schema also its type. */
export async function json(response: Response): Promise<unknown>;
export async function json<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
): Promise<z.output<Schema>>;
export async function json(response: Response, schema: z.ZodType = z.unknown()): Promise<unknown> {
  return schema.parse(await response.json());
}

/** A database that is away, as the appliance sees it. */
function awayDatabase(away: () => boolean, database: Database): Database {
  return {
    ...database,
    get up() {
      return !away() && database.up;
    },
    get lastError() {
      return away() ? "away for a test" : database.lastError;
    },
    run: (work, limitMs) =>
      away() ? Promise.reject(new DatabaseAway("away for a test")) : database.run(work, limitMs),
  };
}

export function testConfig(changes: Partial<Config> = {}): Config {
  return {
    scale: {
      host: "127.0.0.1",
      port: 0,
      allow: [],
      maxConnections: 16,
      maxPerAddress: 16,
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
    http: { host: "127.0.0.1", port: 0, boardPublic: false },
    tokens: {},
    databaseUrl: null,
    dataDir: "data",
    journalKeep: { ageMs: 3_600_000, entries: 1_000_000 },
    backupDir: null,
    rejectedKept: { days: 90, rows: 100_000 },
    upstream: null,
    mail: null,
    log: { level: "info", format: "json", dir: null },
    ...changes,
  };
}

/** Couriers that deliver nothing, to the destinations given. */
export function testCouriers(changes: Partial<Services["couriers"]> = {}): Services["couriers"] {
  return { destinations: [], wake: () => undefined, status: () => [], ...changes };
}

export function testJournal(changes: Partial<JournalView> = {}): JournalView {
  return {
    id: "0192f0c0-0000-7000-8000-000000000001",
    lastSeq: 0,
    recordedThrough: 0,
    counted: 0,
    isShortOfRoom: false,
    entries: 0,
    waiting: 0,
    oldestReceivedAt: null,
    writable: true,
    lastError: null,
    diskFreeBytes: 1_000_000_000,
    ...changes,
  };
}
