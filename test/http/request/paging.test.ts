import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeCursor, encodeCursor, pageOf } from "../../../src/http/request/paging.ts";

test("a cursor comes back as its id", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
      expect(decodeCursor(encodeCursor(id))).toBe(id);
    }),
  );
});

test("what is no cursor of ours is refused", () => {
  const wrong = [
    "",
    "zzz",
    "123",
    encodeCursor(0),
    encodeCursor(-1),
    encodeCursor(1.5),
    `${encodeCursor(7)}=`,
  ];
  for (const cursor of wrong) expect(decodeCursor(cursor)).toBeNull();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const id = decodeCursor(text);
      expect(id === null || encodeCursor(id) === text).toBe(true);
    }),
  );
});

test("a page has a next one only where one more was found", () => {
  const found = [{ id: 3 }, { id: 2 }, { id: 1 }];
  expect(pageOf(found, 3)).toEqual({ items: found, next: null });
  expect(pageOf(found, 2)).toEqual({ items: [{ id: 3 }, { id: 2 }], next: encodeCursor(2) });
  expect(pageOf([], 2)).toEqual({ items: [], next: null });
});
