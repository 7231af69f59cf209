import { expect, test } from "bun:test";
import { changesOf } from "../../../../src/board/office/attention/changes.ts";

const shown = { field: (name: string) => name.replace("_", " "), value: (text: string) => `<${text}>` };

test("a deed says its details and what it changed, from and to", () => {
  const event = {
    detail: { reason: "burst" },
    before: { voided_at: null, name: "old" },
    after: { voided_at: "2026-03-01T10:00:00.000Z", name: "new" },
  };
  expect(changesOf(event, shown)).toEqual([
    "reason: <burst>",
    "voided at: <2026-03-01T10:00:00.000Z>",
    "name: <old> → <new>",
  ]);
});

test("what is gone is a dash, and a long list is cut", () => {
  expect(changesOf({ detail: {}, before: { name: "old" }, after: null }, shown)).toEqual(["name: <old> → –"]);
  expect(changesOf({ detail: { bag_ids: [1, 2, 3, 4, 5, 6, 7] }, before: null, after: null }, shown)).toEqual(
    ["bag ids: 1, 2, 3, 4, 5 … (+2)"],
  );
});
