import { expect, test } from "bun:test";
import { noFilter } from "../../../../src/board/office/bags/bag-filter.ts";
import { type BagPage, bagsOnPage, takeBag } from "../../../../src/board/office/bags/bag-page.ts";
import { bagOf } from "./bag.ts";

const at = (second: number) => `2026-03-01T10:00:${String(second).padStart(2, "0")}.000Z`;
const bag = (id: number) => bagOf({ id, bag_num: id, weighed_at: at(id) });
const page = (ids: readonly number[], next: string | null = null): BagPage => ({
  items: ids.map(bag),
  next,
  isShifted: false,
});
const ids = ({ items }: BagPage) => items.map(({ id }) => id);

test("a new bag comes first, one recorded late takes the place of its weighing", () => {
  const first = takeBag(page([5, 3]), bag(6), noFilter, true);
  expect(ids(first)).toEqual([6, 5, 3]);
  expect(ids(takeBag(first, bag(4), noFilter, true))).toEqual([6, 5, 4, 3]);
});

test("a known bag is replaced where it stands", () => {
  const voided = { ...bag(3), voided_at: at(50), void_reason: "spilled" };
  const changed = takeBag(page([5, 3, 1]), voided, noFilter, true);
  expect(ids(changed)).toEqual([5, 3, 1]);
  expect(changed.items[1]?.void_reason).toBe("spilled");
});

test("a bag that no longer matches goes, one that never did does not come", () => {
  const filter = { ...noFilter, verdict: "no_job" as const };
  const loose = bagOf({ id: 2, job_id: null, in_tolerance: null, target_weight: null, weighed_at: at(2) });
  const shown = takeBag(page([]), loose, filter, true);
  expect(ids(shown)).toEqual([2]);
  expect(ids(takeBag(shown, { ...bag(2), id: 2 }, filter, true))).toEqual([]);
  expect(ids(takeBag(shown, bag(7), filter, true))).toEqual([2]);
});

test("nothing new comes into a later page, and an older bag than its last is of the next one", () => {
  expect(ids(takeBag(page([5, 3]), bag(6), noFilter, false))).toEqual([5, 3]);
  expect(ids(takeBag(page([5, 3], "cursor"), bag(1), noFilter, true))).toEqual([5, 3]);
  expect(ids(takeBag(page([5, 3]), bag(1), noFilter, true))).toEqual([5, 3, 1]);
});

test("a page never grows: what is pushed off it is asked for again", () => {
  const full = page(
    Array.from({ length: bagsOnPage }, (_, index) => bagsOnPage - index),
    "cursor",
  );
  const shifted = takeBag(full, bag(bagsOnPage + 1), noFilter, true);
  expect(shifted.items).toHaveLength(bagsOnPage);
  expect(shifted.items[0]?.id).toBe(bagsOnPage + 1);
  expect(shifted.isShifted).toBe(true);
});

test("bags of one job stand in the order of their numbers", () => {
  const filter = { ...noFilter, job: 1 };
  const assigned = bagOf({ id: 1, bag_num: 9, weighed_at: at(1) });
  expect(ids(takeBag(page([8, 7]), assigned, filter, true))).toEqual([1, 8, 7]);
});
