import { expect, test } from "bun:test";
import fc from "fast-check";
import { createAdmission } from "../../../src/scale/port/admission.ts";
import { createPlaces } from "../../../src/scale/port/places.ts";

test("an address that has printed keeps a place, although others have filled all with connections that printed", () => {
  const places = createPlaces({ inAll: 4, perAddress: 4 }, (id) => id !== 3);
  places.take(1, "scale");
  places.leave(1);
  for (const id of [2, 4, 5, 6]) places.take(id, "flood");
  expect(places.isFull("scale")).toBe("too_many_connections");
  expect(places.whoMakesRoom("stranger")).toBeNull();
  expect(places.whoMakesRoom("scale")).toBe(2);
});

test("where every address has one connection that printed, nobody makes room", () => {
  const places = createPlaces({ inAll: 2, perAddress: 2 }, () => true);
  places.take(1, "c");
  places.leave(1);
  places.take(2, "a");
  places.take(3, "b");
  expect(places.whoMakesRoom("c")).toBeNull();
});

test("4,096 addresses are remembered, those seen last", () => {
  const places = createPlaces({ inAll: 2, perAddress: 2 }, (id) => id < 10_000);
  for (let id = 1; id <= 4_097; id++) {
    places.take(id, `scale ${id}`);
    places.leave(id);
  }
  places.take(10_000, "scale 1");
  places.take(10_001, "scale 4097");
  expect(places.whoMakesRoom("stranger")).toBe(10_000);
  places.leave(10_000);
  places.take(10_002, "stranger");
  expect(places.whoMakesRoom("stranger")).toBe(10_002);
});

/** What may happen to connections of a few addresses. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("enter" as const), address: fc.nat({ max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const), of: fc.nat({ max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("print" as const), of: fc.nat({ max: 20 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("turns" as const), count: fc.nat({ max: 12 }) }) },
);

test("whatever happens, the limits hold, a connection that printed stays, and every wait ends", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 120 }), (happenings) => {
      const limits = { inAll: 6, perAddress: 3, spare: 4, noPlace: "too_many_connections" as const };
      const open = new Map<number, { readonly address: string; hasPrinted: boolean; isDisplaced: boolean }>();
      const displacedThatPrinted: number[] = [];
      let waiting: (() => void)[] = [];
      let lastId = 0;
      const admission = createAdmission<number>({
        limits,
        hasPrinted: (id) => open.get(id)?.hasPrinted === true,
        isUnread: () => false,
        turnAway(id, why) {
          const line = open.get(id);
          if (line === undefined) throw new Error(`${id} is not open`);
          if (why !== "displaced") end(id);
          else {
            line.isDisplaced = true;
            // Only to give an address that is a scale's its place.
            if (line.hasPrinted && fromAddress(line.address) < 2) displacedThatPrinted.push(id);
          }
        },
        cut: end,
        nextTurn: (look) => waiting.push(look),
      });
      const fromAddress = (address: string) =>
        [...open.values()].filter((line) => line.address === address).length;
      function end(id: number): void {
        admission.ended(id);
        open.delete(id);
      }
      function turn(): void {
        const looks = waiting;
        waiting = [];
        for (const look of looks) look();
      }
      for (const each of happenings) {
        const ids = [...open.keys()];
        const id = "of" in each ? ids[each.of % Math.max(1, ids.length)] : undefined;
        if (each.kind === "enter") {
          const address = String(each.address);
          if (admission.enter(++lastId, lastId, address) === null) {
            open.set(lastId, { address, hasPrinted: false, isDisplaced: false });
          }
        } else if (each.kind === "turns") for (let count = 0; count < each.count; count++) turn();
        else if (id !== undefined && each.kind === "end") end(id);
        else if (id !== undefined) {
          const line = open.get(id);
          if (line !== undefined) line.hasPrinted = true;
        }
        expect(open.size).toBeLessThanOrEqual(limits.inAll + limits.spare);
      }
      for (let count = 0; count < 20; count++) turn();
      expect(waiting).toEqual([]);
      const kept = [...open.values()].filter(({ isDisplaced }) => !isDisplaced);
      expect(kept.length).toBeLessThanOrEqual(limits.inAll);
      for (const { address } of kept) {
        expect(kept.filter((line) => line.address === address).length).toBeLessThanOrEqual(limits.perAddress);
      }
      expect(displacedThatPrinted).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
