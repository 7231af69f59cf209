/**
 * Random combinations of faults, replayable from the seed, on the real process with a real Postgres and real sockets.
 *
 *   bun run faults --cycles 1000 --seed 1
 *   bun run faults --scenario "disk: full" --cycles 5
 *   bun run faults --seed 1 --first 476 --cycles 25
 *   bun run faults --once
 *
 * Ends with a receipt, and with 1 where anything was lost, doubled, or did not come to life again.
 */
import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.ts";
import { scenarios } from "./scenarios/all.ts";

const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "1" },
    once: { type: "boolean", default: false },
    scenario: { type: "string" },
    binary: { type: "string" },
  },
});

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  return misused(`--${name} wants a whole number from 1, not ${text}`);
}

function misused(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

const chosen = scenarios.filter(({ name }) => values.scenario === undefined || name === values.scenario);
if (chosen.length === 0) {
  const names = scenarios.map(({ name }) => `  ${name}`).join("\n");
  misused(`--scenario ${values.scenario} is none of:\n${names}`);
}

const began = performance.now();
const isRight = await runCampaign({
  cycles: values.once ? null : wholeNumber("cycles", values.cycles),
  seed: wholeNumber("seed", values.seed),
  first: wholeNumber("first", values.first),
  scenarios: chosen,
  binary: values.binary,
  say(line) {
    process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
  },
});
process.exit(isRight ? 0 : 1);
