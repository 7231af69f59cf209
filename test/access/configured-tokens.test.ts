import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConfiguredTokens } from "../../src/access/configured-tokens.ts";
import { loadConfig } from "../../src/config/load.ts";
import { testApp } from "../support/http.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const old = "the-old-token-of-the-viewers";
const parts = { clock: { sleep: () => Bun.sleep(20) }, logger: silentLogger };

test("the configuration keeps which file a token came from", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "viewer"), old);
  const { config } = loadConfig({ env: { PREPUFF_VIEWER_TOKEN_FILE: "./viewer" }, cwd: folder.path });
  expect(config.tokenFiles).toEqual({ viewer: join(folder.path, "viewer") });
});

test("a token whose file changes is the new one, without a restart", async () => {
  using folder = tempFolder();
  const file = join(folder.path, "viewer");
  writeFileSync(file, old);
  const configured = createConfiguredTokens(
    { viewer: old, admin: "an-admin-of-the-tests" },
    { viewer: file },
    parts,
  );
  const app = await testApp({ tokens: configured.current });
  const status = async (token: string) => (await app.request("GET", "/api/scales", { token })).status;
  expect(await status(old)).toBe(200);
  writeFileSync(file, "the-new-token-of-the-viewers\n");
  configured.start();
  await until("the new one is taken", async () => (await status("the-new-token-of-the-viewers")) === 200);
  await configured.stop();
  expect(await status(old)).toBe(401);
  await app.stop();
});

test("what cannot be used changes nothing", async () => {
  using folder = tempFolder();
  const file = join(folder.path, "viewer");
  const configured = createConfiguredTokens(
    { viewer: old, admin: "an-admin-of-the-tests" },
    { viewer: file },
    parts,
  );
  for (const content of [null, "", "short", "with a blank in it, and long", "an-admin-of-the-tests"]) {
    if (content === null) rmSync(file, { force: true });
    else writeFileSync(file, content);
    await configured.reread();
    expect(configured.current().viewer).toBe(old);
  }
});
