/**
 * Sends made-up requests to every route of a real appliance, and holds the answers against its own document.
 *
 *   bun test/campaigns/fuzz-api.ts --requests 10000 --seed 1
 *   bun test/campaigns/fuzz-api.ts --seed 1 --only 4711      (one request again, shown)
 */
import { parseArgs } from "node:util";
import { fuzzApi } from "../support/fuzz/api-fuzz.ts";
import { fuzzTokens, logFaults, startFuzzedAppliance } from "../support/fuzz/fuzzed-appliance.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const seed = Number(values.seed);
const from = values.only === undefined ? 0 : Number(values.only);
const to = values.only === undefined ? Number(values.requests) : from + 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

using folder = tempFolder();
await using postgres = await startSystemPostgres();
await using fuzzed = await startFuzzedAppliance(folder.path, postgres.url);
const began = performance.now();
const receipt = await fuzzApi({
  base: fuzzed.base,
  tokens: fuzzTokens,
  seed,
  from,
  to,
  onAnswer(index, request, status, body) {
    if (values.only !== undefined)
      say(JSON.stringify({ request, status, body: body.slice(0, 2_000) }, null, 2));
    else if ((index + 1) % 2_000 === 0) say(`${index + 1} requests`);
  },
});
const findings = [...receipt.findings, ...logFaults(fuzzed.appliance)];
for (const finding of findings) say(finding);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const statuses = [...receipt.statuses]
  .sort(([a], [b]) => a - b)
  .map(([status, count]) => `${status}: ${count}`);
say(
  `receipt: ${receipt.requests} requests, seed ${seed}, ${findings.length} findings, ${receipt.operations} operations, never with success: ${receipt.onlyRefused.join(", ") || "none"}, ${seconds} s; ${statuses.join(", ")}`,
);
if (receipt.findings.length > 0)
  say(`replay: bun test/campaigns/fuzz-api.ts --requests ${to} --seed ${seed}`);
process.exitCode = findings.length === 0 ? 0 : 1;
