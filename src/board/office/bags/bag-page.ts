import type { Bag } from "../../../records/bags/bag-view.ts";
import { type BagFilter, matches } from "./bag-filter.ts";

/** One page of bags as it is on the screen. */
export interface BagPage {
  readonly items: readonly Bag[];
  /** The cursor of the page behind it, as the server gave it; null: this is the last one. */
  readonly next: string | null;
  /** Live bags pushed older ones off the page: `next` would skip those. This page is loaded again before the next one. */
  readonly isShifted: boolean;
}

export const bagsOnPage = 50;

/**
 * Takes a bag that an event brought into the page: a known one is replaced, one that no longer matches goes, a new one
 * takes its place in the order. The page never grows beyond its size.
 *
 * @param isFirst whether nothing newer is on a page before this one: only there new bags come in.
 */
export function takeBag(page: BagPage, bag: Bag, filter: BagFilter, isFirst: boolean): BagPage {
  const index = page.items.findIndex(({ id }) => id === bag.id);
  if (!matches(filter, bag)) {
    return index === -1 ? page : { ...page, items: page.items.toSpliced(index, 1) };
  }
  if (index !== -1) return { ...page, items: page.items.with(index, bag) };
  const place = page.items.findIndex((other) => comesBefore(bag, other, filter));
  const isBehindAll = place === -1;
  if (isBehindAll ? page.next !== null : !isFirst) return page;
  const grown = page.items.toSpliced(isBehindAll ? page.items.length : place, 0, bag);
  if (grown.length <= bagsOnPage) return { ...page, items: grown };
  return { ...page, items: grown.slice(0, bagsOnPage), isShifted: true };
}

/** The server's order: of one job by number, else by time; newest first. */
function comesBefore(bag: Bag, other: Bag, filter: BagFilter): boolean {
  if (filter.job !== null) return (bag.bag_num ?? 0) > (other.bag_num ?? 0);
  const difference = Date.parse(bag.weighed_at) - Date.parse(other.weighed_at);
  return difference > 0 || (difference === 0 && bag.id > other.id);
}
