import { Gauge } from "prom-client";
import type { Config } from "../config/config.ts";
import type { DatabaseAccess, Sql } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import { countDeliveries, type DeliveryCounts, deliveryStates } from "../delivery/deliveries.ts";
import type { JournalView } from "../journal/journal-view.ts";
import { createLedgerReader, type LedgerCounts } from "../records/ledger/ledger-reader.ts";
import { readStanding, type StandingChecking } from "../records/scale-checks/standing.ts";
import { countOpenSignals } from "../records/signals/signal-view.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import type { ConnectionView, ScaleView } from "../scale/presence.ts";
import type { Repeats } from "../scale/repeats.ts";
import { isSilent } from "../scale/silence.ts";
import type { Stations } from "../scale/stations.ts";
import { setBackups } from "./backups.ts";

export interface StateParts {
  readonly config: Pick<Config, "station" | "scale" | "backupDir">;
  readonly clock: Clock;
  readonly database: DatabaseAccess;
  readonly plant: Pick<Plant, "id">;
  readonly journal: JournalView;
  readonly presence: { scales(): readonly ScaleView[]; connections(): readonly ConnectionView[] };
  readonly repeats: Pick<Repeats, "isRepeating">;
  readonly stations: Pick<Stations, "stationOf" | "actualScale" | "isAccepted">;
  readonly events: { readonly size: number };
}

/**
 * A scrape must not wait for a PostgreSQL that hangs: Prometheus gives up after 10 s, and then gets no metrics at all.
 */
const readLimitMs = 2_000;
/** A scale that was not heard for so long is no longer missed; nor is a disabled one. */
const missedForDays = 7;
const scalesMax = 1_000;

/**
 * Sets the gauges that are read from the state of other parts.
 *
 * @returns what is to be awaited before each scrape. It takes at most 2 s and never fails: what PostgreSQL does not
 * answer in time is left out of this scrape, so that no old value looks like a new one.
 */
export function registerStateMetrics(metrics: Metrics, parts: StateParts): () => Promise<void> {
  const { config, clock, database, plant, journal, presence, repeats, stations, events } = parts;
  const ledger = createLedgerReader(parts);
  const eventClients = new Gauge({
    name: "prepuff_event_clients",
    help: "Clients that follow the event stream.",
    registers: [metrics.registry],
  });
  let reading: Promise<StoredState | null> | null = null;
  let known: readonly KnownScale[] = [];

  /** One query at a time, however many scrapes there are: a slow PostgreSQL is not asked again meanwhile. */
  function read(): Promise<StoredState | null> {
    reading ??= readState()
      .catch(() => null)
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  async function readState(): Promise<StoredState> {
    const stored = await database.run((sql) => readStored(sql, plant.id, clock.now()));
    return { ...stored, ledger: await ledger.read() };
  }

  function setLocal(): void {
    const now = clock.now();
    metrics.databaseUp.set(database.up ? 1 : 0);
    setOrRemove(metrics.journalEntries, () => journal.entries);
    setOrRemove(metrics.journalOldest, () => secondsSince(journal.oldestReceivedAt, now));
    setOrRemove(metrics.journalDiskFree, () => journal.diskFreeBytes);
    eventClients.set(events.size);
    if (config.backupDir !== null) setBackups(metrics, config.backupDir);
  }

  /** Scales that PostgreSQL knows stay in the list while it is not reachable, so that missing ones are still reported. */
  function setScales(): void {
    const views = presence.scales();
    metrics.scalesConnected.set(views.filter((view) => view.connected).length);
    const connections = presence.connections();
    metrics.connectionsUnidentified.set(connections.filter(({ scales }) => scales.length === 0).length);
    metrics.scaleConnected.reset();
    metrics.scaleInfo.reset();
    // Else those that are forgotten would stay in it.
    metrics.scaleLastReading.reset();
    metrics.scaleRepeating.reset();
    const now = clock.now();
    for (const scale of config.station.byScale.keys()) setScale(scale, false);
    for (const { id, lastSeenAt } of known) {
      setScale(id, false);
      if (stations.actualScale(id) === id)
        metrics.scaleLastReading.set({ scale: String(id) }, lastSeenAt.getTime() / 1000);
    }
    for (const { id, connected, lastReadingAt } of views) {
      setScale(id, connected);
      metrics.scaleRepeating.set({ scale: String(id) }, repeats.isRepeating(id, now) ? 1 : 0);
      // From the beginning, so that its first one is a rise.
      metrics.bagsInDoubt.inc({ scale: String(id) }, 0);
      if (lastReadingAt !== null) metrics.scaleLastReading.set({ scale: String(id) }, lastReadingAt / 1000);
    }
  }

  /** A replacement scale counts as the one that it replaces, and is not missed under its own number. */
  function setScale(id: number, connected: boolean): void {
    if (stations.actualScale(id) !== id) return;
    const scale = String(id);
    metrics.scaleConnected.set({ scale }, connected ? 1 : 0);
    metrics.scaleInfo.set({ scale, station: stations.stationOf(id) }, 1);
  }

  /** Whether a scale should print is known only together with the jobs: without Postgres it is left out. */
  function setSilent(state: StoredState | null): void {
    metrics.scaleSilent.reset();
    if (state === null) return;
    const startedAt = new Map(state.jobs.map((job) => [job.station, job.startedAt.getTime()]));
    const now = clock.now();
    for (const view of presence.scales()) {
      const jobStartedAt = startedAt.get(stations.stationOf(view.id));
      const silent = isSilent(view, jobStartedAt, now, config.scale.silentAfterMs);
      metrics.scaleSilent.set({ scale: String(view.id) }, silent ? 1 : 0);
    }
  }

  /** Scales that are checked by weights; not those that are switched off. */
  function setChecks(checked: readonly StandingChecking[]): void {
    metrics.scaleCheckFailed.reset();
    metrics.scaleCheckOverdue.reset();
    for (const { scale: id, standing } of checked) {
      if (!stations.isAccepted(id)) continue;
      const scale = String(id);
      metrics.scaleCheckFailed.set({ scale }, standing.failed.length > 0 ? 1 : 0);
      metrics.scaleCheckOverdue.set({ scale }, standing.check === "overdue" ? 1 : 0);
    }
  }

  function setStored(state: StoredState | null): void {
    setChecks(state?.checked ?? []);
    metrics.jobCompleted.reset();
    metrics.jobTarget.reset();
    metrics.spcSignal.reset();
    metrics.deliveries.reset();
    metrics.deliveryOldest.reset();
    metrics.ledgerMissing.remove();
    if (state === null) return;
    const { jobs, deliveries, scales, signals } = state;
    known = scales;
    for (const { station, completed, target } of jobs) {
      metrics.jobCompleted.set({ station }, completed);
      metrics.jobTarget.set({ station }, target);
    }
    for (const { station, rule, signals: open } of signals) metrics.spcSignal.set({ station, rule }, open);
    for (const { destination, oldestPendingWeighedAt, ...counts } of deliveries) {
      for (const each of deliveryStates) metrics.deliveries.set({ destination, state: each }, counts[each]);
      metrics.deliveryOldest.set({ destination }, secondsSince(oldestPendingWeighedAt, clock.now()));
    }
    if (state.ledger.missing !== null) metrics.ledgerMissing.set(state.ledger.missing);
  }

  return async () => {
    // The limit is of this wait alone. The query itself is not aborted: that would close the pool's connections.
    const state = database.up ? await withTimeLimit(read(), readLimitMs, () => null, clock) : null;
    setLocal();
    setStored(state);
    setScales();
    setSilent(state);
  };
}

interface ActiveJob {
  readonly station: string;
  readonly completed: number;
  readonly target: number;
  readonly startedAt: Date;
}

interface KnownScale {
  readonly id: number;
  readonly lastSeenAt: Date;
}

interface StoredState {
  readonly jobs: readonly ActiveJob[];
  readonly deliveries: readonly DeliveryCounts[];
  readonly scales: readonly KnownScale[];
  readonly signals: Awaited<ReturnType<typeof countOpenSignals>>;
  readonly checked: readonly StandingChecking[];
  readonly ledger: LedgerCounts;
}

async function readStored(sql: Sql, plant: number, now: number): Promise<Omit<StoredState, "ledger">> {
  const jobs = await sql<ActiveJob[]>`
    select station, bags_completed as completed, quantity as target, started_at as "startedAt"
    from prepuff_job
    where plant_id = ${plant} and status = 'active'`;
  const scales = await sql<KnownScale[]>`
    select id, last_seen_at as "lastSeenAt"
    from scale
    where plant_id = ${plant} and enabled is distinct from false and last_seen_at > now() - make_interval(days => ${missedForDays})
    order by last_seen_at desc
    limit ${scalesMax}`;
  const checked = await readStanding(sql, plant, now);
  const signals = await countOpenSignals(sql, plant);
  return { jobs, scales, signals, checked, deliveries: await countDeliveries(sql, plant) };
}

/** The journal is read from a disk, which may fail: the other metrics must still be there. */
function setOrRemove(gauge: Gauge, read: () => number): void {
  try {
    gauge.set(read());
  } catch {
    gauge.remove();
  }
}

function secondsSince(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, now - at) / 1000;
}
