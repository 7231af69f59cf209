import { z } from "zod";
import { deliverySchema } from "../../delivery/deliveries.ts";
import { countedBy, type LabelledValue } from "../../health/counted.ts";
import { bagsMost, type Facts, signalsMost } from "../../health/facts.ts";
import { fallbackEventsMost, fellBackSchema, recordedAgainSchema } from "../../health/fallback-events.ts";
import { healthSchema } from "../../health/health-report.ts";
import { bagSchema } from "../../records/bags/bag-view.ts";
import { jobSchema } from "../../records/jobs/job-view.ts";
import { ledgerSchema } from "../../records/ledger/ledger-reader.ts";
import { rejectedReasonSchema } from "../../records/rejected/rejected-reasons.ts";
import { unsentMailsSchema } from "../../records/report-mails/mail-queue.ts";
import { standingSchema } from "../../records/scale-checks/standing.ts";
import { scaleSchema } from "../../records/scales/scale-list.ts";
import { signalSchema } from "../../records/signals/signal-view.ts";
import type { Clock } from "../../runtime/clock.ts";
import { once } from "../../runtime/once.ts";
import type { ApplianceApi } from "./appliance-api.ts";
import { samplesOf } from "./samples.ts";

const scaleFact = scaleSchema.pick({
  id: true,
  name: true,
  station: true,
  enabled: true,
  connected: true,
  connects_to_print: true,
  silent: true,
  repeating: true,
  remote_address: true,
  last_reading_at: true,
  last_weight: true,
  unit: true,
  unit_change: true,
});
const connectionFact = z
  .object({
    remote_address: z.string(),
    connected_since: z.iso.datetime(),
    scales: z.array(z.int()),
    bytes: z.int(),
    rejected: z.int(),
    parity: z.boolean(),
  })
  .transform(({ remote_address, connected_since, parity, ...counts }) => ({
    ...counts,
    remoteAddress: remote_address,
    connectedSince: Date.parse(connected_since),
    hasParity: parity,
  }));
const sourceFact = z.object({
  name: z.string().nullable(),
  state: z.object({ also_called_by: z.string().nullable() }),
});
const jobFact = jobSchema.pick({
  id: true,
  station: true,
  company: true,
  bags_completed: true,
  quantity: true,
});
const checkedScaleFact = z.object({
  scale: z.int(),
  standing: standingSchema,
  calibration_due: z.string().nullable(),
});
const signalFact = signalSchema.pick({ station: true, rule: true, last_at: true });
const reportMailsFact = z.object({ unsent: unsentMailsSchema.nullable() });
const bagFact = bagSchema.pick({ scale: true, doubt: true });
const disputedFact = bagSchema.pick({
  id: true,
  station: true,
  weight: true,
  unit: true,
  in_tolerance: true,
});
const ledgerFact = ledgerSchema.pick({
  received: true,
  pending: true,
  bags: true,
  rejected: true,
  missing: true,
});
const deliveryFact = deliverySchema.pick({ bag_id: true, station: true, attempts: true, last_error: true });

const dayMs = 86_400_000;

/** The facts of a running appliance, as it answers over HTTP; counts that its API does not tell from its metrics. */
export function createRemoteFacts(api: ApplianceApi, clock: Pick<Clock, "now">): Facts {
  const metrics = once(async () => (await api.ask("/metrics")).body);
  const lastDay = () => new Date(clock.now() - dayMs).toISOString();

  async function list<S extends z.ZodType>(path: string, item: S): Promise<z.output<S>[]> {
    return (await api.get(path, z.object({ items: z.array(item) }))).items;
  }

  /** undefined where there is no sample: what the appliance cannot tell now it leaves out. */
  async function sampleOf(name: string): Promise<number | undefined> {
    return samplesOf(await metrics(), name)[0]?.value;
  }

  async function valuesBy(name: string, label: string): Promise<LabelledValue[]> {
    return samplesOf(await metrics(), name).map(({ labels, value }) => ({ of: labels[label] ?? "", value }));
  }

  async function journalBacklog() {
    const frames = await sampleOf("prepuff_journal_entries");
    const oldestSeconds = await sampleOf("prepuff_journal_oldest_seconds");
    return frames === undefined || oldestSeconds === undefined ? null : { frames, oldestSeconds };
  }

  async function deliveryCounts() {
    const byState = countedBy(await valuesBy("prepuff_deliveries", "state"));
    const oldest = await valuesBy("prepuff_delivery_oldest_pending_seconds", "");
    if (oldest.length === 0) return null;
    const count = (state: string) => byState.find(({ of }) => of === state)?.times ?? 0;
    return {
      pending: count("pending"),
      parked: count("parked"),
      oldestPendingSeconds: Math.max(...oldest.map(({ value }) => value)),
    };
  }

  async function fallbacks() {
    const page = `from=${lastDay()}&limit=${fallbackEventsMost}`;
    const fellBack = await list(`/api/audit?action=database.fell_back&${page}`, fellBackSchema);
    if (fellBack.length === 0) return { fellBack, recordedAgain: [] };
    return {
      fellBack,
      recordedAgain: await list(`/api/audit?action=database.recorded_again&${page}`, recordedAgainSchema),
    };
  }

  return {
    parts: async () => healthSchema.parse(JSON.parse((await api.ask("/health/ready")).body)).parts,
    scales: once(() => list("/api/scales", scaleFact)),
    connections: once(() => list("/api/connections", connectionFact)),
    calledTwice: async () =>
      (await list("/api/sources", sourceFact)).flatMap(({ name, state }) =>
        name === null || state.also_called_by === null
          ? []
          : [{ source: name, machine: state.also_called_by }],
      ),
    checkedScales: () => list("/api/scale-checks", checkedScaleFact),
    activeJobs: once(() => list("/api/jobs?status=active&limit=500", jobFact)),
    openSignals: () => list(`/api/quality/signals?open=true&limit=${signalsMost}`, signalFact),
    joblessBags(from, to) {
      const until = to === undefined ? "" : `&to=${to.toISOString()}`;
      const span = `from=${from.toISOString()}${until}`;
      return list(`/api/bags?verdict=no_job&voided=false&limit=${bagsMost}&${span}`, bagFact);
    },
    disputedBags: (from) =>
      list(`/api/bags?disputed=true&voided=false&limit=${bagsMost}&from=${from.toISOString()}`, disputedFact),
    rejectedReasons: once(() => list(`/api/rejected/reasons?from=${lastDay()}`, rejectedReasonSchema)),
    journalBacklog,
    ledger: () => api.get("/api/ledger", ledgerFact),
    refusedConnections: async () => countedBy(await valuesBy("prepuff_connections_refused_total", "reason")),
    connectionsMax: async () => (await sampleOf("prepuff_connections_max")) ?? null,
    lostLogLines: async () =>
      countedBy(
        await valuesBy("prepuff_log_lines_lost_total", "output"),
        await valuesBy("prepuff_log_last_loss_timestamp_seconds", "output"),
      ),
    fallbacks,
    deliveryCounts,
    deliveries: (state, limit) => list(`/api/deliveries?state=${state}&limit=${limit}`, deliveryFact),
    unsentMails: async () => (await api.get("/api/report-mails", reportMailsFact)).unsent,
    oddAnswers: async () =>
      countedBy(
        await valuesBy("prepuff_upstream_odd_answers_total", "oddity"),
        await valuesBy("prepuff_upstream_last_odd_answer_timestamp_seconds", "oddity"),
      ),
  };
}
