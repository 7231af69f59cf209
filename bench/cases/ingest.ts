import { atLeast, atMost, type BenchCase, cell, type Figures } from "../contender.ts";
import { copyOfSameRows } from "../floors/copy.ts";
import { fsyncFloor } from "../floors/fsync.ts";
import { pgbenchFloor } from "../floors/pgbench.ts";
import { sinkFloor } from "../floors/sink.ts";
import { cpu } from "../machine/stopwatch.ts";
import { legacyServer } from "../peers/legacy/legacy.ts";
import { nodeRed } from "../peers/node-red.ts";
import { rsyslog, rsyslogInOrder, rsyslogOnDisk } from "../peers/rsyslog.ts";
import { bareTable, sameTable } from "../peers/tables.ts";
import { telegraf } from "../peers/telegraf.ts";
import { ingestByPeer } from "./ingest-peer.ts";
import { ingestByProduct } from "./ingest-product.ts";

const rate = "bags/s";

/** How many bags a second get from the scales' sockets into Postgres. */
export const ingest: BenchCase = {
  name: "ingest",
  title: "50 scales send as fast as they can, until all is committed in Postgres",
  columns: [rate, cpu.own, cpu.postgres, cpu.inAll, "generator CPU %", "others' CPU %"],
  contenders: () => [
    ingestByProduct,
    ...[rsyslog, rsyslogInOrder, telegraf, nodeRed].flatMap((peer) =>
      [bareTable, sameTable].map((table) => ingestByPeer(peer, table)),
    ),
    ingestByPeer(rsyslogOnDisk, sameTable),
    legacyServer,
    pgbenchFloor,
    fsyncFloor,
    sinkFloor,
  ],
  derived: (medians) =>
    Object.fromEntries(
      Object.keys(medians).map((row) => [
        row,
        { "Pre-Puff is × as fast": timesAsFast(medians, row), "takes × its CPU": timesItsCpu(medians, row) },
      ]),
    ),
  goals: (medians) => [
    ...atLeast(timesAsFast(medians, copyOfSameRows), 0.9, "×", `recording, against ${copyOfSameRows}`),
    ...atMost(
      cell(medians, ingestByProduct.name, cpu.inAll),
      20,
      "µs",
      "CPU a bag, appliance and PostgreSQL",
    ),
    ...atLeast(cell(medians, ingestByProduct.name, rate), 100_000, rate, "the dream"),
  ],
};

function timesItsCpu(medians: Figures, other: string): number {
  const its = cell(medians, other, cpu.inAll);
  // Less than a tick in all: no ratio.
  return its > 0 ? cell(medians, ingestByProduct.name, cpu.inAll) / its : Number.NaN;
}

function timesAsFast(medians: Figures, other: string): number {
  return cell(medians, ingestByProduct.name, rate) / cell(medians, other, rate);
}
