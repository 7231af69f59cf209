import type { Groups } from "../../quality/groups.ts";
import { type Bags, inSteps, weightsAt } from "./bags.ts";

/** How bags are put together: so many in a row of one scale, or those of one scale in so many minutes. */
export type Grouping = { readonly size: number } | { readonly minutes: number };

/** Subgroups of bags, in the order of their last bags, with their weights in lb. */
export interface Subgroups extends Groups {
  /** The place in the bags' columns of each of `values`. */
  readonly members: Uint32Array;
}

/**
 * Subgroups in the order of their last bags. Each is of one scale, so that what scales differ by is no spread within. Bags behind the
 * last full one are in none, and those that are alone in their minutes are not either.
 */
export function subgroupsOf(bags: Bags, grouping: Grouping): Subgroups {
  if ("minutes" in grouping) return byTime(bags, grouping.minutes);
  return grouping.size === 1 ? eachAlone(bags) : inRows(bags, grouping.size);
}

/** Each bag by itself. */
export function eachAlone(bags: Bags): Subgroups {
  return {
    members: bags.order,
    starts: inSteps(bags.length + 1, 1),
    values: weightsAt(bags, bags.order),
  };
}

/** A subgroup is complete with its last bag, so that they come in the order of these. */
function inRows(bags: Bags, size: number): Subgroups {
  const { order, scales } = bags;
  const members = new Uint32Array(order.length);
  const begun = new Map<number, { readonly places: Uint32Array; count: number }>();
  let end = 0;
  for (let index = 0; index < order.length; index++) {
    const place = order[index] ?? 0;
    const scale = scales[place] ?? 0;
    let open = begun.get(scale);
    if (open === undefined) {
      open = { places: new Uint32Array(size), count: 0 };
      begun.set(scale, open);
    }
    open.places[open.count++] = place;
    if (open.count < size) continue;
    for (let at = 0; at < size; at++) members[end++] = open.places[at] ?? 0;
    open.count = 0;
  }
  const full = members.subarray(0, end);
  return { members: full, starts: inSteps(end / size + 1, size), values: weightsAt(bags, full) };
}

function byTime(bags: Bags, minutes: number): Subgroups {
  const { order, scales, times } = bags;
  const begun = new Map<number, Window>();
  const found: Window[] = [];
  for (let index = 0; index < order.length; index++) {
    const place = order[index] ?? 0;
    const scale = scales[place] ?? 0;
    const window = Math.floor((times[place] ?? 0) / (minutes * 60_000));
    const open = begun.get(scale);
    if (open?.window !== window) {
      begun.set(scale, { window, places: [place], last: index });
      continue;
    }
    open.places.push(place);
    open.last = index;
    // From its second bag on: one that is alone in its minutes is in none.
    if (open.places.length === 2) found.push(open);
  }
  found.sort((a, b) => a.last - b.last);
  const starts = new Uint32Array(found.length + 1);
  for (const [group, { places }] of found.entries()) starts[group + 1] = (starts[group] ?? 0) + places.length;
  const members = new Uint32Array(starts.at(-1) ?? 0);
  for (const [group, { places }] of found.entries()) members.set(places, starts[group] ?? 0);
  return { members, starts, values: weightsAt(bags, members) };
}

interface Window {
  readonly window: number;
  readonly places: number[];
  /** Of its last bag, in the order of weighing. */
  last: number;
}
