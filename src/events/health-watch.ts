import type { Database } from "../database/database.ts";
import { countDeliveries } from "../delivery/deliveries.ts";
import { type HealthReport, overallHealth } from "../health/health-report.ts";
import type { JournalView } from "../journal/journal-view.ts";
import type { HealthEvent } from "./event.ts";
import type { EventHub } from "./hub.ts";

const lookEveryMs = 1_000;

export interface HealthWatch {
  /** As of now; deliveries as they were last counted. */
  current(): HealthEvent;
  start(): void;
  stop(): void;
}

/** Publishes a `health` event when anything of it changed, while somebody listens: once a second at most, and at once when Postgres goes or comes. */
export function createHealthWatch(parts: {
  readonly health: () => HealthReport;
  readonly journal: Pick<JournalView, "entries">;
  readonly database: Pick<Database, "up" | "run" | "onChange">;
  readonly forwarding: boolean;
  readonly hub: Pick<EventHub, "publish">;
}): HealthWatch {
  const { health, journal, database, forwarding, hub } = parts;
  let deliveries: { pending: number; parked: number } | null = null;
  let isCounting = false;
  let published = "";
  let timer: Timer | undefined;
  let forget: () => void = () => undefined;

  function current(): HealthEvent {
    return {
      ...overallHealth(health()),
      journal_backlog: journal.entries,
      deliveries_pending: deliveries?.pending ?? null,
      deliveries_parked: deliveries?.parked ?? null,
    };
  }

  function publishChange(): void {
    const now = current();
    const text = JSON.stringify(now);
    if (text === published) return;
    published = text;
    hub.publish({ type: "health", health: now });
  }

  /** One row that is kept beside the deliveries; one question at a time. */
  async function count(): Promise<void> {
    if (!forwarding || isCounting || !database.up) return;
    isCounting = true;
    try {
      const { pending, parked } = await database.run(countDeliveries);
      deliveries = { pending, parked };
    } catch {
      // The next look counts again; that Postgres is away is told by its own part.
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
      // Whoever comes is told how things are when he comes.
      published = JSON.stringify(current());
      timer = setInterval(look, lookEveryMs);
      timer.unref();
      forget = database.onChange(publishChange);
      void count();
    },
    stop() {
      forget();
      clearInterval(timer);
      timer = undefined;
    },
  };
}
