import type { Database } from "../database/database.ts";
import type { JournalView } from "../journal/journal-view.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { createBacklogThrottle } from "./backlog-throttle.ts";
import { type CourierStatus, createCourier, type Route } from "./courier.ts";
import type { Destination } from "./destination.ts";

/** Below Bun's own limit of 256: beyond it a request would wait inside `fetch` while its time-out runs. */
const requestsMax = 200;

/** The couriers of all destinations, one for each. */
export interface Couriers {
  /** Ids of the destinations that every bag is delivered to; none: nothing is forwarded. */
  readonly destinations: readonly number[];
  /** Begins to deliver, in the background, as soon as Postgres is there. */
  start(): void;
  /** Rejects if one of them ended without being stopped, which is a defect. */
  readonly done: Promise<void>;
  /** Makes no further request, lets those in flight end within 5 s, writes how they ended. Calling it again waits for the first. */
  stop(): Promise<void>;
  /**
   * Reads the outboxes now: bags were recorded, of one station or of any.
   *
   * @param options.urgent a person retried or discarded bags, or gave one to a job.
   * @param options.destination only of this one.
   */
  wake(station?: string, options?: { readonly urgent: boolean; readonly destination?: number }): void;
  /** The state of each destination's courier. */
  status(): readonly { readonly destination: Destination; readonly courier: CourierStatus }[];
}

/**
 * A courier for each route. Each gets its share of the requests that may be made at once, so that one whose requests
 * all hang takes none from the others; only the throttle, which keeps processor time free for weighing, is one for all.
 */
export function createCouriers(
  routes: readonly Route[],
  parts: {
    database: Database;
    journal: Pick<JournalView, "entries">;
    clock: Clock;
    logger: Logger;
    metrics: Metrics;
    /** Called with the ids of bags when what a destination answered is committed. */
    onWritten: (ids: readonly number[]) => void;
  },
): Couriers {
  const throttle = createBacklogThrottle(parts);
  const share = Math.floor(requestsMax / Math.max(1, routes.length));
  const couriers = routes.map((route) => createCourier({ ...parts, ...route, throttle, requestsMax: share }));
  return {
    destinations: couriers.map(({ destination }) => destination.id),
    start() {
      for (const courier of couriers) courier.start();
    },
    done: Promise.all(couriers.map(({ done }) => done)).then(() => undefined),
    stop: async () => void (await Promise.all(couriers.map((courier) => courier.stop()))),
    wake(station, { urgent, destination } = { urgent: false }) {
      for (const courier of couriers) {
        if (destination === undefined || courier.destination.id === destination) {
          courier.wake(station, { urgent });
        }
      }
    },
    status: () =>
      couriers.map((courier) => ({ destination: courier.destination, courier: courier.status() })),
  };
}
