import { expect, test } from "bun:test";
import { fuzzApi } from "../support/fuzz/api-fuzz.ts";
import { fuzzTokens, logFaults, startFuzzedAppliance } from "../support/fuzz/fuzzed-appliance.ts";
import { testDatabase } from "../support/postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** Replay, and many more of them: bun test/campaigns/fuzz-api.ts --seed 405 */
test("2000 made-up requests to a real appliance are answered as its document says", async () => {
  using folder = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  await using fuzzed = await startFuzzedAppliance(folder.path, url);
  const options = { base: fuzzed.base, tokens: fuzzTokens, seed: 405, from: 0, to: 2000 };
  const receipt = await fuzzApi(options);
  expect(receipt.findings).toEqual([]);
  expect(receipt.requests).toBe(2000);
  // Most routes got past the checks at least once: otherwise it would test refusals alone.
  expect(receipt.onlyRefused.length).toBeLessThan(receipt.operations / 2);
  expect(logFaults(fuzzed.appliance)).toEqual([]);
}, 60_000);
