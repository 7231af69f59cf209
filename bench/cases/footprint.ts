import { statSync } from "node:fs";
import { join } from "node:path";
import { spawnAppliance } from "../../test/support/appliance.ts";
import { memoryOf, quantile } from "../../test/support/campaign.ts";
import { freePort } from "../../test/support/free-port.ts";
import { untilAccepted } from "../../test/support/scale-port.ts";
import { until } from "../../test/support/until.ts";
import { faultsOf } from "../conservation.ts";
import { atMost, type BenchCase, type Contender, cell, onNewDatabase } from "../contender.ts";
import { connectCrowd } from "../load/crowd.ts";
import { pacedLoad } from "../load/paced.ts";
import { scalesOf } from "../load/scales.ts";
import { cpuPercentOf, cpuSecondsOf } from "../machine/processes.ts";
import { runProgram } from "../peers/peer.ts";
import { rsyslog } from "../peers/rsyslog.ts";
import { bareTable } from "../peers/tables.ts";
import { newDataDir, startProduct } from "../product.ts";
import { untilRecorded } from "../watch/recorded.ts";
import type { World } from "../world.ts";
import { keptEntries } from "./kept.ts";

const scales = scalesOf(50);
const start = "start to accepting, ms";
const idle = "idle MB";

/** What the product takes from a small machine. */
export const footprint: BenchCase = {
  name: "footprint",
  title: "start without PostgreSQL until scales are accepted; 50 silent scales; then 50 scales × 2 bags/s",
  columns: [start, idle, "idle CPU %", "file MB", "CPU µs a bag"],
  contenders: () => [product, keptEntries({ start, idle }), bareListener, ofRsyslog],
  goals: (medians) => [
    ...atMost(cell(medians, "Pre-Puff", start), 100, "ms", "start to accepting, before PostgreSQL is there"),
    ...atMost(cell(medians, "Pre-Puff", idle), 75, "MB", "idle"),
  ],
};

const product: Contender = {
  name: "Pre-Puff",
  missing: null,
  run: (world) =>
    onNewDatabase(world, async ({ url, sql }) => {
      const starts = await startTimes(world);
      await using appliance = await startProduct(world, { databaseUrl: url });
      await appliance.ready();
      const { mb, percent } = await idleOf(world, appliance.pid, appliance.scalePort);
      const framesEach = world.size(40, 2);
      const cpu = cpuSecondsOf(appliance.pid);
      await pacedLoad({ port: appliance.scalePort, scales, perSecond: 2, framesEach });
      const total = scales.length * framesEach;
      await untilRecorded(sql, total);
      const figures = {
        [start]: quantile(starts, 0.5),
        [idle]: mb,
        "idle CPU %": percent,
        "file MB": statSync(world.binary ?? process.execPath).size / 1e6,
        "CPU µs a bag": ((cpuSecondsOf(appliance.pid) - cpu) * 1e6) / total,
      };
      return { figures: { "Pre-Puff": figures }, faults: await faultsOf(appliance, sql, scales, framesEach) };
    }),
};

/** From the start of the process until a scale is connected, with no PostgreSQL there. */
async function startTimes(world: World): Promise<number[]> {
  const times: number[] = [];
  const dataDir = newDataDir(world);
  for (let nth = 0; nth < world.size(10, 2); nth++) {
    const port = freePort();
    const databaseUrl = `postgres://nobody:none@127.0.0.1:${freePort()}/none`;
    const began = performance.now();
    const env = { PREPUFF_SCALE_PORT: String(port) };
    await using appliance = spawnAppliance({ dataDir, databaseUrl, binary: world.binary, env });
    await untilAccepted(port, 20_000);
    times.push(performance.now() - began);
    appliance.kill("SIGTERM");
    await appliance.exited;
  }
  return times;
}

async function idleOf(world: World, pid: number, port: number): Promise<{ mb: number; percent: number }> {
  const crowd = await connectCrowd(port, scales.length);
  await Bun.sleep(world.size(20_000, 100));
  const percent = await cpuPercentOf(pid, world.size(10_000, 200));
  const mb = memoryOf(pid).now;
  crowd.cut();
  return { mb, percent };
}

const bareListener: Contender = {
  name: "bare Bun.listen",
  missing: null,
  async run(world) {
    const port = freePort();
    const program = join(import.meta.dir, "../peers/bare-listener.ts");
    const began = performance.now();
    await using listener = await runProgram(world, [process.execPath, program, String(port)]);
    await untilAccepted(port, 10_000);
    const ms = performance.now() - began;
    const { mb, percent } = await idleOf(world, listener.pid, port);
    const size = statSync(process.execPath).size / 1e6;
    return {
      figures: { "bare Bun.listen": { [start]: ms, [idle]: mb, "idle CPU %": percent, "file MB": size } },
      faults: [],
    };
  },
};

const ofRsyslog: Contender = {
  name: rsyslog.name,
  missing: rsyslog.missing,
  version: rsyslog.version,
  run: (world) =>
    onNewDatabase(world, async (database) => {
      const port = freePort();
      const framesEach = world.size(40, 2);
      const total = scales.length * framesEach;
      await bareTable.create(database.sql);
      const began = performance.now();
      await using peer = await rsyslog.start({ world, database, port, frames: total });
      await untilAccepted(port, 10_000);
      const ms = performance.now() - began;
      const { mb, percent } = await idleOf(world, peer.pid, port);
      const cpu = cpuSecondsOf(peer.pid);
      await pacedLoad({ port, scales, perSecond: 2, framesEach });
      await until("all rows are stored", async () => {
        const [row] = await database.sql<{ rows: number }[]>`select count(*) as rows from bag`;
        return row?.rows === total;
      });
      const perThousand = ((cpuSecondsOf(peer.pid) - cpu) * 1e6) / total;
      return {
        figures: {
          [rsyslog.name]: { [start]: ms, [idle]: mb, "idle CPU %": percent, "CPU µs a bag": perThousand },
        },
        faults: [],
      };
    }),
};
