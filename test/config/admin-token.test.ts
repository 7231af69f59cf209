import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureAdminToken, readAdminToken } from "../../src/config/admin-token.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("the first call makes a token of 32 random bytes, kept for its owner alone", () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "deep", "data");
  expect(readAdminToken(dataDir)).toBeNull();
  const token = ensureAdminToken(dataDir);
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(statSync(join(dataDir, "admin-token")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, "admin-token"), "utf8")).toBe(`${token}\n`);
  expect(readdirSync(dataDir)).toEqual(["admin-token"]);
});

test("every later call gives the same token", () => {
  using folder = tempFolder();
  const token = ensureAdminToken(folder.path);
  expect(ensureAdminToken(folder.path)).toBe(token);
  expect(readAdminToken(folder.path)).toBe(token);
});

test("processes that start at once agree on one token", async () => {
  using folder = tempFolder();
  const module = join(import.meta.dir, "../../src/config/admin-token.ts");
  const code = `import { ensureAdminToken } from ${JSON.stringify(module)}; console.log(ensureAdminToken(${JSON.stringify(folder.path)}));`;
  const starts = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, "-e", code], { stdout: "pipe" }),
  );
  const tokens = await Promise.all(starts.map((start) => new Response(start.stdout).text()));
  expect(tokens[0]).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
  expect(new Set(tokens).size).toBe(1);
  expect(readdirSync(folder.path)).toEqual(["admin-token"]);
});

test("a damaged token file is an error that says what to do, and is not overwritten", () => {
  using folder = tempFolder();
  const path = join(folder.path, "admin-token");
  writeFileSync(path, "short\n");
  expect(() => ensureAdminToken(folder.path)).toThrow(
    `${path} does not hold a token (16 to 512 printable ASCII characters without blanks). Delete it: the next start makes a new one`,
  );
  expect(readFileSync(path, "utf8")).toBe("short\n");
});

test("a token file that cannot be read is an error that names it", () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, "admin-token"));
  expect(() => readAdminToken(folder.path)).toThrow(
    `the admin token in ${join(folder.path, "admin-token")} cannot be read (EISDIR)`,
  );
  expect(existsSync(join(folder.path, "admin-token"))).toBe(true);
});
