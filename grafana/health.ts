import { type Board, destinationVariable, type Row, stationVariable } from "./board.ts";
import { deliveryRows } from "./delivery.ts";
import { healthNowRows } from "./health-now.ts";
import { chart, list, number, stacked } from "./panels.ts";
import { quantile, series, table } from "./queries.ts";

const journal = chart({
  title: "Journal",
  description:
    "Frames that PostgreSQL does not have yet. It grows while the database is away, else it is near 0.",
  unit: "short",
  queries: [series("sum(prepuff_journal_entries)", "frames")],
})
  .min(0)
  .decimals(0);

const journalAge = chart({
  title: "Age of what waits",
  description: "Of the oldest frame in the journal, and of the oldest bag that waits for each destination.",
  unit: "s",
  queries: [
    series("max(prepuff_journal_oldest_seconds)", "journal"),
    series("max by (destination) (prepuff_delivery_oldest_pending_seconds)", "{{destination}}"),
  ],
}).min(0);

const disk = chart({
  title: "Disk of the journal",
  description: "Free bytes. Below 2 GiB an alert comes; with none left, scales have to wait.",
  unit: "bytes",
  queries: [series("min(prepuff_journal_disk_free_bytes)", "free")],
}).min(0);

const latency = chart({
  title: "From the scale to the database",
  description: "Time from a frame's last byte to its recorded bag: half, and 99 % of them.",
  unit: "s",
  queries: [
    series(quantile(0.5, "prepuff_frame_to_bag_seconds"), "half"),
    series(quantile(0.99, "prepuff_frame_to_bag_seconds"), "99 %"),
  ],
}).min(0);

const recording = chart({
  title: "Recording",
  description: "Time that PostgreSQL takes for one batch: half, and 99 % of them.",
  unit: "s",
  queries: [
    series(quantile(0.5, "prepuff_record_duration_seconds"), "half"),
    series(quantile(0.99, "prepuff_record_duration_seconds"), "99 %"),
  ],
}).min(0);

const ledger = list({
  title: "Ledger",
  description:
    "What each journal has recorded, as bags and as rejected frames. Several journals are several appliances, or a new data folder.",
  unit: "short",
  queries: [
    table(`
      select
        left(j.id::text, 8) as "Journal",
        j.recorded_through as "Recorded",
        j.bags as "Bags",
        j.rejected as "Rejected",
        j.recorded_through - j.bags - j.rejected as "Unaccounted"
      from journal j
      order by j.id desc
      limit 20`),
  ],
});

const size = number({
  title: "Size of the database",
  description: "All tables and indexes. A million bags take some 500 MB with everything about them.",
  unit: "bytes",
  queries: [table("select pg_database_size(current_database()) as size")],
});

const backupSize = number({
  title: "Size of the backup",
  description: "Of the newest one. Far smaller than the one before: look into it.",
  unit: "bytes",
  queries: [series("max(prepuff_backup_bytes)", "size")],
  empty: "none is set up",
});

const rejected = stacked({
  title: "Rejected frames by reason",
  description:
    "Frames a minute that became no bag. One reason that rises: see the runbook “Reject rate high”.",
  unit: "suffix: frames/min",
  queries: [
    series("sum by (reason) (rate(prepuff_frames_rejected_total[$__rate_interval])) * 60", "{{reason}}"),
  ],
});

const connections = chart({
  title: "Scales",
  description:
    "Scales with an open connection, and connections that were refused a minute: an address that is not allowed, or too many.",
  unit: "short",
  queries: [
    series("sum(prepuff_scales_connected)", "connected"),
    series(
      "(sum(rate(prepuff_connections_refused_total[$__rate_interval])) or vector(0)) * 60",
      "refused a minute",
    ),
  ],
}).min(0);

const cpu = chart({
  title: "Processor",
  description: "Of one core, used by the appliance.",
  unit: "percentunit",
  queries: [series('sum(rate(process_cpu_seconds_total{job="prepuff"}[$__rate_interval]))', "appliance")],
}).min(0);

const memory = chart({
  title: "Memory",
  description: "Resident memory of the appliance. A steady rise over days is a fault: report it.",
  unit: "bytes",
  queries: [series('sum(process_resident_memory_bytes{job="prepuff"})', "appliance")],
}).min(0);

const loop = chart({
  title: "Event loop",
  description: "How late the appliance gets to its work, 99 % of the time. Above 1 s it is overloaded.",
  unit: "s",
  queries: [series('max(nodejs_eventloop_lag_p99_seconds{job="prepuff"})', "99 %")],
}).min(0);

const files = chart({
  title: "Open files",
  description: "Of the appliance, connections among them, and its limit.",
  unit: "short",
  queries: [
    series('sum(process_open_fds{job="prepuff"})', "open"),
    series('sum(process_max_fds{job="prepuff"})', "limit"),
  ],
})
  .min(0)
  .overrideByName("limit", [{ id: "custom.hideFrom", value: { viz: true, legend: false, tooltip: false } }]);

const healthRows: readonly Row[] = [
  {
    heading: "Journal and database",
    height: 8,
    panels: [
      [journal, 8],
      [journalAge, 8],
      [disk, 8],
    ],
  },
  {
    height: 8,
    panels: [
      [latency, 8],
      [recording, 8],
      [ledger, 8],
    ],
  },
  {
    heading: "Scales and process",
    height: 8,
    panels: [
      [connections, 8],
      [rejected, 8],
      [loop, 8],
    ],
  },
  {
    height: 7,
    panels: [
      [cpu, 6],
      [memory, 6],
      [files, 6],
      [size, 3],
      [backupSize, 3],
    ],
  },
];

/** For plant IT: where bags wait, and whether every part is well. */
export const delivery: Board = {
  uid: "prepuff-delivery",
  title: "Delivery and health",
  description:
    "The web application's answers, what waits, journal, database, process and backup, for plant IT.",
  from: "now-6h",
  variables: [stationVariable(), destinationVariable()],
  rows: [...healthNowRows, ...deliveryRows, ...healthRows],
};
