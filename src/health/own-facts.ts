import type { Counter, Gauge } from "prom-client";
import { listAuditEvents } from "../audit/audit-list.ts";
import type { Config } from "../config/config.ts";
import type { DatabaseAccess } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import { readOnly } from "../database/read-only.ts";
import { countDeliveries, listDeliveries } from "../delivery/deliveries.ts";
import { webApplication } from "../delivery/destination.ts";
import type { JournalView } from "../journal/journal-view.ts";
import { listBags } from "../records/bags/bag-list.ts";
import { listJobs } from "../records/jobs/job-view.ts";
import { createLedgerReader } from "../records/ledger/ledger-reader.ts";
import { listReasons } from "../records/rejected/rejected-reasons.ts";
import { findUnsent } from "../records/report-mails/mail-queue.ts";
import { readStanding } from "../records/scale-checks/standing.ts";
import { createScaleList } from "../records/scales/scale-list.ts";
import { listSignals } from "../records/signals/signal-view.ts";
import type { SourceCallers } from "../records/sources/source-callers.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { once } from "../runtime/once.ts";
import type { ConnectionView, ScaleView } from "../scale/presence.ts";
import type { Repeats } from "../scale/repeats.ts";
import type { Sources } from "../scale/sources/sources.ts";
import type { Stations } from "../scale/stations.ts";
import { countedBy, type LabelledValue } from "./counted.ts";
import { bagsMost, type Facts, signalsMost } from "./facts.ts";
import { fallbackEventsMost, fellBackSchema, recordedAgainSchema } from "./fallback-events.ts";
import type { HealthReport } from "./health-report.ts";

export interface OwnParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: DatabaseAccess;
  readonly plant: Pick<Plant, "id">;
  readonly journal: JournalView;
  readonly metrics: Metrics;
  readonly presence: {
    scales(): readonly ScaleView[];
    standIns(): readonly ScaleView[];
    connections(): readonly ConnectionView[];
  };
  readonly repeats: Pick<Repeats, "isRepeating">;
  readonly stations: Stations;
  readonly sources: Pick<Sources, "all">;
  readonly sourceCallers: Pick<SourceCallers, "otherOf">;
  health(): HealthReport;
}

const dayMs = 86_400_000;
/** One job a station. */
const jobsMost = 500;

/**
 * The facts of this appliance, from its parts.
 *
 * @returns makes the facts of one report: each is read once.
 */
export function createOwnFacts(parts: OwnParts): () => Facts {
  const { clock, database, plant, journal, metrics, presence, sources, sourceCallers } = parts;
  const scaleList = createScaleList(parts);
  const ledger = createLedgerReader(parts);
  const lastDay = () => new Date(clock.now() - dayMs);

  async function journalBacklog() {
    try {
      const { oldestReceivedAt: oldest } = journal;
      const oldestSeconds = oldest === null ? 0 : Math.max(0, clock.now() - oldest) / 1000;
      return { frames: journal.entries, oldestSeconds };
    } catch {
      // The journal is read from a disk, which may fail: the journal's own part shows that.
      return null;
    }
  }

  async function deliveryCounts() {
    try {
      const counts = await readOnly(database, (tx) => countDeliveries(tx, plant.id));
      const now = clock.now();
      return {
        pending: counts.reduce((sum, { pending }) => sum + pending, 0),
        parked: counts.reduce((sum, { parked }) => sum + parked, 0),
        oldestPendingSeconds:
          Math.max(0, ...counts.map(({ oldestPendingWeighedAt }) => now - (oldestPendingWeighedAt ?? now))) /
          1000,
      };
    } catch {
      // A database that does not answer in time is shown by its own part.
      return null;
    }
  }

  function fallbacks() {
    const [filter, page] = [{ from: lastDay() }, { limit: fallbackEventsMost }];
    return readOnly(database, async (tx) => {
      const fellBack = await listAuditEvents(tx, plant.id, { ...filter, action: "database.fell_back" }, page);
      if (fellBack.length === 0) return { fellBack: [], recordedAgain: [] };
      const again = await listAuditEvents(
        tx,
        plant.id,
        { ...filter, action: "database.recorded_again" },
        page,
      );
      return {
        fellBack: fellBack.map((event) => fellBackSchema.parse(event)),
        recordedAgain: again.map((event) => recordedAgainSchema.parse(event)),
      };
    });
  }

  return () => ({
    parts: async () => parts.health(),
    scales: once(scaleList.all),
    connections: async () => [...presence.connections()].sort((a, b) => b.id - a.id),
    calledTwice: async () =>
      sources.all().flatMap(({ source }) => {
        const machine = source.enabled ? sourceCallers.otherOf(source) : null;
        return machine === null ? [] : [{ source: source.name, machine }];
      }),
    checkedScales: () => readOnly(database, (tx) => readStanding(tx, plant.id, clock.now())),
    activeJobs: once(() =>
      readOnly(database, (tx) => listJobs(tx, plant.id, { status: "active" }, { limit: jobsMost })),
    ),
    openSignals: () =>
      readOnly(database, (tx) => listSignals(tx, plant.id, { open: true }, { limit: signalsMost })),
    joblessBags: (from, to) =>
      database.run((sql) =>
        listBags(sql, plant.id, { verdict: "no_job", voided: false, from, to }, { limit: bagsMost }),
      ),
    disputedBags: (from) =>
      database.run((sql) =>
        listBags(sql, plant.id, { disputed: true, voided: false, from }, { limit: bagsMost }),
      ),
    rejectedReasons: once(() => readOnly(database, (tx) => listReasons(tx, plant.id, lastDay()))),
    journalBacklog,
    ledger: once(ledger.read),
    refusedConnections: async () => countedBy(await valuesBy(metrics.connectionsRefused, "reason")),
    connectionsMax: async () => (await metrics.connectionsMax.get()).values[0]?.value ?? null,
    lostLogLines: async () =>
      countedBy(
        await valuesBy(metrics.logLinesLost, "output"),
        await valuesBy(metrics.logLastLoss, "output"),
      ),
    fallbacks: once(fallbacks),
    deliveryCounts: once(deliveryCounts),
    deliveries: (state, limit) =>
      readOnly(database, (tx) =>
        listDeliveries(tx, { plant: plant.id, destination: webApplication.id, state }, { limit }),
      ),
    unsentMails: () => readOnly(database, (tx) => findUnsent(tx, plant.id, clock.now())),
    oddAnswers: async () =>
      countedBy(
        await valuesBy(metrics.upstreamOddAnswers, "oddity"),
        await valuesBy(metrics.upstreamLastOddAnswer, "oddity"),
      ),
  });
}

/** @param label others are left out: what they tell apart comes several times. */
async function valuesBy<Label extends string>(
  metric: Counter<Label> | Gauge<Label>,
  label: Label,
): Promise<LabelledValue[]> {
  return (await metric.get()).values.map(({ labels, value }) => ({ of: String(labels[label]), value }));
}
