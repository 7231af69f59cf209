import type { DatabaseAccess } from "../database/database.ts";
import type { Couriers } from "../delivery/couriers.ts";
import type { JournalView } from "../journal/journal-view.ts";
import type { Listener } from "../scale/port/listener.ts";
import { upstreamHealth } from "./destinations.ts";
import type { HealthReport, PartHealth } from "./health-report.ts";

const up: PartHealth = { state: "up", detail: null };

/**
 * The state of each part of this appliance.
 *
 * @param parts.hide takes secrets out of a text.
 */
export function createOwnHealth(parts: {
  readonly listener: Pick<Listener, "listening">;
  readonly journal: Pick<JournalView, "writable" | "lastError">;
  readonly database: Pick<DatabaseAccess, "up" | "lastError" | "trouble">;
  readonly couriers: Pick<Couriers, "status">;
  readonly hide: (text: string) => string;
}): () => HealthReport {
  const { listener, journal, database, couriers, hide } = parts;

  /** With a full disk it answers, but stores nothing. */
  function databaseHealth(): PartHealth {
    if (!database.up) return { state: "down", detail: hide(database.lastError ?? "not connected yet") };
    return database.trouble === null ? up : { state: "degraded", detail: hide(database.trouble) };
  }

  return () => ({
    scales_port: listener.listening ? up : { state: "down", detail: "the scales' port is closed" },
    journal: journal.writable ? up : { state: "down", detail: hide(journal.lastError ?? "not writable") },
    database: databaseHealth(),
    upstream: upstreamHealth(couriers.status()),
  });
}
