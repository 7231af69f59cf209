import { hostname } from "node:os";
import { join } from "node:path";
import { openConfiguredTokens } from "./access/configured-tokens.ts";
import { createPairings } from "./access/pairings.ts";
import { createPeopleInForce } from "./access/people-in-force.ts";
import { ensureSessionKey } from "./access/session-key.ts";
import { createTokensInForce } from "./access/tokens-in-force.ts";
import { createCaptures } from "./captures/captures.ts";
import type { Config } from "./config/config.ts";
import { closedToOthers, secureDataFolder } from "./config/data-folder.ts";
import { createDatabase, type Database } from "./database/database.ts";
import { createLocator } from "./database/embedded/locator.ts";
import { databaseHint } from "./database/hint.ts";
import { createPlant } from "./database/plant.ts";
import { createCouriers } from "./delivery/couriers.ts";
import { openRoutes } from "./delivery/routes.ts";
import { createEventHub } from "./events/hub.ts";
import { createReadingWatch } from "./events/reading-watch.ts";
import { createSignalWatch } from "./events/signal-watch.ts";
import { createOwnHealth } from "./health/own-health.ts";
import type { Services } from "./http/api/services.ts";
import { createHttpServer } from "./http/server.ts";
import { lockFolder } from "./journal/folder-lock.ts";
import { openJournal } from "./journal/journal.ts";
import { createTextHider } from "./logging/known-secrets.ts";
import type { LogLosses } from "./logging/log-losses.ts";
import type { Logger } from "./logging/logger.ts";
import { countBags } from "./metrics/bag-metrics.ts";
import type { RecordedBatch } from "./recording/record.ts";
import { createRecorder } from "./recording/recorder.ts";
import { createBlockKeeper } from "./records/quality/blocks/keeper.ts";
import { createRejectedRetention } from "./records/rejected/rejected-retention.ts";
import { createReportMailer } from "./records/report-mails/report-mailer.ts";
import { type AskedCheckOf, endAsked, toAsked } from "./records/scale-checks/asked.ts";
import { createOfficeSources } from "./records/sources/office-sources.ts";
import { createSourceCallers } from "./records/sources/source-callers.ts";
import { systemClock } from "./runtime/clock.ts";
import { createMetrics } from "./runtime/metrics.ts";
import { createArmedChecks } from "./scale/armed-checks.ts";
import { zm405 } from "./scale/frames/zm405.ts";
import { createIntake } from "./scale/intake.ts";
import { createListener } from "./scale/port/listener.ts";
import { createPresence } from "./scale/presence.ts";
import { createRawFrameHub } from "./scale/raw-frames.ts";
import { createScaleRegister } from "./scale/register.ts";
import { createRejectedBudget } from "./scale/rejected-budget.ts";
import { createRepeats, createRepeatWindow } from "./scale/repeats.ts";
import { sourcesIn } from "./scale/sources/kept-sources.ts";
import { createSources } from "./scale/sources/sources.ts";
import { sourcesCopy } from "./scale/sources/sources-copy.ts";
import { createSourceTally } from "./scale/sources/tally.ts";
import { createStations } from "./scale/stations.ts";
import { createLiveWeights } from "./scale/streams/live.ts";
import { createStreams } from "./scale/streams/streams.ts";
import { createTaps } from "./scale/taps.ts";

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
  /**
   * Resolves when it has stopped. Rejects, after everything has stopped, if a part failed for good: its background work
   * ended although nobody stopped it. An outage (of the database, the web application, the network, a disk, or a port
   * in use) never causes that, because parts wait for its end; only a defect does, and the service manager has to
   * restart the process. What is in the journal is kept.
   */
  readonly done: Promise<void>;
  /**
   * Stops accepting, takes what the scales have sent, drains within a bound. Calling it again waits for the first, and has its
   * outcome, which is that of `done`.
   */
  stop(): Promise<void>;
}

/**
 * Builds the parts and starts them: first the journal and the scales' port, which keep bags, then everything else,
 * which may become available later. Each part's release is registered before the part starts. Parts are released in
 * reverse order, except for the scales' port, which is closed first: what the scales have sent by then is still kept.
 *
 * @param signal aborted while it starts: nothing more is started; later: as `stop`.
 * @throws where the data folder is in use or cannot be written, or the scales' port cannot be opened; or the reason of
 * `signal`. What had been started by then is stopped.
 */
export async function startAppliance(
  config: Config,
  logger: Logger,
  logLosses: Pick<LogLosses, "follow">,
  signal: AbortSignal,
): Promise<Appliance> {
  const clock = systemClock;
  await using acquired = new AsyncDisposableStack();
  const stack = acquired.use(new AsyncDisposableStack());
  const scalesFirst = acquired.use(new AsyncDisposableStack());
  /** A phase blocks the event loop; signals are handled between two phases. */
  const nextPhase = async () => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };
  /** For parts that keep no bags: a failure to stop is logged, and is no failure of the appliance. */
  const deferQuietly = (part: string, stop: () => unknown) =>
    stack.defer(async () => {
      try {
        await stop();
      } catch (error) {
        logger.error({ part, error: String(error) }, "a part did not stop well; no bag is concerned");
      }
    });
  await nextPhase();
  for (const warning of secureDataFolder(config.dataDir)) logger.warn(warning);
  stack.defer(closedToOthers(() => lockFolder(config.dataDir)));
  const tokens = openConfiguredTokens(config, { clock, logger });
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
  await nextPhase();
  const journal = closedToOthers(() =>
    openJournal({ folder: config.dataDir, clock, logger, keep: config.journalKeep }),
  );
  stack.defer(() => journal.close());
  const stations = createStations(config, journal);
  const ofSources = sourcesCopy(config.dataDir, logger);
  const keptSources = ofSources.read();
  const sources = createSources(config.sources, sourcesIn(keptSources), logger);
  const takeSources = () => stations.takeSources(sources.all().map(({ source }) => source));
  takeSources();
  sources.onChange("stations", takeSources);
  const presence = createPresence(stations.isConfigured, logger);
  const repeats = createRepeats(config.frame.repeatLimit);
  const rawFrames = createRawFrameHub(logger);
  const sourceTally = createSourceTally();
  const checks = createArmedChecks<AskedCheckOf>(clock, logger);
  deferQuietly("checks of scales", checks.stop);
  sources.onChange("counts of sources", () =>
    sourceTally.keep(sources.all().map(({ source }) => source.name)),
  );
  const intake = createIntake({
    journal,
    stations,
    presence,
    sourceTally,
    checks,
    repeats,
    repeatWindow: createRepeatWindow(config.frame.repeatWindowMs),
    rejectedBudget: createRejectedBudget(config.frame.rejectedPerMinute),
    clock,
    logger,
    metrics,
    rawFrames,
  });
  const taps = createTaps();
  const live = createLiveWeights(logger);
  const streams = createStreams({
    intake,
    presence,
    live,
    sources,
    clock,
    monotonic: () => performance.now(),
    count({ name }, kind) {
      metrics.samples.inc({ source: name, kind });
      sourceTally.sample(name, clock.now());
    },
    onError: (error) => logger.error({ err: error }, "streams not looked at"),
  });
  const listener = createListener({
    config,
    grammar: zm405,
    intake,
    streams,
    journal,
    presence,
    sources,
    taps,
    clock,
    logger,
    metrics,
  });
  scalesFirst.defer(async () => {
    await listener.stop();
    await streams.stop();
  });
  await nextPhase();
  const scalePort = listener.start();
  streams.start();
  await nextPhase();

  const folder = join(config.dataDir, "postgres");
  const locator = createLocator({ databaseUrl: config.databaseUrl, folder, clock, logger });
  deferQuietly("embedded PostgreSQL", locator.stop);
  const plant = createPlant({ journalId: journal.id, name: config.plant, logger });
  const database = createDatabase({ locate: locator.locate, logger, clock, prepare: plant.settle });
  deferQuietly("database", () => database.stop());
  stack.defer(locator.giveUp);
  database.onChange("metrics", (up) => metrics.databaseUp.set(up ? 1 : 0));

  const namedTokens = createTokensInForce({ database, clock, logger });
  deferQuietly("named tokens", () => namedTokens.stop());
  const people = createPeopleInForce({ database, plant, clock, logger });
  deferQuietly("people", () => people.stop());

  const routes = openRoutes(config, clock, logger);
  deferQuietly("notes of deliveries", () => {
    for (const { notes } of routes) notes?.close();
  });
  const events = createEventHub({ database, clock, logger });
  const couriers = createCouriers(routes, {
    database,
    journal,
    clock,
    logger,
    metrics,
    // Where the web application judges, its answer is what the board waits for.
    onWritten: config.jobs === "upstream" ? events.bagsChanged : () => undefined,
  });
  deferQuietly("couriers", () => couriers.stop());

  const forgetLive = live.subscribe("pages", ({ scale, station, ...shown }) => {
    const actual = stations.actualScale(scale);
    const gross = stations.weighsGross(scale);
    const weight = { scale: actual, station: station ?? stations.stationOf(actual), gross, ...shown };
    events.publish({ type: "live", weight });
  });
  deferQuietly("live weights", forgetLive);
  const forgetChecks = checks.onChange("pages", (armed) => {
    events.publish({ type: "scale_check", check: toAsked(armed) });
    const { asked, state } = armed;
    if (state !== "expired") return;
    // Where the database is away, its row says by its time that it is over.
    database
      .run((sql) => endAsked(sql, plant.id, { scale: asked.scale, uid: asked.uid, state }))
      .catch((error: unknown) => logger.debug({ error: String(error) }, "end of a check not written"));
  });
  deferQuietly("checks on pages", forgetChecks);
  const readings = createReadingWatch({ journal, database, hub: events, clock, logger });
  deferQuietly("readings", () => readings.stop());
  const signals = createSignalWatch({
    database: database.people,
    plant,
    hub: events,
    clock,
    logger,
  });
  deferQuietly("signals", () => signals.stop());
  const onRecorded = ({ bags, rejectedIds, isAgain }: RecordedBatch) => {
    for (const group of bags) {
      if (!isAgain) countBags(metrics, group);
      couriers.wake(group.station);
      signals.bagsRecorded(group.ids);
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

  const reportMailer = createReportMailer({
    config: config.mail,
    database: database.people,
    plant,
    clock,
    logger,
  });
  deferQuietly("reports by mail", () => reportMailer.stop());

  const blocks = createBlockKeeper({ database: database.people, plant, clock, logger });
  deferQuietly("blocks of bags", () => blocks.stop());

  const register = createScaleRegister({ database, plant, presence, stations, clock, logger });
  deferQuietly("scale register", () => register.stop());

  const officeSources = createOfficeSources({
    config,
    database,
    plant,
    sources,
    copy: ofSources,
    given: keptSources,
    clock,
    logger,
  });
  deferQuietly("sources", () => officeSources.stop());
  const sourceCallers = createSourceCallers({
    database,
    plant,
    journalId: journal.id,
    machine: hostname(),
    sources,
    clock,
    logger,
  });
  deferQuietly("callers of sources", () => sourceCallers.stop());

  const hide = createTextHider(config);
  const loadPages = async () => (await import("./board/controller.ts")).boardController();
  const services: Services = {
    config,
    tokens: tokens.current,
    namedTokens,
    people,
    pairings: createPairings(clock),
    sessionKey: ensureSessionKey(config.dataDir, logger),
    clock,
    logger,
    metrics,
    database: database.people,
    plant,
    presence: { ...presence, close: listener.close },
    keys: listener.keys,
    repeats,
    journal,
    checks,
    stations,
    sources,
    officeSources,
    sourceTally,
    sourceCallers,
    listener,
    couriers,
    events,
    readings,
    signals,
    rawFrames,
    captures: createCaptures({ taps, config, sources, presence, clock, log: logger }),
    health: createOwnHealth({ listener, journal, database, couriers, hide }),
    recorded: (bags) => onRecorded({ bags: [bags], rejectedIds: [] }),
  };
  const http = createHttpServer(services, loadPages);
  deferQuietly("HTTP", () => http.stop());

  const databaseUp = firstUp(database);
  tokens.start();
  database.start();
  namedTokens.start();
  people.start();
  recorder.start();
  signals.start();
  register.start();
  officeSources.start();
  sourceCallers.start();
  retention.start();
  reportMailer.start();
  blocks.start();
  couriers.start();
  http.start();

  const stopAsked = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => stopAsked.resolve());
  const failures = [recorder.done, couriers.done].map(failureOf);
  const done = untilOver(acquired.move(), [stopAsked.promise, ...failures], logger);
  return {
    scalePort,
    httpPort: http.port,
    databaseUp,
    databaseTrouble: () => {
      if (database.up || database.lastError === null) return null;
      return locator.trouble() ?? { what: hide(database.lastError), hint: databaseHint };
    },
    done,
    stop: () => {
      stopAsked.resolve();
      return done;
    },
  };
}

/** Of work that is to go on: its failure alone. */
function failureOf(work: Promise<void>): Promise<never> {
  return work.then(() => new Promise<never>(() => undefined));
}

/** Waits for the first of what ends it, and stops everything. @throws where that was a failure, or something does not stop. */
async function untilOver(
  running: AsyncDisposableStack,
  ends: readonly Promise<void>[],
  logger: Logger,
): Promise<void> {
  await using _ = running;
  try {
    await Promise.race(ends);
  } catch (error) {
    logger.error({ err: error }, "a part failed for good: the appliance stops, and is to be started again");
    throw error;
  }
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
