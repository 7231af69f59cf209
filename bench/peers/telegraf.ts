import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findInstalled, type Peer, runProgram, versionOf } from "./peer.ts";

const program = findInstalled("telegraf");

/**
 * socket_listener → postgresql, which COPYs batches. Its buffer is in memory, and as long as the round.
 *
 * Bags/s into the bare table, and CPU µs of both sides, in one run of 29 November on a machine that was busy with other work:
 * batches of 1,000: 22,509 (22.7 µs), of 5,000: 42,525 (17.2 µs), of 10,000: 16,486 (22.4 µs), of 50,000: 17,321 (19.4 µs); of
 * 10,000 every second: 22,482 (17.2 µs), over two connections 20,574 (20 µs), over four 26,027 (17.5 µs). With more than one
 * connection it also takes a batch for written before it is.
 */
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
