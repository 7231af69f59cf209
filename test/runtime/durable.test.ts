import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../src/runtime/durable.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("a file is written whole, for this user alone unless told otherwise, and leaves no draft", () => {
  using folder = tempFolder();
  const path = join(folder.path, "id");
  writeFileAtomically(path, "first\n", { ifExists: "replace" });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileAtomically(path, "second\n", { ifExists: "replace", mode: 0o640 });
  expect(readFileSync(path, "utf8")).toBe("second\n");
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder.path)).toEqual(["id"]);
});

test("a file that is to be kept stays as it is", () => {
  using folder = tempFolder();
  const path = join(folder.path, "secret");
  writeFileSync(path, "in use\n");
  writeFileAtomically(path, "another\n", { ifExists: "keep" });
  expect(readFileSync(path, "utf8")).toBe("in use\n");
  writeFileAtomically(join(folder.path, "new"), "made\n", { ifExists: "keep" });
  expect(readFileSync(join(folder.path, "new"), "utf8")).toBe("made\n");
  expect(readdirSync(folder.path).sort()).toEqual(["new", "secret"]);
});

test("where the name cannot be taken, what was there stays and no draft is left", () => {
  using folder = tempFolder();
  const path = join(folder.path, "folder", "id");
  expect(() => writeFileAtomically(path, "text", { ifExists: "replace" })).toThrow("ENOENT");
  expect(readdirSync(folder.path)).toEqual([]);
});
