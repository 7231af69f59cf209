import { expect, test } from "bun:test";
import { createConfiguredTokens } from "../../src/access/configured-tokens.ts";
import { createPeopleInForce } from "../../src/access/people-in-force.ts";
import { createTokensInForce } from "../../src/access/tokens-in-force.ts";
import { createDatabase } from "../../src/database/database.ts";
import { createRejectedRetention } from "../../src/records/rejected/rejected-retention.ts";
import { createPresence } from "../../src/scale/presence.ts";
import { createScaleRegister } from "../../src/scale/register.ts";
import { createStations } from "../../src/scale/stations.ts";
import { testConfig } from "../support/http.ts";
import { listening } from "../support/listening.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";

/** A clock on which nothing passes; how many wait on it says how many loops there are. */
function stillClock() {
  let waiting = 0;
  return {
    now: () => 0,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        waiting++;
        signal?.addEventListener("abort", () => {
          waiting--;
          resolve();
        });
      }),
    get waiting() {
      return waiting;
    },
  };
}

const nowhere = async () => {
  throw new Error("nowhere");
};

/** Each part that works in the background, with a database that is away. */
const parts = {
  database: (clock: ReturnType<typeof stillClock>) => createDatabase({ locate: nowhere, logger, clock }),
  "configured tokens": (clock: ReturnType<typeof stillClock>) =>
    createConfiguredTokens({ admin: "admin-token" }, { admin: "/nonexistent" }, { clock, logger }),
  "named tokens": (clock: ReturnType<typeof stillClock>) =>
    createTokensInForce({ database: createDatabase({ locate: nowhere, logger, clock }), clock, logger }),
  people: (clock: ReturnType<typeof stillClock>) =>
    createPeopleInForce({
      database: createDatabase({ locate: nowhere, logger, clock }),
      plant: { id: 1 },
      clock,
      logger,
    }),
  retention: (clock: ReturnType<typeof stillClock>) =>
    createRejectedRetention({
      database: createDatabase({ locate: nowhere, logger, clock }),
      kept: { days: 1, rows: 1 },
      clock,
      logger,
    }),
  "scale register": (clock: ReturnType<typeof stillClock>) =>
    createScaleRegister({
      database: createDatabase({ locate: nowhere, logger, clock }),
      plant: { id: 1 },
      presence: createPresence(() => false, logger),
      stations: createStations(testConfig(), {
        scaleSettings: () => [],
        saveScaleSetting: () => undefined,
      }),
      clock,
      logger,
    }),
};

test.each(Object.entries(parts))(
  "%s: started twice it is one, stopped twice it waits for one stop",
  async (_, create) => {
    const clock = stillClock();
    const part = create(clock);
    part.start();
    part.start();
    await Bun.sleep(20);
    expect(clock.waiting).toBe(1);
    await Promise.all([part.stop(), part.stop()]);
    await part.stop();
    expect(clock.waiting).toBe(0);
    part.start();
    await Bun.sleep(20);
    expect(clock.waiting).toBe(0);
  },
);

test("the scales' port: started twice it is one port, and who stops it twice waits for one stop", async () => {
  const { listener, port } = listening();
  expect(listener.start()).toBe(port);
  const first = listener.stop();
  expect(listener.stop()).toBe(first);
  await first;
  expect(listener.listening).toBe(false);
});
