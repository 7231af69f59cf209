import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findInstalled, type Peer, runProgram, versionOf } from "./peer.ts";

const program = findInstalled("redpanda-connect");

/** socket_server → sql_insert, in batches. (Written from its documentation: where this was made it was not to be had.) */
export const redpandaConnect: Peer = {
  name: "Redpanda Connect",
  missing: program === null ? "redpanda-connect" : null,
  version: () => versionOf(program ?? "redpanda-connect", "--version"),
  framesEach: 3_000,
  async start({ world, database, port }) {
    await database.sql`
      create table bag (received_at timestamptz not null default now(), scale_id integer not null, reading text not null)`;
    const file = join(world.folder, "redpanda-connect.yaml");
    writeFileSync(
      file,
      `
http:
  enabled: false
input:
  socket_server:
    network: tcp
    address: 127.0.0.1:${port}
    scanner:
      lines: {}
pipeline:
  processors:
    - mapping: |
        let parts = content().string().trim().split(",")
        root.scale_id = $parts.index(0).number()
        root.reading = $parts.index(1)
output:
  sql_insert:
    driver: postgres
    dsn: ${database.url}?sslmode=disable
    table: bag
    columns: [scale_id, reading]
    args_mapping: root = [ this.scale_id, this.reading ]
    batching:
      count: 5000
      period: 50ms
`,
    );
    return runProgram(world, [program ?? "redpanda-connect", "run", file]);
  },
};
