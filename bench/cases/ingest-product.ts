import type { Sql } from "../../src/database/database.ts";
import type { Appliance } from "../../test/support/appliance.ts";
import { faultsOf } from "../conservation.ts";
import { type Contender, onNewDatabase } from "../contender.ts";
import { copySameRows } from "../floors/copy.ts";
import { flood } from "../load/flood.ts";
import { scalesOf } from "../load/scales.ts";
import { startWatch, type Taken } from "../machine/stopwatch.ts";
import { awayUpstream, startJobs, startProduct } from "../product.ts";
import { recordedBags, untilRecorded } from "../watch/recorded.ts";
import type { World } from "../world.ts";

const stations = 5;

/** The product with all that it does with a bag: journal, job, number, verdict, row of delivery. */
export const ingestByProduct: Contender = {
  name: "Pre-Puff",
  missing: null,
  guarantees: {
    "Pre-Puff": {
      "a power cut loses": "nothing that was journaled: fsync before a bag is shown, and again in PostgreSQL",
      "each frame": "once, also where an answer is lost or PostgreSQL is away",
      "order of a scale": "kept",
      judged: "job, number, exact verdict",
    },
  },
  run: (world) => onNewDatabase(world, ({ url, sql }) => ingestInto(world, url, sql)),
};

async function ingestInto(world: World, databaseUrl: string, sql: Sql) {
  const scales = scalesOf(50);
  const framesEach = world.size(6_000, 20);
  const total = scales.length * framesEach;
  const upstream = await awayUpstream();
  await using appliance = await startProduct(world, { databaseUrl, scales, stations, upstream });
  await appliance.ready();
  await startJobs(appliance, stations, total / stations);
  const measured = await measureIngest({ world, sql, appliance, scales, framesEach });
  const faults = await faultsOf(appliance, sql, scales, framesEach);
  const [deliveries] = await sql<{ rows: number }[]>`select count(*) as rows from delivery`;
  if (deliveries?.rows !== total) faults.push(`${deliveries?.rows} rows of delivery for ${total} bags`);
  await appliance.stop();
  return { figures: { "Pre-Puff": measured, ...(await copySameRows(world, sql, total)) }, faults };
}

/** Floods, and waits until Postgres has it all. */
export async function measureIngest(parts: {
  world: World;
  sql: Sql;
  appliance: Pick<Appliance, "pid" | "scalePort">;
  scales: readonly number[];
  framesEach: number;
}): Promise<Readonly<Record<string, number>>> {
  const { world, sql, appliance, scales, framesEach } = parts;
  const total = scales.length * framesEach;
  const bagsBefore = await recordedBags(sql);
  let taken: Taken = () => ({});
  await flood({ port: appliance.scalePort, scales, framesEach }, () => {
    taken = startWatch(world, appliance.pid);
  });
  await untilRecorded(sql, bagsBefore + total);
  return taken(total);
}
