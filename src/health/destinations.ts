import type { CourierStatus } from "../delivery/courier.ts";
import type { Couriers } from "../delivery/couriers.ts";
import { type PartHealth, worstState } from "./health-report.ts";

/** How it stands with one destination. */
export function destinationHealth({ state, reason }: Pick<CourierStatus, "state" | "reason">): PartHealth {
  switch (state) {
    case "delivering":
      return { state: "up", detail: null };
    case "standby":
    case "paused":
      return { state: "degraded", detail: reason };
    case "open":
    case "unauthorized":
    case "stopped":
      return { state: "down", detail: reason };
  }
}

/** All destinations as one part: as its worst one, and what is wrong with each. Null where nothing is forwarded. */
export function upstreamHealth(statuses: ReturnType<Couriers["status"]>): PartHealth | null {
  const [first, ...others] = statuses.map(({ destination, courier }) => ({
    name: destination.name,
    ...destinationHealth(courier),
  }));
  if (first === undefined) return null;
  if (others.length === 0) return { state: first.state, detail: first.detail };
  const all = [first, ...others];
  const details = all.flatMap(({ name, detail }) => (detail === null ? [] : [`${name}: ${detail}`]));
  return { state: worstState(all), detail: details.length === 0 ? null : details.join("; ") };
}
