import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { errorCode } from "../../src/runtime/error-code.ts";

test("the code is the one of the system or of SQLite; what has none has null", () => {
  expect(errorCode(thrownBy(() => readFileSync("/nowhere/to/be/found")))).toBe("ENOENT");
  expect(errorCode(thrownBy(() => new Database("/nowhere/to/be/found")))).toBe("SQLITE_CANTOPEN");
  expect(errorCode(new Error("ENOENT"))).toBeNull();
  expect(errorCode(Object.assign(new Error("of another kind"), { code: 17 }))).toBeNull();
  expect(errorCode({ code: "ENOENT" })).toBeNull();
  expect(errorCode(undefined)).toBeNull();
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
