import { join } from "node:path";
import { type ConfiguredTokens, createConfiguredTokens } from "./access/configured-tokens.ts";
import { ensureSessionKey } from "./access/session-key.ts";
import { createTokensInForce } from "./access/tokens-in-force.ts";
import { adminTokenPath, ensureAdminToken } from "./config/admin-token.ts";
import type { Config } from "./config/config.ts";
import { closedToOthers, secureDataFolder } from "./config/data-folder.ts";
import { createDatabase, type Database } from "./database/database.ts";
import type { EmbeddedSupervisor } from "./database/embedded/supervisor.ts";
import { databaseHint } from "./database/hint.ts";
import { createPlant } from "./database/plant.ts";
import type { Route } from "./delivery/courier.ts";
import { createCouriers } from "./delivery/couriers.ts";
import { openDeliveredNotes } from "./delivery/delivered-notes.ts";
import { webApplication } from "./delivery/destination.ts";
import { createScanBagClient } from "./delivery/scan-bag-client.ts";
import { createEventHub } from "./events/hub.ts";
import { createReadingWatch } from "./events/reading-watch.ts";
import { upstreamHealth } from "./health/destinations.ts";
import type { HealthReport, PartHealth } from "./health/health-report.ts";
import type { HttpParts } from "./http/api/parts.ts";
import { startHttpServer } from "./http/server.ts";
import { lockFolder } from "./journal/folder-lock.ts";
import { openJournal } from "./journal/journal.ts";
import { createSecretHider } from "./logging/known-secrets.ts";
import type { LogLosses } from "./logging/log-losses.ts";
import type { Logger } from "./logging/logger.ts";
import { redactText } from "./logging/redact.ts";
import { countBags } from "./metrics/bag-metrics.ts";
import type { RecordedBatch } from "./recording/record.ts";
import { createRecorder } from "./recording/recorder.ts";
import { createRejectedRetention } from "./records/rejected/rejected-retention.ts";
import { type Clock, systemClock } from "./runtime/clock.ts";
import { createMetrics } from "./runtime/metrics.ts";
import { zm405 } from "./scale/frames/zm405.ts";
import { createIntake } from "./scale/intake.ts";
import { createLineHub } from "./scale/lines.ts";
import { startListener } from "./scale/port/listener.ts";
import { createPresence } from "./scale/presence.ts";
import { createScaleRegister } from "./scale/register.ts";
import { createRejectedBudget } from "./scale/rejected-budget.ts";
import { createRepeats, createRepeatWindow } from "./scale/repeats.ts";
import { createStations } from "./scale/stations.ts";

/** At a stop: how long the journal may still be emptied into Postgres. What is left waits for the next start. */
const drainMs = 5_000;

export interface Appliance {
  readonly scalePort: number;
  /** Resolves when the HTTP side is open; later, where its port is taken at first. */
  readonly httpPort: Promise<number>;
  /** Resolves when Postgres has answered and is migrated for the first time. */
  readonly databaseUp: Promise<void>;
  /** Why there is no database now, and what to do about it; null: there is one, or nothing is known yet. */
  databaseTrouble(): { readonly what: string; readonly hint: string } | null;
  /** Stops accepting, takes what the scales have sent, drains within a bound. Calling it again waits for the first. */
  stop(): Promise<void>;
}

/**
 * Builds the parts and starts them: first what keeps bags, the journal and the scales' port, then everything
 * else, which may come late and go again. They stop in the opposite order.
 *
 * @throws where the data folder is in use or cannot be written, or the scales' port cannot be opened; what had
 * been started by then is stopped.
 */
export async function startAppliance(
  config: Config,
  logger: Logger,
  logLosses: Pick<LogLosses, "follow">,
): Promise<Appliance> {
  const clock = systemClock;
  const stack = new AsyncDisposableStack();
  /** For what keeps no bags: that it does not stop well is said, and is no failure of the appliance. */
  const deferQuietly = (part: string, stop: () => unknown) =>
    stack.defer(async () => {
      try {
        await stop();
      } catch (error) {
        logger.error({ part, error: String(error) }, "a part did not stop well; no bag is concerned");
      }
    });
  try {
    for (const warning of secureDataFolder(config.dataDir)) logger.warn(warning);
    stack.defer(closedToOthers(() => lockFolder(config.dataDir)));
    const tokens = configuredTokens(config, logger);
    deferQuietly("configured tokens", () => tokens.stop());
    const metrics = createMetrics();
    logLosses.follow("metrics", ({ output, lines, at }) => {
      metrics.logLinesLost.inc({ output }, lines);
      metrics.logLastLoss.set({ output }, at / 1000);
    });
    if (config.backupDir === null) {
      for (const name of ["last_success_timestamp_seconds", "bytes", "kept"]) {
        metrics.registry.removeSingleMetric(`prepuff_backup_${name}`);
      }
    }
    const journal = closedToOthers(() =>
      openJournal({ folder: config.dataDir, clock, logger, keep: config.journalKeep }),
    );
    stack.defer(() => journal.close());
    const stations = createStations(config, journal);
    const presence = createPresence(stations.isConfigured, logger);
    const repeats = createRepeats(config.frame.repeatLimit);
    const lines = createLineHub(logger);
    const intake = createIntake({
      journal,
      stations,
      presence,
      repeats,
      repeatWindow: createRepeatWindow(config.frame.repeatWindowMs),
      rejectedBudget: createRejectedBudget(config.frame.rejectedPerMinute),
      clock,
      logger,
      metrics,
      lines,
    });
    const listener = startListener({
      config,
      dialect: zm405,
      intake,
      journal,
      presence,
      clock,
      logger,
      metrics,
    });

    const locator = createLocator(config, logger);
    deferQuietly("embedded PostgreSQL", locator.stop);
    const plant = createPlant({ journalId: journal.id, name: config.plant, logger });
    const database = createDatabase({ locate: locator.locate, logger, clock, prepare: plant.settle });
    deferQuietly("database", () => database.stop());
    stack.defer(locator.giveUp);
    database.onChange("metrics", (up) => metrics.databaseUp.set(up ? 1 : 0));

    const namedTokens = createTokensInForce({ database, clock, logger });
    deferQuietly("named tokens", () => namedTokens.stop());

    const routes = routesOf(config, clock, logger);
    deferQuietly("notes of deliveries", () => {
      for (const { notes } of routes) notes?.close();
    });
    const couriers = createCouriers(routes, { database, journal, clock, logger, metrics });
    deferQuietly("couriers", () => couriers.stop());

    const events = createEventHub({ database, clock, logger });
    const readings = createReadingWatch({ journal, database, hub: events, clock, logger });
    deferQuietly("readings", () => readings.stop());
    const onRecorded = ({ bags, rejectedIds, isAgain }: RecordedBatch) => {
      for (const group of bags) {
        if (!isAgain) countBags(metrics, group);
        couriers.wake(group.station);
      }
      events.bagsRecorded(bags.flatMap((group) => group.ids));
      events.rejectedRecorded(rejectedIds);
    };
    const { destinations } = couriers;
    const recorder = createRecorder({
      journal,
      database,
      plant,
      destinations,
      clock,
      logger,
      metrics,
      onRecorded,
    });
    stack.defer(() => recorder.stop(drainMs));

    const retention = createRejectedRetention({ database, kept: config.rejectedKept, clock, logger });
    stack.defer(() => retention.stop());

    const register = createScaleRegister({ database, plant, presence, stations, clock, logger });
    deferQuietly("scale register", () => register.stop());

    const hide = createSecretHider(config);
    const health = (): HealthReport => ({
      scales_port: listener.listening
        ? { state: "up", detail: null }
        : { state: "down", detail: "the scales' port is closed" },
      journal: journal.writable
        ? { state: "up", detail: null }
        : { state: "down", detail: hide(journal.lastError ?? "not writable") },
      database: databaseHealth(database, (text) => hide(redactText(text))),
      upstream: upstreamHealth(couriers.status()),
    });
    const loadPages = async () => (await import("./board/controller.ts")).boardController();
    const httpParts: HttpParts = {
      config,
      tokens: tokens.current,
      namedTokens,
      sessionKey: ensureSessionKey(config.dataDir, logger),
      clock,
      logger,
      metrics,
      database: database.people,
      plant,
      presence: { ...presence, close: listener.close },
      repeats,
      journal,
      stations,
      couriers,
      events,
      lines,
      health,
      recorded: (bags) => onRecorded({ bags: [bags], rejectedIds: [] }),
    };
    const http = startHttpServer(httpParts, loadPages);
    deferQuietly("HTTP", () => http.stop());
    // Last in, first out: the scales' connections are closed before anything that keeps their bags stops.
    stack.defer(() => listener.stop());

    const databaseUp = firstUp(database);
    tokens.start();
    database.start();
    namedTokens.start();
    recorder.start();
    register.start();
    retention.start();
    couriers.start();

    let stopping: Promise<void> | undefined;
    return {
      scalePort: listener.port,
      httpPort: http.port,
      databaseUp,
      databaseTrouble: () => {
        if (database.up || database.lastError === null) return null;
        return locator.trouble() ?? { what: hide(redactText(database.lastError)), hint: databaseHint };
      },
      stop: () => {
        stopping ??= stack.disposeAsync();
        return stopping;
      },
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The tokens of the configuration; without one for `admin` it is made, and kept in the data folder. */
function configuredTokens(config: Config, logger: Logger): ConfiguredTokens {
  const { admin } = config.tokens;
  const tokens = { ...config.tokens, admin: admin ?? ensureAdminToken(config.dataDir) };
  const made = admin === undefined ? { admin: adminTokenPath(config.dataDir) } : {};
  return createConfiguredTokens(tokens, { ...config.tokenFiles, ...made }, { clock: systemClock, logger });
}

/** Where Postgres is; without DATABASE_URL an embedded one is started, and stopped after its last user. */
function createLocator(config: Config, logger: Logger) {
  const { databaseUrl, dataDir } = config;
  let embedded: EmbeddedSupervisor | undefined;
  let isGivenUp = false;
  return {
    async locate(): Promise<string> {
      if (databaseUrl !== null) return databaseUrl;
      if (embedded === undefined) {
        const [{ superviseEmbedded }, { startEmbeddedPostgres }] = await Promise.all([
          import("./database/embedded/supervisor.ts"),
          import("./database/embedded/server.ts"),
        ]);
        const folder = join(dataDir, "postgres");
        embedded ??= superviseEmbedded({ folder, logger, clock: systemClock, start: startEmbeddedPostgres });
      }
      if (isGivenUp) embedded.giveUp();
      return embedded.locate();
    },
    trouble: () => embedded?.trouble ?? null,
    /** A start that is under way must not hold up the stop. */
    giveUp() {
      isGivenUp = true;
      embedded?.giveUp();
    },
    stop: async () => embedded?.stop(),
  };
}

/** Where bags are delivered to: so far the web application, where one is configured. */
function routesOf({ upstream, dataDir, journalKeep }: Config, clock: Clock, logger: Logger): Route[] {
  if (upstream === null) return [];
  const { url, inFlight } = upstream;
  const destination = webApplication;
  const isKept = journalKeep.ageMs > 0 && journalKeep.entries > 0;
  const notes = isKept
    ? openDeliveredNotes({ folder: dataDir, destination: destination.id, url, keep: journalKeep, logger })
    : null;
  return [{ destination, client: createScanBagClient({ upstream, clock }), inFlight, notes }];
}

function firstUp(database: Database): Promise<void> {
  return new Promise((resolve) => {
    const forget = database.onChange("first start", (up) => {
      if (!up) return;
      forget();
      resolve();
    });
  });
}

/** It answers, but stores nothing, where its disk is full. */
function databaseHealth({ up, lastError, trouble }: Database, shown: (text: string) => string): PartHealth {
  if (!up) return { state: "down", detail: shown(lastError ?? "not connected yet") };
  if (trouble !== null) return { state: "degraded", detail: shown(trouble) };
  return { state: "up", detail: null };
}
