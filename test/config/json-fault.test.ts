import { expect, test } from "bun:test";
import fc from "fast-check";
import { findJsonFault } from "../../src/config/json-fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("a fault is found exactly where the engine's own parser fails", () => {
  const json = fc.json({ maxDepth: 4 });
  const damaged = fc
    .tuple(json, fc.nat(), fc.constantFrom("", '"', ",", "}", "]", "\\", "\n", "x", "1", "-", "."))
    .map(([text, at, piece]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + piece + text.slice(cut + 1);
    });
  fc.assert(
    fc.property(fc.oneof(json, damaged, fc.string()), (text) => {
      expect(findJsonFault(text) === null).toBe(isJson(text));
    }),
    { numRuns: 2000 },
  );
});

test("levels without end are refused, not followed", () => {
  expect(findJsonFault("[".repeat(100_000))?.expected).toBe("at most 100 levels");
});
