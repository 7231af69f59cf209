import { expect, test } from "bun:test";
import { dialectNames } from "../../src/indicators/dialect-names.ts";
import { dialects } from "../../src/indicators/dialects.ts";

test("the names to choose from are those of the dialects, and the print of today", () => {
  expect<readonly string[]>(dialectNames).toEqual(["line", ...dialects.map(({ name }) => name)]);
});
