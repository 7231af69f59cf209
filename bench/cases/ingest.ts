import { atLeast, type BenchCase, cell, type Figures } from "../contender.ts";
import { copyAllFloor, copyFloor } from "../floors/copy.ts";
import { fsyncFloor } from "../floors/fsync.ts";
import { pgbenchFloor } from "../floors/pgbench.ts";
import { sinkFloor } from "../floors/sink.ts";
import { legacyServer } from "../peers/legacy/legacy.ts";
import { nodeRed } from "../peers/node-red.ts";
import { redpandaConnect } from "../peers/redpanda-connect.ts";
import { rsyslog } from "../peers/rsyslog.ts";
import { telegraf } from "../peers/telegraf.ts";
import { ingestByPeer } from "./ingest-peer.ts";
import { ingestByProduct } from "./ingest-product.ts";

const rate = "bags/s";

/** How many bags a second get from the scales' sockets into Postgres. */
export const ingest: BenchCase = {
  name: "ingest",
  title: "50 scales send as fast as they can, until all is committed in Postgres",
  columns: [rate, "CPU ms/1000", "Postgres CPU ms/1000", "generator CPU %"],
  contenders: () => [
    ingestByProduct,
    ...[rsyslog, telegraf, redpandaConnect, nodeRed].map(ingestByPeer),
    legacyServer,
    copyFloor,
    copyAllFloor,
    pgbenchFloor,
    fsyncFloor,
    sinkFloor,
  ],
  derived: (medians) =>
    Object.fromEntries(
      Object.keys(medians).map((row) => [row, { "Pre-Puff is × as fast": timesAsFast(medians, row) }]),
    ),
  goals: (medians) => [
    ...atLeast(timesAsFast(medians, rsyslog.name), 5, "×", "against rsyslog into its bare table"),
    ...atLeast(timesAsFast(medians, copyFloor.name), 0.8, "×", "against COPY into the same filler_bag"),
    ...atLeast(cell(medians, ingestByProduct.name, rate), 100_000, rate, "the dream"),
  ],
};

function timesAsFast(medians: Figures, other: string): number {
  return cell(medians, ingestByProduct.name, rate) / cell(medians, other, rate);
}
