import pino from "pino";
import { Registry } from "prom-client";
import { createDatabase, type Database } from "../../src/database/database.ts";
import { createBacklogThrottle } from "../../src/delivery/backlog-throttle.ts";
import { type Courier, createCourier } from "../../src/delivery/courier.ts";
import { type Destination, webApplication } from "../../src/delivery/destination.ts";
import { createScanBagClient } from "../../src/delivery/scan-bag-client.ts";
import { type Clock, systemClock } from "../../src/runtime/clock.ts";
import { createMetrics, type Metrics } from "../../src/runtime/metrics.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

export const token = "secret-token-of-the-plant";

export interface RunningCourier {
  readonly courier: Courier;
  readonly metrics: Metrics;
  /** Every log line of level debug and above. */
  readonly log: string[];
  /** Lines of level info and above. */
  readonly lines: () => { readonly msg: string }[];
  /** Waits until it has done all that it can do before its clock moves on, or somebody wakes it. */
  readonly atRest: () => Promise<void>;
  /** Waits until its lock's session has answered: a clock that moves on before that takes the lock away. */
  readonly lockAnswered: () => Promise<void>;
}

/** A database part that is up. */
export async function openDatabase(url: string): Promise<Database> {
  const database = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
  return database;
}

/** Started, and delivering unless another courier is. */
export function startCourier(parts: {
  database: Database;
  url: string;
  destination?: Destination;
  clock?: Clock;
  inFlight?: number;
  timeoutMs?: number;
  random?: () => number;
  journal?: { readonly entries: number };
}): RunningCourier {
  const {
    database,
    url,
    destination = webApplication,
    clock = systemClock,
    inFlight = 1,
    timeoutMs = 5_000,
    journal = { entries: 0 },
  } = parts;
  const log: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line) => log.push(line) });
  const metrics = createMetrics(new Registry());
  let asking = 0;
  let requests = 0;
  let lockAsks = 0;
  const client = createScanBagClient({
    upstream: { url, token, timeoutMs, inFlight },
    clock,
    fetch: (to, init) => {
      requests++;
      return fetch(to, init);
    },
  });
  const courier = createCourier({
    onWritten: () => undefined,
    ...{ destination, client, inFlight, notes: null, requestsMax: 200 },
    throttle: createBacklogThrottle({ journal, clock }),
    database: {
      ...database,
      get up() {
        return database.up;
      },
      async run(work, limitMs) {
        asking++;
        try {
          return await database.run(work, limitMs);
        } finally {
          asking--;
        }
      },
      async session(onClose) {
        return new Proxy(await database.session(onClose), {
          apply(session, self, query) {
            const answer: Promise<unknown> = Promise.resolve(Reflect.apply(session, self, query));
            lockAsks++;
            return answer.finally(() => lockAsks--);
          },
        });
      },
    },
    clock,
    logger,
    metrics,
    ...(parts.random === undefined ? {} : { random: parts.random }),
  });
  courier.start();

  async function isAtRest(): Promise<boolean> {
    const { values } = await metrics.upstreamRequests.get();
    const answers = values.reduce((sum, { value }) => sum + value, 0);
    const { state, unwritten } = courier.status();
    return state !== "standby" && asking === 0 && requests === answers && unwritten === 0;
  }

  return {
    courier,
    metrics,
    log,
    lines: () => log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 30),
    atRest: () => until("the courier is at rest", isAtRest),
    async lockAnswered() {
      do await Bun.sleep(0);
      while (lockAsks > 0);
    },
  };
}
