import type { ScaleView } from "../scale/presence.ts";
import type { EventHub } from "./hub.ts";

/** How often scales are compared while clients listen. */
const lookEveryMs = 500;

/**
 * Publishes a `scale` event for every scale that changed since the last comparison. Comparing at intervals costs
 * nothing for each frame, and bounds the rate of events however fast a scale prints.
 */
export function createScaleWatch(
  presence: { scales(): readonly ScaleView[]; standIns(): readonly ScaleView[] },
  hub: Pick<EventHub, "publish">,
): { start(): void; stop(): void } {
  let seen = new Map<number, string>();
  let timer: Timer | undefined;

  const all = () => [...presence.scales(), ...presence.standIns()];

  function look(): void {
    const scales = all();
    const ids = new Set(scales.map(({ id }) => id));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    for (const scale of scales) {
      const now = JSON.stringify(scale);
      if (seen.get(scale.id) === now) continue;
      seen.set(scale.id, now);
      hub.publish({ type: "scale", scale });
    }
  }

  return {
    start() {
      if (timer !== undefined) return;
      seen = new Map(all().map((scale) => [scale.id, JSON.stringify(scale)]));
      timer = setInterval(look, lookEveryMs);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
