import type { Sql } from "../../src/database/database.ts";
import { quantile } from "../../test/support/campaign.ts";
import { freePort } from "../../test/support/free-port.ts";
import { untilAccepted } from "../../test/support/scale-port.ts";
import { until } from "../../test/support/until.ts";
import { faultsOf } from "../conservation.ts";
import { atMost, type BenchCase, type Contender, cell, onNewDatabase } from "../contender.ts";
import type { Database } from "../database.ts";
import { pacedLoad } from "../load/paced.ts";
import { scalesOf } from "../load/scales.ts";
import { rsyslog } from "../peers/rsyslog.ts";
import { bareTable } from "../peers/tables.ts";
import { newDataDir, startJobs, startProduct } from "../product.ts";
import { nowMs } from "../watch/clock.ts";
import { watchCommits } from "../watch/commits.ts";
import { watchEvents } from "../watch/events.ts";
import { watchJournal } from "../watch/journal.ts";
import type { World } from "../world.ts";

const scales = scalesOf(50);
const perSecond = 10;
const stations = 5;
const committed = "Pre-Puff: frame → committed";
const bare = "a bare commit";

/** How late a bag is, at a pace that no plant reaches. */
export const latency: BenchCase = {
  name: "latency",
  title: "50 scales print 10 bags a second each: from a frame's last byte until …, in ms",
  columns: ["p50", "p99", "p99.9", "max"],
  contenders: () => [product, peer, bareCommit],
  goals: (medians) => [
    ...atMost(cell(medians, committed, "p99"), 5, "ms", "p99 of frame → committed"),
    ...atMost(
      cell(medians, committed, "p50") / cell(medians, bare, "p50"),
      3,
      "×",
      "p50 of frame → committed, against a bare commit",
    ),
  ],
};

const product: Contender = {
  name: "Pre-Puff",
  missing: null,
  run: (world) => onNewDatabase(world, (database) => runProduct(world, database)),
};

async function runProduct(world: World, database: Database) {
  const { url, sql } = database;
  const framesEach = framesOf(world);
  const total = scales.length * framesEach;
  const dataDir = newDataDir(world);
  await using appliance = await startProduct(world, { databaseUrl: url, dataDir, scales, stations });
  await appliance.ready();
  await startJobs(appliance, stations, total);
  await using commits = await watchCommits(database, "filler_bag", "scale_id || ',' || weight");
  await using events = await watchEvents(appliance);
  const journal = await watchJournal(dataDir);
  const sentAt = await pacedLoad({ port: appliance.scalePort, scales, perSecond, framesEach });
  await until("all bags were heard of", () => Math.min(commits.heardAt.size, events.heardAt.size) >= total);
  const seqs = await journalNumbers(sql);
  const seenAt = await journal.stop();
  return {
    figures: {
      "Pre-Puff: frame → journaled": spread(lateness(sentAt, (key) => seenAt(seqs.get(key) ?? Number.NaN))),
      [committed]: spread(lateness(sentAt, (key) => commits.heardAt.get(key))),
      "Pre-Puff: frame → event stream": spread(lateness(sentAt, (key) => events.heardAt.get(key))),
    },
    faults: await faultsOf(appliance, sql, scales, framesEach),
  };
}

const peer: Contender = {
  name: rsyslog.name,
  missing: rsyslog.missing,
  version: rsyslog.version,
  run: (world) =>
    onNewDatabase(world, async (database) => {
      const port = freePort();
      const framesEach = framesOf(world);
      const total = scales.length * framesEach;
      await bareTable.create(database.sql);
      await using _ = await rsyslog.start({ world, database, port, frames: total });
      await untilAccepted(port, 10_000);
      const key = "scale_id || ',' || split_part(reading, ' ', 1)";
      await using commits = await watchCommits(database, "bag", key);
      const sentAt = await pacedLoad({ port, scales, perSecond, framesEach });
      await until("all rows were heard of", () => commits.heardAt.size >= total);
      const late = lateness(sentAt, (each) => commits.heardAt.get(each));
      return { figures: { "rsyslog: frame → committed": spread(late) }, faults: [] };
    }),
};

/**
 * One row, one commit, over one connection, at the same pace: what nobody who asks PostgreSQL can be below. Heard of as the
 * others' are, so that the watch costs all of them the same.
 */
const bareCommit: Contender = {
  name: bare,
  missing: null,
  run: (world) =>
    onNewDatabase(world, async (database) => {
      const { sql } = database;
      await sql`create table bag (received_at timestamptz not null default now(), scale_id integer, weight numeric)`;
      await using commits = await watchCommits(database, "bag", "scale_id::text");
      const sentAt = new Map<string, number>();
      const everyMs = 1000 / (perSecond * scales.length);
      const total = scales.length * framesOf(world);
      const began = nowMs();
      for (let nth = 0; nth < total; nth++) {
        await Bun.sleep(began + nth * everyMs - nowMs());
        sentAt.set(String(nth), nowMs());
        await sql`insert into bag (scale_id, weight) values (${nth}, 50.20)`;
      }
      await until("all rows were heard of", () => commits.heardAt.size >= total);
      return { figures: { [bare]: spread(lateness(sentAt, (key) => commits.heardAt.get(key))) }, faults: [] };
    }),
};

function framesOf(world: World): number {
  return world.size(20 * perSecond, 4);
}

function lateness(
  sentAt: ReadonlyMap<string, number>,
  heardAt: (key: string) => number | undefined,
): number[] {
  return [...sentAt].map(([key, at]) => (heardAt(key) ?? Number.NaN) - at);
}

function spread(times: number[]): Record<string, number> {
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    "p99.9": quantile(times, 0.999),
    max: quantile(times, 1),
  };
}

async function journalNumbers(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql<{ key: string; seq: number }[]>`
    select scale_id || ',' || weight as key, journal_seq as seq from filler_bag`;
  return new Map(rows.map(({ key, seq }) => [key, seq]));
}
