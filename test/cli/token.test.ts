import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureAdminToken } from "../../src/config/admin-token.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { prepuff } from "./captured.ts";

const token = "an-admin-token-of-plenty";

test("prepuff token prints the admin token of the environment, and nothing else", async () => {
  expect(await prepuff(["token"], { env: { PREPUFF_ADMIN_TOKEN: token } })).toEqual({
    code: 0,
    out: `${token}\n`,
    err: "",
  });
});

test("prepuff token prints the admin token that was given in a file", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "admin"), token);
  const { out } = await prepuff(["token"], {
    env: { PREPUFF_ADMIN_TOKEN_FILE: "./admin" },
    cwd: folder.path,
  });
  expect(out).toBe(`${token}\n`);
});

test("prepuff token prints the generated token of the data folder, unless one is given", async () => {
  using folder = tempFolder();
  const generated = ensureAdminToken(folder.path);
  const env = { PREPUFF_DATA_DIR: folder.path };
  expect((await prepuff(["token"], { env })).out).toBe(`${generated}\n`);
  expect((await prepuff(["token"], { env: { ...env, PREPUFF_ADMIN_TOKEN: token } })).out).toBe(`${token}\n`);
});

test("prepuff token says where the token will be when there is none yet, makes none, and ends with 1", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "data", "admin-token");
  const expected = {
    code: 1,
    out: "",
    err: `prepuff: there is no admin token yet in ${path}. The first start of "prepuff serve" makes it; or set PREPUFF_ADMIN_TOKEN\n`,
  };
  expect(await prepuff(["token"], { cwd: folder.path })).toEqual(expected);
  expect(await prepuff(["token"], { cwd: folder.path })).toEqual(expected);
});

test("prepuff token does not print a damaged token", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "admin-token"), "half\n");
  const { code, out, err } = await prepuff(["token"], { env: { PREPUFF_DATA_DIR: folder.path } });
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("does not hold a token");
  expect(err).not.toContain("half");
});
