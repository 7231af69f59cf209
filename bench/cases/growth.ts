import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { z } from "zod";
import { type Appliance, roleTokens } from "../../test/support/appliance.ts";
import { quantile } from "../../test/support/campaign.ts";
import { answered } from "../../test/support/outside.ts";
import { until } from "../../test/support/until.ts";
import { faultsOf } from "../conservation.ts";
import { atMost, type BenchCase, type Contender, cell, type Figures } from "../contender.ts";
import type { Database } from "../database.ts";
import { fillHistory } from "../load/history.ts";
import { pacedLoad } from "../load/paced.ts";
import { scalesOf } from "../load/scales.ts";
import { awayUpstream, startJobs, startProduct } from "../product.ts";
import { watchCommits } from "../watch/commits.ts";
import type { World } from "../world.ts";
import { measureIngest } from "./ingest-product.ts";

const scales = scalesOf(50);
const stations = 8;
const sizes = [0, 10_000_000, 50_000_000];
const quickSizes = [0, 2_000, 4_000];
/** With its indexes and its delivery. */
const bytesOfBag = 700;
const aloneEach = 4;
const ratio = "most ÷ none";

/** Whether a full table makes anything slower. */
export const growth: BenchCase = {
  name: "growth",
  title:
    "the same ingest, and what board and reports ask for, with so many bags already stored; ms are medians",
  columns: sizes.map(columnOf),
  contenders: (world) => {
    const made = new Map<number, Promise<Database>>();
    return world.size(sizes, quickSizes).map((size) => ofSize(world, size, made));
  },
  derived: (medians) =>
    Object.fromEntries(Object.keys(medians).map((row) => [row, { [ratio]: slowdown(medians, row) }])),
  goals: (medians) =>
    Object.keys(medians).flatMap((row) =>
      atMost(slowdown(medians, row), 1.1, "× the time of an empty table", row),
    ),
};

function columnOf(size: number): string {
  return `${size.toLocaleString("en-US")} bags`;
}

/** How many times as long it takes with the most bags as with none; NaN where the most was not measured. */
function slowdown(medians: Figures, row: string): number {
  const [none, most] = [cell(medians, row, columnOf(0)), cell(medians, row, columnOf(sizes.at(-1) ?? 0))];
  return row.endsWith("bags/s") ? none / most : most / none;
}

function ofSize(world: World, size: number, made: Map<number, Promise<Database>>): Contender {
  const { bavail, bsize } = statfsSync(tmpdir());
  const bytes = size * bytesOfBag;
  return {
    name: `Pre-Puff, ${columnOf(size)}`,
    missing: bavail * bsize > bytes * 1.2 ? null : `${Math.ceil((bytes * 1.2) / 1e9)} GB of free disk`,
    async run() {
      // Filled once: what a round adds is nothing beside it.
      const filling = made.get(size) ?? filled(world, size);
      made.set(size, filling);
      return measure(world, await filling, size);
    },
  };
}

async function filled(world: World, size: number): Promise<Database> {
  const database = await world.postgres.newDatabase();
  await fillHistory(database.sql, size, (bags) =>
    world.say(`  filling: ${columnOf(bags)} of ${columnOf(size)}`),
  );
  return database;
}

async function measure(world: World, { url, sql }: Database, size: number) {
  const framesEach = world.size(2_000, 4);
  const [last] = await sql<{ id: number }[]>`select coalesce(max(id), 0)::bigint as id from filler_bag`;
  const upstream = await awayUpstream();
  await using appliance = await startProduct(world, { databaseUrl: url, scales, stations, upstream });
  await appliance.ready();
  const jobs = await startJobs(appliance, stations, 1_000_000);
  const ingested = await measureIngest({ world, sql, appliance, scales, framesEach });
  const column = columnOf(size);
  const figures: Record<string, Record<string, number>> = {
    "Pre-Puff: ingest, bags/s": { [column]: ingested["bags/s"] ?? Number.NaN },
  };
  for (const [name, path] of questionsAbout(jobs[0] ?? 0)) {
    const paths = Array.from({ length: world.size(100, 3) }, () => path);
    figures[`Pre-Puff: ${name}, ms`] = { [column]: await medianMs(appliance, paths) };
  }
  // Of each job once: an answer that took long to find is kept for a while, and would be measured then.
  const reports = jobs.map((job) => `/api/jobs/${job}/statistics`);
  figures["Pre-Puff: report of a job, ms"] = { [column]: await medianMs(appliance, reports) };
  figures["Pre-Puff: frame → committed, ms"] = {
    [column]: await medianToCommit({ url, sql }, appliance, framesEach, world.size(1, 50)),
  };
  const faults = await faultsOf(appliance, sql, scales, framesEach + aloneEach, last?.id);
  for (const id of jobs) {
    await answered(appliance.api(`/api/jobs/${id}/complete`, { method: "POST" }), z.unknown());
  }
  return { figures, faults };
}

/** Of bags that come one by one, after the flood. */
async function medianToCommit(
  database: Pick<Database, "url" | "sql">,
  { scalePort: port }: Appliance,
  first: number,
  perSecond: number,
) {
  await using commits = await watchCommits(database, "filler_bag", "scale_id || ',' || weight");
  const sentAt = await pacedLoad({ port, scales, perSecond, framesEach: aloneEach, first });
  await until("all were heard of", () => commits.heardAt.size >= sentAt.size);
  return quantile(
    [...sentAt].map(([key, at]) => (commits.heardAt.get(key) ?? Number.NaN) - at),
    0.5,
  );
}

/** What the pages ask for, of the bags just made: they are the same whatever lies below them. */
function questionsAbout(job: number): [name: string, path: string][] {
  return [
    ["stations of the board", "/api/stations"],
    ["newest bags", "/api/bags?limit=50"],
    ["newest bags of a station", "/api/bags?limit=50&station=Station%202"],
    ["newest bags of a scale", "/api/bags?limit=50&scale=7"],
    ["newest bags out of tolerance", "/api/bags?limit=50&verdict=under"],
    ["bags of a job", `/api/bags?limit=50&job_id=${job}`],
    ["a job", `/api/jobs/${job}`],
    ["jobs", "/api/jobs?limit=50"],
    ["scales", "/api/scales"],
    ["deliveries", "/api/deliveries?limit=50"],
    ["ledger", "/api/ledger"],
    ["metrics", "/metrics"],
  ];
}

async function medianMs(appliance: Appliance, paths: readonly string[]): Promise<number> {
  const took: number[] = [];
  for (const path of paths) {
    const began = performance.now();
    const response = await appliance.api(path, { token: roleTokens.admin });
    await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    took.push(performance.now() - began);
  }
  return quantile(took, 0.5);
}
