import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findInstalled, type Peer, runProgram, versionOf } from "./peer.ts";

const program = findInstalled("telegraf");

/** socket_listener → postgresql, which COPYs batches. Its buffer is in memory, and as long as the round. */
export const telegraf: Peer = {
  name: "Telegraf",
  missing: program === null ? "telegraf" : null,
  version: () => versionOf(program ?? "telegraf", "--version"),
  framesEach: 10_000,
  guarantees: {
    "a power cut loses": "what is in its buffer, in memory",
    "each frame": "at least once while the buffer has room; what PostgreSQL refuses is dropped",
    "order of a scale": "kept",
    judged: "no",
  },
  async start({ world, database, port, frames }) {
    const file = join(world.folder, "telegraf.conf");
    writeFileSync(
      file,
      `
[agent]
  flush_interval = "200ms"
  flush_jitter = "0s"
  metric_batch_size = 5000
  metric_buffer_limit = ${frames + 10_000}
  omit_hostname = true
  quiet = true

[[inputs.socket_listener]]
  service_address = "tcp://127.0.0.1:${port}"
  name_override = "bag"
  data_format = "csv"
  csv_header_row_count = 0
  csv_column_names = ["scale_id", "reading"]
  csv_column_types = ["int", "string"]

[[outputs.postgresql]]
  connection = "${database.url}?sslmode=disable"
  timestamp_column_name = "received_at"
  timestamp_column_type = "timestamp with time zone"
`,
    );
    return runProgram(world, [program ?? "telegraf", "--config", file]);
  },
};
