import { type DatabaseAccess, isConnectionLoss } from "../../../database/database.ts";
import type { Plant } from "../../../database/plant.ts";
import type { Logger } from "../../../logging/logger.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { repeat } from "../../../runtime/repeat.ts";
import { makeBlock, missingBlocks } from "./making.ts";

const lookEveryMs = 60_000;
/** Looked for again after so many: jobs go on meanwhile. */
const jobsAtOnce = 200;
/** Between two blocks, and at least as long as the last one took: the other half of the time is for all else. */
const pauseMs = 5;

/** Makes the blocks of bags that quality reads, for ever, one at a time behind the recording. */
export interface BlockKeeper {
  start(): void;
  stop(): Promise<void>;
}

/** @param parts.database the connections of requests, so that the appliance's own work never waits for one. */
export function createBlockKeeper(parts: {
  database: DatabaseAccess;
  plant: Pick<Plant, "id">;
  clock: Clock;
  logger: Logger;
}): BlockKeeper {
  const { database, plant, clock, logger } = parts;
  const stopping = new AbortController();
  const looks = repeat({
    work: async () => {
      if (database.up) await makeAll();
    },
    everyMs: lookEveryMs,
    clock,
    onError(error) {
      if (isConnectionLoss(error)) return;
      logger.warn({ error: String(error) }, "blocks of bags could not be made, trying again");
    },
  });

  async function makeAll(): Promise<void> {
    let made: number;
    do {
      made = 0;
      const missing = await database.run(
        (sql) => missingBlocks(sql, plant.id, jobsAtOnce),
        undefined,
        "slow",
      );
      for (const each of missing) {
        if (stopping.signal.aborted) return;
        const began = clock.now();
        if (await database.run((sql) => makeBlock(sql, each), undefined, "slow")) made++;
        await clock.sleep(Math.max(pauseMs, clock.now() - began), stopping.signal);
      }
    } while (made > 0);
  }

  const forget = database.onChange("blocks of bags", (up) => {
    if (up) looks.wake();
  });

  return {
    start: looks.start,
    stop() {
      forget();
      stopping.abort();
      return looks.stop();
    },
  };
}
