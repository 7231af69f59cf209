import { join } from "node:path";
import { memoryOf } from "../../test/support/campaign.ts";
import { freePort } from "../../test/support/free-port.ts";
import { readLedger } from "../../test/support/outside.ts";
import { untilAccepted } from "../../test/support/scale-port.ts";
import { until } from "../../test/support/until.ts";
import { atMost, type BenchCase, type Contender, cell, type Outcome, onNewDatabase } from "../contender.ts";
import { type Crowd, connectCrowd } from "../load/crowd.ts";
import { cpuPercentOf, filesOf } from "../machine/processes.ts";
import { runProgram } from "../peers/peer.ts";
import { rsyslog } from "../peers/rsyslog.ts";
import { bareTable } from "../peers/tables.ts";
import { startProduct } from "../product.ts";
import type { World } from "../world.ts";

const most = "10,000";

/** What scales cost that are only connected, and how soon all of them are back after a cut. */
export const connections: BenchCase = {
  name: "connections",
  title: "scales that are connected and silent; then all are cut off and connect again at once",
  columns: ["MB", "MB of its own", "idle CPU %", "all accepted again, ms"],
  contenders: (world) => [
    ...sizesOf(world).map(product),
    ...sizesOf(world).map(bareListener),
    ...sizesOf(world).map(ofRsyslog),
  ],
  goals: (medians) => [
    ...atMost(cell(medians, `Pre-Puff, ${most}`, "MB"), 100, "MB", `${most} scales`),
    ...atMost(cell(medians, `Pre-Puff, ${most}`, "idle CPU %"), 2, "% of a core", `${most} silent scales`),
    ...atMost(cell(medians, `Pre-Puff, ${most}`, "all accepted again, ms"), 2_000, "ms", `${most} come back`),
  ],
};

function sizesOf(world: World): number[] {
  return world.size([50, 1_000, 10_000], [20]);
}

function product(size: number): Contender {
  const name = `Pre-Puff, ${size.toLocaleString("en-US")}`;
  return {
    name,
    missing: null,
    run: (world) =>
      onNewDatabase(world, async ({ url }) => {
        await using appliance = await startProduct(world, { databaseUrl: url });
        await appliance.ready();
        const { figures, crowd, faults } = await measure(world, appliance.pid, appliance.scalePort, size);
        crowd.print();
        await until(
          "a bag of each scale is recorded",
          async () => {
            const { received, pending } = await readLedger(appliance);
            return received >= size && pending === 0;
          },
          30_000,
        );
        const ledger = await readLedger(appliance);
        crowd.cut();
        if (ledger.bags !== size || ledger.missing !== 0) {
          faults.push(`the ledger says ${JSON.stringify(ledger)} of ${size} frames`);
        }
        return { figures: { [name]: figures }, faults };
      }),
  };
}

function bareListener(size: number): Contender {
  const name = `bare Bun.listen, ${size.toLocaleString("en-US")}`;
  return {
    name,
    missing: null,
    async run(world) {
      const port = freePort();
      const program = join(import.meta.dir, "../peers/bare-listener.ts");
      await using listener = await runProgram(world, [process.execPath, program, String(port)]);
      return await outcome(name, world, listener.pid, port, size);
    },
  };
}

function ofRsyslog(size: number): Contender {
  const name = `${rsyslog.name}, ${size.toLocaleString("en-US")}`;
  return {
    name,
    missing: rsyslog.missing,
    version: rsyslog.version,
    run: (world) =>
      onNewDatabase(world, async (database) => {
        const port = freePort();
        await bareTable.create(database.sql);
        await using peer = await rsyslog.start({ world, database, port, frames: size });
        return await outcome(name, world, peer.pid, port, size);
      }),
  };
}

async function outcome(
  name: string,
  world: World,
  pid: number,
  port: number,
  size: number,
): Promise<Outcome> {
  await untilAccepted(port, 10_000);
  const { figures, crowd, faults } = await measure(world, pid, port, size);
  crowd.cut();
  return { figures: { [name]: figures }, faults: [], notes: faults };
}

interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  /** Connected again. */
  readonly crowd: Crowd;
  readonly faults: string[];
}

async function measure(world: World, pid: number, port: number, size: number): Promise<Measured> {
  // The last probe may still be open.
  await Bun.sleep(world.size(1_000, 100));
  const before = filesOf(pid);
  const first = await connectCrowd(port, size);
  await until("all are accepted", () => filesOf(pid) >= before + size, 60_000);
  // What was made for accepting them is collected by then.
  await Bun.sleep(world.size(10_000, 100));
  const cpu = await cpuPercentOf(pid, world.size(10_000, 200));
  const { now, anonymous } = memoryOf(pid);
  const faults = first.lost === 0 ? [] : [`${first.lost} of ${size} scales were hung up on`];
  first.cut();
  await until("all are gone", () => filesOf(pid) <= before, 60_000);
  const began = performance.now();
  const connecting = connectCrowd(port, size);
  // What the kernel has accepted may wait for the program: it is there when the program holds a file for each.
  await until("all are accepted again", () => filesOf(pid) >= before + size, 60_000);
  const ms = performance.now() - began;
  return {
    figures: { MB: now, "MB of its own": anonymous, "idle CPU %": cpu, "all accepted again, ms": ms },
    crowd: await connecting,
    faults,
  };
}
