/**
 * PostgreSQL in high availability as docs/high-availability.md sets it up, with the files of deploy/high-availability as
 * they are: two database machines with Patroni and etcd, a third etcd and HAProxy beside the appliance. Each machine is a
 * network namespace with folders of its own. Two appliances weigh, one with both hosts in `DATABASE_URL` and one through
 * HAProxy, while everything happens to the primary, again and again. As root:
 *
 *   bun test/campaigns/high-availability.ts --cycles 200 --seed 1
 *   bun test/campaigns/high-availability.ts --cycles 5 --switch-over     (one fault alone)
 *
 * Held against each other: what this process wrote to its sockets and what the primary has, with which numbers. Times
 * count from the moment in which the new primary takes writes.
 */
import type { Sql } from "../../src/database/database.ts";
import { startCampaign } from "../support/campaign.ts";
import { startCluster } from "../support/high-availability/cluster.ts";
import { type Fault, faults } from "../support/high-availability/faults.ts";
import {
  inOwnNetwork,
  isInOwnNetwork,
  type Machine,
  missingPrograms,
} from "../support/high-availability/machines.ts";
import { type Plant, startPlant } from "../support/high-availability/plant.ts";
import { type Cycle, tableOf } from "../support/high-availability/table.ts";
import { memoryFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign(
  "high-availability",
  { cycles: 200, minutes: 600, scales: 4, everyMs: 100, patience: 1 },
  faults.map(({ name }) => name),
);
const { say, check, numbers } = campaign;

const missing = missingPrograms();
if (missing.length > 0) throw new Error(`the campaign needs ${missing.join(", ")}`);
if (!isInOwnNetwork) process.exit(await inOwnNetwork());

const chosen = faults.filter(({ name }) => campaign.has(name));
const playable = chosen.length > 0 ? chosen : faults;
const deadline = performance.now() + numbers.minutes * 60_000;
const promotionLimitMs = 120_000;

const cycles: Cycle[] = [];

using folder = memoryFolder();
await using cluster = await startCluster(folder.path);
say("the cluster is up");
const { user, password, first, second } = cluster;
const hosts = `${first.address},${second.address}`;
await using direct = await start("both hosts", "direct", `${hosts}/direct`);
await using proxied = await start("HAProxy", "proxied", "127.0.0.1:5000/proxied");
const plants = [direct, proxied];
say("the appliances weigh");

async function start(way: string, database: string, where: string): Promise<Plant> {
  await cluster.makeDatabase(database);
  const databaseUrl = `postgres://${user}:${password}@${where}`;
  const { scales, everyMs } = numbers;
  return startPlant({
    way,
    database,
    databaseUrl,
    folder: folder.path,
    binary: campaign.binary,
    scales,
    everyMs,
  });
}

/** All faults once, in an order of the seed's. */
function shuffled(): Fault[] {
  return playable
    .map((fault) => ({ fault, at: campaign.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ fault }) => fault);
}

let waiting: Fault[] = [];
let played = 0;
for (; played < numbers.cycles && performance.now() < deadline; played++) {
  if (waiting.length === 0) waiting = shuffled();
  const fault = waiting.shift();
  if (fault === undefined) break;
  await play(fault, played + 1);
}

async function play(fault: Fault, nth: number): Promise<void> {
  await setSynchronous(fault.isSynchronous);
  await cluster.untilWhole();
  const former = await cluster.primary();
  const standby = cluster.otherThan(former);
  for (const plant of plants) plant.begin();
  await using watching = await watch(fault.isPromoted ? standby : former);
  const began = performance.now();
  const happened = fault.happen(cluster, former, standby);
  // Looked for meanwhile: a switch-over returns when all of it is long over.
  if (!fault.isPromoted) await happened;
  const [promotedAt] = await Promise.all([watching.takesWrites(), happened]);
  const promotionS = (performance.now() - began) / 1_000;
  const primary = fault.isPromoted ? standby : former;
  let again = await recordedAgain(primary, promotedAt);
  if (fault.afterwards !== undefined) {
    await fault.afterwards(cluster, former, primary);
    again = await recordedAgain(primary, await watching.takesWrites());
    for (const plant of plants) await checkUntouched(former, plant, promotedAt);
    await former.kill("postgres");
  }
  // What comes back may believe that it is the primary still.
  standby.heal();
  const backFrom = performance.now();
  former.thaw();
  former.heal();
  cluster.start(former);
  await cluster.untilWhole();
  const wholeAfter = (performance.now() - backFrom) / 1_000;
  if (fault.isPromoted) check(`cycle ${nth}: the former primary is a standby`, await isStandby(former));
  const told: string[] = [];
  for (const [index, plant] of plants.entries()) {
    await using sql = closing(cluster.connect(primary, plant.database));
    const outcome = await plant.outcome(sql.sql);
    const recordedS = again[index] ?? Number.NaN;
    const key = `${fault.name} ${plant.way}`;
    cycles.push({ ...outcome, fault, way: plant.way, recordedAgain: recordedS, wholeAfter });
    check(`cycle ${nth}, ${key}: nothing is lost`, outcome.lost === 0);
    check(`cycle ${nth}, ${key}: nothing is doubled`, outcome.duplicated === 0);
    const goalS = fault.goalS * numbers.patience;
    check(`cycle ${nth}, ${key}: recorded again within ${goalS} s`, recordedS <= goalS);
    const hasFallenBack = outcome.fallenBack > 0 ? "must" : "must not";
    check(
      `cycle ${nth}, ${key}: recorded again what the new primary lacked: ${fault.fallsBack}`,
      fault.fallsBack === "may" || fault.fallsBack === hasFallenBack,
    );
    told.push(`${plant.way} ${recordedS.toFixed(1)} s`);
  }
  say(
    `cycle ${nth}, ${fault.name}: promoted after ${promotionS.toFixed(1)} s; recorded again after ${told.join(", ")}; whole again after ${wholeAfter.toFixed(1)} s`,
  );
}

async function setSynchronous(wanted: boolean): Promise<void> {
  await cluster.patronictl("edit-config", "--quiet", "--force", "--set", `synchronous_mode=${wanted}`);
  // Patroni's own word, which comes after PostgreSQL's: a standby that vanishes in between is waited for without end.
  await until(
    "the cluster is synchronous or not",
    async () => (await cluster.patronictl("list", "--format", "json")).includes("Sync Standby") === wanted,
    60_000,
  );
}

/** A connection from before anything happened, which tells the moment of the server's clock in which it takes writes. */
async function watch(machine: Machine) {
  const sql = cluster.connect(machine, "postgres");
  await sql`select 1`;
  return {
    async takesWrites(): Promise<Date> {
      let at: Date | null = null;
      await until(
        `${machine.name} takes writes`,
        async () => {
          const [row] = await sql<{ is_standby: boolean; now: Date }[]>`
            select pg_is_in_recovery() as is_standby, clock_timestamp() as now`;
          if (row?.is_standby === false) at = row.now;
          return at !== null;
        },
        promotionLimitMs,
      );
      return at ?? new Date();
    },
    [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }),
  };
}

/** For each appliance, the seconds from that moment until a bag was recorded that is younger. */
function recordedAgain(primary: Machine, since: Date): Promise<number[]> {
  return Promise.all(
    plants.map(async ({ way, database }) => {
      await using sql = closing(cluster.connect(primary, database));
      await until(
        `${way}: a bag is recorded again`,
        async () => {
          const [row] = await sql.sql<{ is_new: boolean }[]>`
            select recorded_at > ${since} as is_new from filler_bag order by id desc limit 1`;
          return row?.is_new === true;
        },
        120_000,
      );
      return (Date.now() - since.getTime()) / 1_000;
    }),
  );
}

/** Nothing was recorded in a server that is no longer the primary, though it would take it. */
async function checkUntouched(former: Machine, { way, database }: Plant, since: Date): Promise<void> {
  await using sql = closing(cluster.connect(former, database));
  const [row] = await sql.sql<{ bags: number }[]>`
    select count(*)::int as bags from filler_bag where recorded_at > ${since}`;
  check(`${way}: nothing is recorded in the former primary`, row?.bags === 0);
}

async function isStandby(machine: Machine): Promise<boolean> {
  await using sql = closing(cluster.connect(machine, "postgres"));
  const [row] = await sql.sql<{ is_standby: boolean }[]>`select pg_is_in_recovery() as is_standby`;
  return row?.is_standby === true;
}

function closing(sql: Sql) {
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) };
}

const last = await cluster.primary();
for (const plant of plants) {
  await using sql = closing(cluster.connect(last, plant.database));
  for (const wrong of await plant.finish(sql.sql)) check(wrong, false);
}

process.stdout.write(`\n${tableOf(playable, plants, cycles)}\n\n`);
campaign.receipt({ cycles: played });
