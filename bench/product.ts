import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type Appliance, startAppliance } from "../test/support/appliance.ts";
import { freePort } from "../test/support/free-port.ts";
import { startJob } from "../test/support/outside.ts";
import { tolerancePercent } from "./conservation.ts";
import type { World } from "./world.ts";

export interface ProductOptions {
  readonly databaseUrl: string;
  /** Journal and log; left out: a new folder. */
  readonly dataDir?: string;
  readonly scales?: readonly number[];
  readonly stations?: number;
  /** The full URL of `scan_bag`; `nobody`: one is configured, so that each bag gets its delivery row, but it is away. */
  readonly upstream?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function stationOf(scale: number, stations: number): string {
  return `Station ${((scale - 1) % stations) + 1}`;
}

/** A new folder for a journal, on the disk that is measured. */
export function newDataDir(world: World): string {
  return mkdtempSync(join(world.folder, "data-"));
}

/** The variables of a plant: scales spread over stations, room for all of them from one address. */
function plantEnv({ scales = [], stations = 1, upstream, env }: ProductOptions): Record<string, string> {
  return {
    PREPUFF_SCALE_MAX_CONNECTIONS: "20000",
    PREPUFF_SCALE_MAX_PER_ADDRESS: "20000",
    ...(scales.length > 0 && {
      PREPUFF_STATIONS: scales.map((scale) => `${scale}:${stationOf(scale, stations)}`).join(","),
    }),
    ...(upstream !== undefined && { PREPUFF_UPSTREAM_URL: upstream }),
    ...env,
  };
}

/** Starts the product as a process of its own, as a plant runs it. */
export async function startProduct(world: World, options: ProductOptions): Promise<Appliance> {
  return startAppliance({
    dataDir: options.dataDir ?? newDataDir(world),
    databaseUrl: options.databaseUrl,
    binary: world.binary,
    env: plantEnv(options),
  });
}

/** An upstream that refuses connections, as when the network is away. */
export async function awayUpstream(): Promise<string> {
  return `http://127.0.0.1:${freePort()}/api/prepuff/scan_bag`;
}

/** A job on each station, with room for `quantity` bags. @returns their ids. */
export async function startJobs(appliance: Appliance, stations: number, quantity: number): Promise<number[]> {
  const ids: number[] = [];
  for (let number = 1; number <= stations; number++) {
    const job = await startJob(appliance, {
      station: `Station ${number}`,
      quantity,
      tolerance_percent: String(tolerancePercent),
    });
    ids.push(job.id);
  }
  return ids;
}
