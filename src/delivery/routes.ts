import type { Config } from "../config/config.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Route } from "./courier.ts";
import { openDeliveredNotes } from "./delivered-notes.ts";
import { webApplication } from "./destination.ts";
import { createScanBagClient } from "./scan-bag-client.ts";

/** Where bags are delivered to: so far the web application, where one is configured. */
export function openRoutes(
  { upstream, dataDir, journalKeep }: Config,
  clock: Clock,
  logger: Logger,
): Route[] {
  if (upstream === null) return [];
  const { url, inFlight } = upstream;
  const destination = webApplication;
  const isKept = journalKeep.ageMs > 0 && journalKeep.entries > 0;
  const notes = isKept
    ? openDeliveredNotes({ folder: dataDir, destination: destination.id, url, keep: journalKeep, logger })
    : null;
  return [{ destination, client: createScanBagClient({ upstream, clock }), inFlight, notes }];
}
