import type { Metrics } from "../runtime/metrics.ts";
import type { RefusedEntry } from "./refusal.ts";

/**
 * Observes how long bags were on their way. Those of one turn of the event loop came at the same time, and are told at once.
 *
 * @param now when they were recorded, in milliseconds since the epoch.
 */
export function observeAges(
  { frameToBag }: Pick<Metrics, "frameToBag">,
  entries: readonly RefusedEntry[],
  now: number,
): void {
  let at = now;
  let bags = 0;
  for (const entry of entries) {
    if (entry.kind !== "weighed" || entry.refusal !== undefined) continue;
    if (entry.receivedAt !== at) {
      if (bags > 0) frameToBag.add(Math.max(0, now - at) / 1000, bags);
      at = entry.receivedAt;
      bags = 0;
    }
    bags++;
  }
  if (bags > 0) frameToBag.add(Math.max(0, now - at) / 1000, bags);
}
