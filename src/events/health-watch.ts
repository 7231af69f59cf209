import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Couriers } from "../delivery/couriers.ts";
import { countDeliveries, type DeliveryCounts } from "../delivery/deliveries.ts";
import { destinationHealth } from "../health/destinations.ts";
import { type HealthReport, overallHealth } from "../health/health-report.ts";
import type { JournalView } from "../journal/journal-view.ts";
import type { HealthEvent } from "./event.ts";
import type { EventHub } from "./hub.ts";

const lookEveryMs = 1_000;

export interface HealthWatch {
  /** The health of this moment; deliveries as last counted. */
  current(): HealthEvent;
  start(): void;
  stop(): void;
}

/**
 * Publishes a `health` event when any part of it changed, while clients listen: once a second at most, and at once when
 * PostgreSQL becomes reachable or not.
 */
export function createHealthWatch(parts: {
  readonly health: () => HealthReport;
  readonly journal: Pick<JournalView, "entries">;
  readonly database: Pick<Database, "up" | "run" | "onChange">;
  readonly plant: Pick<Plant, "id">;
  readonly couriers: Pick<Couriers, "status">;
  readonly hub: Pick<EventHub, "publish">;
}): HealthWatch {
  const { health, journal, database, plant, couriers, hub } = parts;
  let deliveries: readonly DeliveryCounts[] | null = null;
  let isCounting = false;
  let published = "";
  let timer: Timer | undefined;
  let forget: () => void = () => undefined;

  function current(): HealthEvent {
    const sumOf = (state: "pending" | "parked") =>
      deliveries?.reduce((sum, counts) => sum + counts[state], 0) ?? null;
    return {
      ...overallHealth(health()),
      journal_backlog: journal.entries,
      deliveries_pending: sumOf("pending"),
      deliveries_parked: sumOf("parked"),
      destinations: couriers.status().map(({ destination: { name }, courier }) => {
        const counts = deliveries?.find(({ destination }) => destination === name);
        return {
          name,
          ...destinationHealth(courier),
          pending: counts?.pending ?? null,
          parked: counts?.parked ?? null,
        };
      }),
    };
  }

  function publishChange(): void {
    const now = current();
    const text = JSON.stringify(now);
    if (text === published) return;
    published = text;
    hub.publish({ type: "health", health: now });
  }

  /** Reads the tally, one row for each destination; one query at a time. */
  async function count(): Promise<void> {
    if (couriers.status().length === 0 || isCounting || !database.up) return;
    isCounting = true;
    try {
      deliveries = await database.run((sql) => countDeliveries(sql, plant.id));
    } catch {
      // The next round counts again; that PostgreSQL is not reachable is shown by its own part.
    } finally {
      isCounting = false;
    }
  }

  function look(): void {
    publishChange();
    void count();
  }

  return {
    current,
    start() {
      if (timer !== undefined) return;
      // A new client gets the current health when it connects.
      published = JSON.stringify(current());
      timer = setInterval(look, lookEveryMs);
      timer.unref();
      forget = database.onChange("health events", publishChange);
      void count();
    },
    stop() {
      forget();
      clearInterval(timer);
      timer = undefined;
    },
  };
}
