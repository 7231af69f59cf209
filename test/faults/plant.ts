import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { mountMemory } from "../support/mounted.ts";
import { startJob } from "../support/outside.ts";
import { type SystemPostgres, startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { type FaultyUpstream, startFaultyUpstream } from "./faulty-upstream.ts";
import { type Senders, startSenders } from "./senders.ts";
import { type SilentProxy, startSilentProxy } from "./silent-proxy.ts";
import { makeSmallDisk, type SmallDisk } from "./small-disk.ts";

/** Everything that a fault can hit, for as long as one world lives. */
export interface Plant extends AsyncDisposable {
  readonly postgres: SystemPostgres;
  /** Where Postgres keeps its data; null where this machine makes no disk for it. */
  readonly postgresDisk: SmallDisk | null;
  /** Between appliance and Postgres. */
  readonly line: SilentProxy;
  readonly upstream: FaultyUpstream;
  readonly senders: Senders;
  /** Of the appliance; a small disk of its own where this machine permits one. */
  readonly dataDir: string;
  readonly hasOwnDisk: boolean;
  /** What the appliances of this world said. */
  readonly logDir: string;
  /** Clock of the appliance: seconds ahead of the machine's. */
  setClock(secondsAhead: number): Promise<void>;
  readonly hasOwnClock: boolean;
  /** The one that runs now. */
  appliance(): Appliance;
  options(): Parameters<typeof startAppliance>[0];
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** How often it was ended. */
  ends(): number;
  /** After `end`. As a supervisor does: again and again, where it ends at once. */
  begin(): Promise<void>;
  /** Uniform in [0, 1); each scenario that plays gets one of its own, from the seed. */
  random(): number;
  /** Frames that a scenario sent to be rejected. */
  readonly rubbish: Rubbish[];
  /** Frames that were read, and that the disk lost: a scenario destroyed their bytes, and the appliance said so. */
  readonly destroyed: Destroyed;
}

export interface Destroyed {
  /** By `bagKey`. */
  readonly bags: Set<string>;
  /** One character a byte. */
  readonly rejected: string[];
}

export function bagKey(printedScale: number, weight: string): string {
  return `${printedScale},${weight}`;
}

export interface Rubbish {
  /** One character a byte. */
  readonly raw: string;
  /** The other side confirmed that it read it; otherwise it may be missing. */
  isConfirmed: boolean;
}

const stations = "1:Station 1,2:Station 1,3:Station 1,4:Station 2,5:Station 2,6:Station 2";
/** Fewer than the crowd of the scenario, so that some of it are refused. */
const limits = { PREPUFF_SCALE_MAX_CONNECTIONS: "9000", PREPUFF_SCALE_MAX_PER_ADDRESS: "9000" };
const diskMegabytes = 48;
const postgresMegabytes = 800;
const beginLimitMs = 30_000;

export async function openPlant(binary: string | undefined): Promise<Plant> {
  const folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const dataDir = join(folder.path, "data");
  const logDir = join(folder.path, "logs");
  const clock = join(folder.path, "clock");
  mkdirSync(dataDir);
  mkdirSync(logDir);
  const ownDisk = mountMemory(dataDir, diskMegabytes);
  const fakeTime = findFakeTime();
  const hasOwnClock = fakeTime !== null;
  const postgresDisk = makeSmallDisk(postgresMegabytes);
  const postgres = await startSystemPostgres(
    // On a small disk most of the log's files would be kept for nothing.
    { deadlock_timeout: "200ms", min_wal_size: "32MB", max_wal_size: "128MB" },
    postgresDisk?.folder,
  );
  const line = await startSilentProxy(Number(new URL(postgres.url).port));
  const upstream = await startFaultyUpstream();
  const url = new URL(postgres.url);
  url.port = String(line.port);
  const setClock = async (secondsAhead: number) => {
    await Bun.write(clock, `${secondsAhead < 0 ? "-" : "+"}${Math.abs(secondsAhead)}s`);
  };
  await setClock(0);
  const options = {
    dataDir,
    logDir,
    databaseUrl: url.href,
    binary,
    env: {
      PREPUFF_STATIONS: stations,
      ...limits,
      // Two indicators that stand for one scale.
      PREPUFF_SCALE_ALIASES: "12:11",
      PREPUFF_UPSTREAM_URL: upstream.url,
      PREPUFF_UPSTREAM_TOKEN: upstream.token,
      NODE_EXTRA_CA_CERTS: upstream.authorityFile,
      PREPUFF_UPSTREAM_TIMEOUT_MS: "1000",
      ...(fakeTime !== null && {
        LD_PRELOAD: fakeTime,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        FAKETIME_NO_CACHE: "1",
      }),
    },
  };
  let ends = 0;
  let running: Appliance | null = await startAppliance(options);
  await running.ready(60_000);
  for (const station of ["Station 1", "Station 2"]) await startJob(running, { station });
  const senders = startSenders({
    scales: [1, 2, 3, 4, 5, 6],
    port: () => running?.scalePort ?? null,
    ends: () => ends,
    group: 1,
  });
  return {
    postgres,
    postgresDisk,
    line,
    upstream,
    senders,
    dataDir,
    logDir,
    hasOwnDisk: ownDisk !== null,
    hasOwnClock,
    setClock,
    random: Math.random,
    rubbish: [],
    destroyed: { bags: new Set(), rejected: [] },
    options: () => options,
    appliance() {
      if (running === null) throw new Error("the appliance is down");
      return running;
    },
    ends: () => ends,
    async end(signal) {
      ends++;
      const ending = running;
      running = null;
      ending?.kill(signal);
      await ending?.exited;
    },
    async begin() {
      const deadline = performance.now() + beginLimitMs;
      while (running === null) {
        try {
          running = await startAppliance(options);
        } catch (error) {
          if (performance.now() > deadline) throw error;
          await Bun.sleep(200);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await senders.stop();
      await running?.[Symbol.asyncDispose]();
      line[Symbol.dispose]();
      await upstream.stop();
      await postgres[Symbol.asyncDispose]();
      postgresDisk?.[Symbol.dispose]();
      ownDisk?.[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** A library, not a program: `faketime` itself could not change the clock of what it has started. */
function findFakeTime(): string | null {
  if (findTool("faketime") === null) return null;
  const [path] = new Bun.Glob("/usr/lib/*/faketime/libfaketime.so.1").scanSync("/");
  return path ?? null;
}
