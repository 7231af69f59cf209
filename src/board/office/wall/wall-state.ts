import type { StationItem } from "../../../http/api/stations.ts";
import type { Bag } from "../../../records/bags/bag-view.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import type { Scale } from "../../../records/scales/scale-list.ts";

/** How a station does, in one word; `off`, `partly_off` and `still` want somebody to look. */
export type StationCondition =
  /** No scale of it is connected. */
  | { readonly is: "off" }
  | { readonly is: "partly_off"; readonly connected: number; readonly scales: number }
  /** A job runs, and no bag came for longer than the plant allows. */
  | { readonly is: "still"; readonly ms: number }
  | { readonly is: "running" }
  | { readonly is: "complete" }
  | { readonly is: "no_job" };

/** @param at now, and `stillAfter`, in milliseconds. */
export function conditionOf(
  { station, active_job: job, last_job: last, last_bag: bag }: StationItem,
  scales: readonly Pick<Scale, "station" | "enabled" | "alias_of" | "connected">[],
  { at, stillAfter }: { readonly at: number; readonly stillAfter: number },
): StationCondition {
  const own = scales.filter((scale) => scale.station === station && scale.enabled && scale.alias_of === null);
  const connected = own.filter((scale) => scale.connected).length;
  if (own.length > 0 && connected === 0) return { is: "off" };
  if (connected < own.length) return { is: "partly_off", connected, scales: own.length };
  if (job !== null) {
    const ms = at - Math.max(Date.parse(job.started_at ?? ""), Date.parse(bag?.weighed_at ?? "") || 0);
    return ms > stillAfter ? { is: "still", ms } : { is: "running" };
  }
  return { is: last?.status === "completed" && bag?.job_id === last.id ? "complete" : "no_job" };
}

/** Takes over a new or changed bag; null where its station is not known yet. */
export function withBagOf(items: readonly StationItem[], bag: Bag): readonly StationItem[] | null {
  if (items.every(({ station }) => station !== bag.station)) return null;
  return items.map((item) => {
    if (item.station !== bag.station) return item;
    const before = item.last_bag;
    if (before?.id === bag.id) return { ...item, last_bag: bag };
    if (before !== null && before.weighed_at > bag.weighed_at) return item;
    return { ...item, last_bag: bag, bags_last_hour: item.bags_last_hour + 1 };
  });
}

/** Takes over a job that began, went on or ended. */
export function withJobOf(items: readonly StationItem[], job: Job): readonly StationItem[] {
  return items.map((item) => {
    if (item.station !== job.station) return item;
    if (job.status === "active") return { ...item, active_job: job };
    return item.active_job?.id === job.id ? { ...item, active_job: null, last_job: job } : item;
  });
}

/** In how many columns so many stations fill a wide screen best. */
export function columnsFor(stations: number): number {
  return [1, 4, 9, 16].findIndex((most) => stations <= most) + 1 || 6;
}
