import { openJournal } from "../../src/journal/journal.ts";
import { systemClock as clock } from "../../src/runtime/clock.ts";
import { spawnAppliance } from "../../test/support/appliance.ts";
import { memoryOf, quantile } from "../../test/support/campaign.ts";
import { weighed } from "../../test/support/entries.ts";
import { freePort } from "../../test/support/free-port.ts";
import { untilAccepted } from "../../test/support/scale-port.ts";
import { silentLogger as logger } from "../../test/support/silent-logger.ts";
import type { Contender } from "../contender.ts";
import { newDataDir } from "../product.ts";
import type { World } from "../world.ts";

/** As many as are kept at most, unless it is configured otherwise. */
const most = 1_000_000;
const settledMs = 1_000;

/** Whether it costs anything that recorded entries stay in the journal for a while: none and the most, in turn. */
export function keptEntries(columns: { readonly start: string; readonly idle: string }): Contender {
  return {
    name: "Pre-Puff, entries kept",
    missing: null,
    async run(world) {
      const count = world.size(most, 1_000);
      const [empty, full] = [newDataDir(world), newDataDir(world)];
      keep(full, count);
      const rows = {
        "Pre-Puff, nothing kept": empty,
        [`Pre-Puff, ${count.toLocaleString("en-US")} kept`]: full,
      };
      const found = new Map<string, { ms: number; mb: number }[]>();
      // The first of each is not counted: it makes what a new folder lacks, and reads the program from the disk.
      for (let nth = 0; nth <= world.size(15, 1); nth++) {
        for (const [row, dataDir] of Object.entries(rows)) {
          const one = await startOf(world, dataDir);
          if (nth > 0) found.set(row, [...(found.get(row) ?? []), one]);
        }
      }
      const figures = Object.fromEntries(
        [...found].map(([row, starts]) => [
          row,
          {
            [columns.start]: quantile(
              starts.map(({ ms }) => ms),
              0.5,
            ),
            [columns.idle]: quantile(
              starts.map(({ mb }) => mb),
              0.5,
            ),
          },
        ]),
      );
      const left = keptIn(full);
      return { figures, faults: left === count ? [] : [`${left} of ${count} kept entries are still there`] };
    },
  };
}

function open(folder: string) {
  return openJournal({ folder, clock, logger, keep: { ageMs: 3_600_000, entries: most } });
}

function keep(folder: string, count: number): void {
  const journal = open(folder);
  for (let nth = 0; nth < count; nth++) journal.append(weighed({ scale: (nth % 50) + 1 }));
  journal.close();
  const filled = open(folder);
  filled.markRecorded(count);
  filled.close();
}

function keptIn(folder: string): number {
  const journal = open(folder);
  try {
    return journal.lastSeq - journal.unmarkRecorded(0);
  } finally {
    journal.close();
  }
}

/** From the start of the process until a scale is connected, with no PostgreSQL there; and its memory some seconds later. */
async function startOf(world: World, dataDir: string): Promise<{ ms: number; mb: number }> {
  const port = freePort();
  const databaseUrl = `postgres://nobody:none@127.0.0.1:${freePort()}/none`;
  const began = performance.now();
  const env = { PREPUFF_SCALE_PORT: String(port) };
  await using appliance = spawnAppliance({ dataDir, databaseUrl, binary: world.binary, env });
  await untilAccepted(port, 20_000);
  const ms = performance.now() - began;
  await Bun.sleep(world.size(settledMs, 100));
  const mb = memoryOf(appliance.pid).now;
  appliance.kill("SIGTERM");
  await appliance.exited;
  return { ms, mb };
}
