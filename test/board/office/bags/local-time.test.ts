import { expect, test } from "bun:test";
import { fromLocalInput, startOfDay, toLocalInput } from "../../../../src/board/office/bags/local-time.ts";

test("what an input of local time shows is read back as the same minute", () => {
  const iso = "2026-03-01T10:07:00.000Z";
  expect(fromLocalInput(toLocalInput(iso))).toBe(iso);
  expect(toLocalInput(null)).toBe("");
});

test("an input that is empty or half typed is no time", () => {
  expect(fromLocalInput("")).toBeNull();
  expect(fromLocalInput("2026-03-01")).toBeNull();
  expect(fromLocalInput("2026-99-01T10:00")).toBeNull();
});

test("a day begins at the reader's midnight", () => {
  const begin = new Date(startOfDay(Date.parse("2026-03-01T15:30:00Z")));
  expect([begin.getHours(), begin.getMinutes(), begin.getMilliseconds()]).toEqual([0, 0, 0]);
});
