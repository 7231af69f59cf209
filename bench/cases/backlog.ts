import type { Sql } from "../../src/database/database.ts";
import type { Appliance } from "../../test/support/appliance.ts";
import { memoryOf, quantile } from "../../test/support/campaign.ts";
import { freePort } from "../../test/support/free-port.ts";
import { readMetric } from "../../test/support/outside.ts";
import { untilAccepted } from "../../test/support/scale-port.ts";
import { until } from "../../test/support/until.ts";
import { faultsOf } from "../conservation.ts";
import { atLeast, atMost, type BenchCase, type Contender, cell, onNewDatabase } from "../contender.ts";
import type { Database } from "../database.ts";
import { flood } from "../load/flood.ts";
import { pacedLoad } from "../load/paced.ts";
import { scalesOf } from "../load/scales.ts";
import { type LocalUpstream, startUpstream } from "../load/upstream.ts";
import { awayUpstream, newDataDir, startJobs, startProduct } from "../product.ts";
import { type CommitWatch, watchCommits } from "../watch/commits.ts";
import { untilRecorded } from "../watch/recorded.ts";
import type { World } from "../world.ts";

const scales = scalesOf(50);
const stations = 8;
/** Bags a second of each scale, while the backlog drains. */
const livePerSecond = 2;
const toPostgres = "Pre-Puff: journal → PostgreSQL";
const toUpstream = "Pre-Puff: PostgreSQL → upstream";
const noBacklog = "Pre-Puff: nothing pending";
const limitMs = 3_600_000;

/** What is left over from an outage of a week: first PostgreSQL was away, then the upstream. */
export const backlog: BenchCase = {
  name: "backlog",
  title: "1,000,000 bags pending, killed and started again: 50 scales, 8 stations, a local upstream",
  columns: ["accepting, ms", "ready, ms", "most MB", "bags/s", "live p99, ms"],
  contenders: () => [product],
  goals: (medians) => [
    ...atMost(cell(medians, toUpstream, "ready, ms"), 1_000, "ms", "start to ready"),
    ...atMost(cell(medians, toUpstream, "most MB"), 120, "MB", "memory"),
    ...atLeast(cell(medians, toUpstream, "bags/s"), 5_000, "bags/s", "to the upstream"),
    ...atMost(
      cell(medians, toUpstream, "live p99, ms") / cell(medians, noBacklog, "live p99, ms"),
      2,
      "×",
      "p99 of live bags, against nothing pending",
    ),
  ],
};

const product: Contender = {
  name: "Pre-Puff",
  missing: null,
  run: (world) =>
    onNewDatabase(world, async (database) => {
      const framesEach = world.size(20_000, 20);
      const liveEach = world.size(60, 2);
      const dataDir = newDataDir(world);
      // The jobs are there before the bags: PostgreSQL, not the upstream, has been away since.
      await makeJobs(world, database);
      await fillJournal(world, dataDir, framesEach);
      world.say("    all is in the journal, and it was killed");
      const recording = await drainJournal(world, database, dataDir, framesEach);
      await using commits = await watchCommits(database, "filler_bag", "scale_id || ',' || weight");
      world.say("    all is in PostgreSQL; the upstream comes back");
      await using upstream = await startUpstream();
      const started = await startTimed(world, database, dataDir, upstream.url);
      await using appliance = started.appliance;
      const live = { appliance, commits, framesEach: liveEach };
      const duringP99 = await liveP99({ ...live, first: framesEach });
      const total = scales.length * (framesEach + liveEach);
      await until("all is delivered", async () => (await pending(database.sql)) === 0, limitMs);
      world.say("    all is delivered; live bags with nothing pending");
      const delivered = await upstream.tally();
      const mostMb = memoryOf(appliance.pid).peak;
      const quietP99 = await liveP99({ ...live, first: framesEach + liveEach });
      await until("the rest is delivered", async () => (await pending(database.sql)) === 0, limitMs);
      const rate = (total / ((delivered.lastAt ?? Number.NaN) - (delivered.firstAt ?? Number.NaN))) * 1000;
      return {
        figures: {
          [toPostgres]: recording,
          [toUpstream]: { ...started.figures, "most MB": mostMb, "bags/s": rate, "live p99, ms": duringP99 },
          [noBacklog]: { "live p99, ms": quietP99 },
        },
        faults: [
          ...(await faultsOf(appliance, database.sql, scales, framesEach + 2 * liveEach)),
          ...(await upstreamFaults(upstream, scales.length * (framesEach + 2 * liveEach))),
        ],
      };
    }),
};

async function makeJobs(world: World, { url }: Database): Promise<void> {
  await using appliance = await startProduct(world, { databaseUrl: url, scales, stations });
  await appliance.ready();
  await startJobs(appliance, stations, 1_000_000);
  await appliance.stop();
}

/** All frames into the journal, with no PostgreSQL there, then a kill. */
async function fillJournal(world: World, dataDir: string, framesEach: number): Promise<void> {
  const databaseUrl = `postgres://nobody:none@127.0.0.1:${freePort()}/none`;
  await using appliance = await startProduct(world, { databaseUrl, dataDir, scales, stations });
  await flood({ port: appliance.scalePort, scales, framesEach }, () => undefined);
  const total = framesEach * scales.length;
  await until(
    "all is in the journal",
    async () => ((await readMetric(appliance, "prepuff_journal_entries")) ?? 0) >= total,
    limitMs,
  );
  appliance.kill("SIGKILL");
  await appliance.exited;
}

async function drainJournal(world: World, database: Database, dataDir: string, framesEach: number) {
  const { appliance: started, figures } = await startTimed(world, database, dataDir, await awayUpstream());
  await using appliance = started;
  const began = performance.now();
  const total = framesEach * scales.length;
  await untilRecorded(database.sql, total, limitMs);
  const seconds = (performance.now() - began) / 1000;
  const { peak } = memoryOf(appliance.pid);
  await appliance.stop();
  return { ...figures, "most MB": peak, "bags/s": total / seconds };
}

/** Starts it, and says how soon a scale is connected and how soon all of it is there. */
async function startTimed(world: World, { url: databaseUrl }: Database, dataDir: string, upstream: string) {
  const port = freePort();
  const env = { PREPUFF_SCALE_PORT: String(port) };
  const began = performance.now();
  const starting = startProduct(world, { databaseUrl, dataDir, scales, stations, upstream, env });
  await Promise.race([untilAccepted(port, 60_000), starting]);
  const accepting = performance.now() - began;
  const appliance = await starting;
  await appliance.ready();
  const ready = performance.now() - began;
  return { appliance, figures: { "accepting, ms": accepting, "ready, ms": ready } };
}

async function liveP99(parts: {
  appliance: Pick<Appliance, "scalePort">;
  commits: CommitWatch;
  first: number;
  framesEach: number;
}): Promise<number> {
  const { appliance, commits, first, framesEach } = parts;
  const load = { port: appliance.scalePort, scales, perSecond: livePerSecond, framesEach, first };
  const sentAt = await pacedLoad(load);
  await until(
    "live bags are recorded",
    () => [...sentAt.keys()].every((key) => commits.heardAt.has(key)),
    60_000,
  );
  return quantile(
    [...sentAt].map(([key, at]) => (commits.heardAt.get(key) ?? Number.NaN) - at),
    0.99,
  );
}

/** From the row that triggers keep: counting deliveries would cost what is measured. */
async function pending(sql: Sql): Promise<number> {
  const [row] = await sql<{ left: number }[]>`select pending + parked as left from delivery_tally`;
  return row?.left ?? Number.NaN;
}

async function upstreamFaults(upstream: LocalUpstream, total: number): Promise<string[]> {
  const { requests, bags, outOfOrder } = await upstream.tally();
  if (bags === total && requests === total && outOfOrder === 0) return [];
  return [`the upstream got ${bags} of ${total} bags in ${requests} requests, ${outOfOrder} out of order`];
}
