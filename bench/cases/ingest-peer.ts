import type { Sql } from "../../src/database/database.ts";
import { freePort, untilAccepted } from "../../test/support/scale-port.ts";
import { type Contender, onNewDatabase } from "../contender.ts";
import { flood } from "../load/flood.ts";
import { scalesOf } from "../load/scales.ts";
import { startWatch, type Taken } from "../machine/stopwatch.ts";
import type { Peer } from "../peers/peer.ts";

/** Counting what is there costs Postgres some milliseconds: often enough for rounds of seconds. */
const lookEveryMs = 100;
/** Nothing new for so long: it will not come. */
const givenUpAfterMs = 10_000;

/** A peer with the same flood, into its bare table: no index, no verdict, no number, nothing kept on its own disk. */
export function ingestByPeer(peer: Peer): Contender {
  return {
    name: peer.name,
    missing: peer.missing,
    version: peer.version,
    run: (world) =>
      onNewDatabase(world, async (database) => {
        const port = await freePort();
        const scales = scalesOf(50);
        const framesEach = world.size(peer.framesEach, 20);
        const total = scales.length * framesEach;
        await using running = await peer.start({ world, database, port, frames: total });
        await untilAccepted(port, 60_000);
        let taken: Taken = () => ({});
        await flood({ port, scales, framesEach }, () => {
          taken = startWatch(world, running.pid);
        });
        const { bags, at } = await untilSettled(database.sql, total);
        const figures = taken(bags, at);
        const notes = bags === total ? [] : [`stored ${bags} of ${total} frames. ${running.output()}`];
        return { figures: { [peer.name]: figures }, faults: [], notes };
      }),
  };
}

/** Waits until all is stored, or nothing more comes; says when the last of it was there. */
async function untilSettled(sql: Sql, total: number): Promise<{ bags: number; at: number }> {
  let last = { bags: 0, at: performance.now() };
  while (last.bags < total && performance.now() - last.at < givenUpAfterMs) {
    const bags = await countRows(sql);
    if (bags !== last.bags) last = { bags, at: performance.now() };
    else await Bun.sleep(lookEveryMs);
  }
  return last;
}

async function countRows(sql: Sql): Promise<number> {
  // Some peers make the table themselves, with the first row.
  const [there] = await sql<{ isThere: boolean }[]>`select to_regclass('bag') is not null as "isThere"`;
  if (!there?.isThere) return 0;
  const [row] = await sql<{ bags: number }[]>`select count(*) as bags from bag`;
  return row?.bags ?? 0;
}
