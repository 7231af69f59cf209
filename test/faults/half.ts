import { expect } from "bun:test";
import { runCampaign } from "./campaign.ts";
import { scenarios } from "./scenarios/all.ts";

/** Plays every second scenario once, some at once: one campaign of all would last longer than any other file of tests. */
export async function playHalf(which: 0 | 1): Promise<void> {
  const lines: string[] = [];
  const isRight = await runCampaign({
    cycles: null,
    seed: 3,
    first: 1,
    scenarios: scenarios.filter((_, index) => index % 2 === which),
    binary: process.env.APPLIANCE_BINARY,
    say: (line) => lines.push(line),
  });
  for (const line of lines) if (line.startsWith("NOT PLAYED")) process.stderr.write(`${line}\n`);
  expect({ isRight, lines: isRight ? [] : lines }).toEqual({ isRight: true, lines: [] });
}
