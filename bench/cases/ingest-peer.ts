import type { Sql } from "../../src/database/database.ts";
import { freePort } from "../../test/support/free-port.ts";
import { untilAccepted } from "../../test/support/scale-port.ts";
import { type Contender, onNewDatabase } from "../contender.ts";
import { flood } from "../load/flood.ts";
import { scalesOf } from "../load/scales.ts";
import { startWatch, type Taken } from "../machine/stopwatch.ts";
import type { Peer } from "../peers/peer.ts";
import type { PeerTable } from "../peers/tables.ts";

/** Its size is asked for so often: that costs PostgreSQL next to nothing. */
const lookEveryMs = 20;
/** Nothing new for so long: it will not come. */
const givenUpAfterMs = 10_000;

/** A peer with the same flood. */
export function ingestByPeer(peer: Peer, table: PeerTable): Contender {
  const name = rowOf(peer, table);
  return {
    name,
    missing: peer.missing,
    version: peer.version,
    guarantees: { [peer.name]: peer.guarantees },
    run: (world) =>
      onNewDatabase(world, async (database) => {
        await table.create(database.sql);
        const port = freePort();
        const scales = scalesOf(50);
        const framesEach = world.size(peer.framesEach, 5);
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
        return { figures: { [name]: figures }, faults: [], notes };
      }),
  };
}

function rowOf({ name }: Peer, table: PeerTable): string {
  return `${name}, ${table.name}`;
}

/** Waits until all is stored, or nothing more comes; says when the last of it was there. */
async function untilSettled(sql: Sql, total: number): Promise<{ bags: number; at: number }> {
  let last = { bags: 0, at: performance.now() };
  let bytesBefore = 0;
  while (last.bags < total && performance.now() - last.at < givenUpAfterMs) {
    const [{ bytes } = { bytes: 0 }] = await sql<
      { bytes: number }[]
    >`select pg_relation_size('bag') as bytes`;
    const isGrowing = bytes !== bytesBefore;
    // Counted only while the table does not grow: counting all the time took up to a tenth of PostgreSQL's.
    const bags = isGrowing || bytes === 0 ? last.bags : await countRows(sql);
    if (isGrowing || bags !== last.bags) last = { bags, at: performance.now() };
    bytesBefore = bytes;
    await Bun.sleep(lookEveryMs);
  }
  return last;
}

async function countRows(sql: Sql): Promise<number> {
  const [row] = await sql<{ bags: number }[]>`select count(*) as bags from bag`;
  return row?.bags ?? 0;
}
