import { BigValueTextMode } from "@grafana/grafana-foundation-sdk/common";
import type { Row } from "./board.ts";
import { alerts, list, number, state, steps, words } from "./panels.ts";
import { now, rowsNow } from "./queries.ts";

const up = { 0: ["down", "red"], 1: ["up", "green"] } as const;

const appliance = state(
  {
    title: "Appliance",
    description: "Whether it answered Prometheus's last question. While it is down, bags are not recorded.",
    unit: "none",
    queries: [now('min(up{job="prepuff"})')],
  },
  up,
);

const database = state(
  {
    title: "Database",
    description: "Whether PostgreSQL answers the appliance. While it does not, frames wait in the journal.",
    unit: "none",
    queries: [now("min(prepuff_database_up)")],
    empty: "not known",
  },
  up,
);

const missing = number(
  {
    title: "Unaccounted frames",
    description: "Frames that were received and are neither bag, rejected nor waiting. Must be 0.",
    unit: "short",
    queries: [now("sum(prepuff_ledger_missing)")],
    empty: "not known without the database",
  },
  steps([null, "red"], [0, "green"], [1, "red"]),
);

const backup = number(
  {
    title: "Last backup",
    description: "How old the last backup is that succeeded. Above 26 hours an alert comes.",
    unit: "s",
    queries: [now("time() - min(prepuff_backup_last_success_timestamp_seconds)")],
    empty: "none is set up",
  },
  steps([null, "green"], [90_000, "orange"], [93_600, "red"]),
).decimals(0);

const uptime = number({
  title: "Runs for",
  description: "Since the appliance's process was started.",
  unit: "s",
  queries: [now('time() - max(process_start_time_seconds{job="prepuff"})')],
}).decimals(0);

const version = number({
  title: "Version",
  description: "Of Pre-Puff.",
  unit: "none",
  queries: [now("prepuff_build_info", "{{version}}")],
}).textMode(BigValueTextMode.Name);

const firing = alerts("Alerts", "What fires now, the gravest first. Empty is good.");

const targets = list({
  title: "Watched by Prometheus",
  description: "Every program that Prometheus asks, and whether it answered.",
  unit: "none",
  queries: [rowsNow("up")],
})
  .withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true, __name__: true },
      renameByName: { job: "Program", instance: "Address", Value: "State" },
    },
  })
  .overrideByName("State", [
    { id: "mappings", value: [words(up)] },
    { id: "custom.cellOptions", value: { type: "color-text" } },
  ]);

/** Whether every part is well now. */
export const healthNowRows: readonly Row[] = [
  {
    height: 4,
    panels: [
      [appliance, 4],
      [database, 4],
      [missing, 4],
      [backup, 4],
      [uptime, 4],
      [version, 4],
    ],
  },
  {
    height: 7,
    panels: [
      [firing, 14],
      [targets, 10],
    ],
  },
];
