import { Counter, Gauge, Histogram, Registry } from "prom-client";
import packageJson from "../../package.json" with { type: "json" };
import { rejectedReasons } from "../weighing/reject-reason.ts";
import { BulkHistogram } from "./bulk-histogram.ts";

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Every metric of the appliance (names: base units, `_total` on counters).
 * Labels are bounded: stations and scales come from the plant's own list, reasons and outcomes from the code.
 */
export function createMetrics(registry: Registry = new Registry()) {
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Histogram({ name, help, labelNames: [...labelNames], buckets: seconds, registers });

  const metrics = {
    registry,
    scalesConnected: gauge("prepuff_scales_connected", "Scales with an open connection."),
    scaleConnected: gauge("prepuff_scale_connected", "1 while the scale has an open connection, else 0.", [
      "scale",
    ]),
    spcSignal: gauge(
      "prepuff_spc_signal",
      "Signals on the jobs of a station that nobody acknowledged yet, by rule.",
      ["station", "rule"],
    ),
    scaleSilent: gauge(
      "prepuff_scale_silent",
      "1 while the scale is connected and its station is at work, but it has printed nothing for long.",
      ["scale"],
    ),
    scaleRepeating: gauge(
      "prepuff_scale_repeating",
      "1 while the scale prints like a stream: few weights again and again, faster than bags can be loaded.",
      ["scale"],
    ),
    scaleCheckFailed: gauge(
      "prepuff_scale_check_failed",
      "1 while the scale's last check with one of its weights, or of its repeatability, failed.",
      ["scale"],
    ),
    scaleCheckOverdue: gauge(
      "prepuff_scale_check_overdue",
      "1 while the scale should have been checked by now.",
      ["scale"],
    ),
    scaleLastReading: gauge(
      "prepuff_scale_last_reading_timestamp_seconds",
      "When the scale's last good reading came, in seconds since the epoch.",
      ["scale"],
    ),
    readings: counter("prepuff_readings_total", "Frames read from each scale, by result.", [
      "scale",
      "result",
    ]),
    framesRejected: counter("prepuff_frames_rejected_total", "Frames that became no bag, by reason.", [
      "reason",
    ]),
    framesCounted: counter(
      "prepuff_frames_counted_total",
      "Rejected frames that were counted and not kept one by one, by reason.",
      ["reason"],
    ),
    connectionsRefused: counter(
      "prepuff_connections_refused_total",
      "Connections to the scales' port that were refused, by reason.",
      ["reason"],
    ),
    connectionsMax: gauge(
      "prepuff_connections_max",
      "Connections of scales that are kept at once: as configured, or fewer where the process may open too few files.",
    ),
    greetings: counter(
      "prepuff_greetings_total",
      "Connections to the scales' port that were no scale's, by the protocol they began with.",
      ["protocol"],
    ),
    requestsRefused: counter(
      "prepuff_http_refused_total",
      "Requests refused because one token, one address or all together ask for too much at once, by what was asked for.",
      ["what"],
    ),
    connectionsUnidentified: gauge(
      "prepuff_connections_unidentified",
      "Open connections of scales on which nothing has been printed yet: only a print says which scale it is.",
    ),
    samples: counter("prepuff_samples_total", "Prints of sources in stream mode, by what they say.", [
      "source",
      "kind",
    ]),
    sourceConnected: gauge(
      "prepuff_source_connected",
      "1 while the appliance is connected to a source that it calls itself, else 0.",
      ["source"],
    ),
    sourcePolls: counter(
      "prepuff_source_polls_total",
      "Questions for a weight to sources that are polled, by result.",
      ["source", "result"],
    ),
    scaleInfo: gauge("prepuff_scale_info", "Always 1; says on which station each scale stands.", [
      "scale",
      "station",
    ]),
    bagsInDoubt: counter(
      "prepuff_bags_in_doubt_total",
      "Bags that count for no job until somebody decides, because their scale repeats like a stream.",
      ["scale"],
    ),
    bags: counter("prepuff_bags_total", "Bags recorded in Postgres, by verdict.", ["station", "verdict"]),
    // Two counters, because Prometheus takes a counter that falls for one that was reset.
    bagExcess: counter(
      "prepuff_bag_excess_ratio_total",
      "How far bags lay above their targets, each as a share of its target, added up.",
      ["station"],
    ),
    bagShortfall: counter(
      "prepuff_bag_shortfall_ratio_total",
      "How far bags lay below their targets, each as a share of its target, added up.",
      ["station"],
    ),
    journalEntries: gauge(
      "prepuff_journal_entries",
      "Frames in the journal that Postgres does not have yet.",
    ),
    journalOldest: gauge(
      "prepuff_journal_oldest_seconds",
      "Age of the oldest frame that Postgres does not have yet.",
    ),
    journalDiskFree: gauge(
      "prepuff_journal_disk_free_bytes",
      "Free bytes on the disk that holds the journal.",
    ),
    logLinesLost: counter("prepuff_log_lines_lost_total", "Log lines that could not be written, by output.", [
      "output",
    ]),
    logLastLoss: gauge(
      "prepuff_log_last_loss_timestamp_seconds",
      "When a log line was lost last, in seconds since the epoch; absent while none was.",
      ["output"],
    ),
    ledgerMissing: gauge(
      "prepuff_ledger_missing",
      "Frames received that are neither bag, rejected nor pending. Must be 0.",
    ),
    recordDuration: histogram("prepuff_record_duration_seconds", "Time to record one batch in Postgres."),
    // Of every bag.
    frameToBag: new BulkHistogram({
      name: "prepuff_frame_to_bag_seconds",
      help: "Time from a frame's last byte to its committed bag.",
      buckets: seconds,
      registers,
    }),
    databaseUp: gauge("prepuff_database_up", "1 while Postgres answers, else 0."),
    upstreamRequests: counter(
      "prepuff_upstream_requests_total",
      "Requests to each destination of bags, by outcome.",
      ["destination", "outcome"],
    ),
    upstreamOddAnswers: counter(
      "prepuff_upstream_odd_answers_total",
      "Bags that a destination took with an answer that is not as agreed, by what is odd about it.",
      ["destination", "oddity"],
    ),
    upstreamLastOddAnswer: gauge(
      "prepuff_upstream_last_odd_answer_timestamp_seconds",
      "When the last one of these came, in seconds since the epoch; absent while none did.",
      ["destination", "oddity"],
    ),
    upstreamDuration: histogram(
      "prepuff_upstream_request_duration_seconds",
      "Time of one request to a destination.",
      ["destination"],
    ),
    upstreamUp: gauge(
      "prepuff_upstream_up",
      "1 while the destination takes bags, else 0; absent where nothing is forwarded.",
      ["destination"],
    ),
    deliveries: gauge("prepuff_deliveries", "Deliveries by destination and state.", ["destination", "state"]),
    deliveryOldest: gauge(
      "prepuff_delivery_oldest_pending_seconds",
      "Time since the oldest bag that waits for delivery to the destination was weighed.",
      ["destination"],
    ),
    jobCompleted: gauge("prepuff_job_bags_completed", "Bags completed in the station's active job.", [
      "station",
    ]),
    jobTarget: gauge("prepuff_job_bags_target", "Bags wanted by the station's active job.", ["station"]),
    backupLastSuccess: gauge(
      "prepuff_backup_last_success_timestamp_seconds",
      "When the newest backup of the database was begun, in seconds since the epoch; 0 while there is none.",
    ),
    backupBytes: gauge("prepuff_backup_bytes", "Size of the newest backup; 0 while there is none."),
    backupKept: gauge("prepuff_backup_kept", "Backups that are kept."),
  };
  gauge("prepuff_build_info", "Always 1; the version is in the labels.", ["version", "bun"]).set(
    { version: packageJson.version, bun: Bun.version },
    1,
  );
  // From the beginning: the first of a kind is a rise from 0, not something new.
  for (const reason of rejectedReasons) metrics.framesRejected.inc({ reason }, 0);
  for (const output of ["stdout", "file"]) metrics.logLinesLost.inc({ output }, 0);
  return metrics;
}

export type Metrics = ReturnType<typeof createMetrics>;
