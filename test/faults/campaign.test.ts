import { expect, test } from "bun:test";
import { runCampaign } from "./campaign.ts";
import { scenarios } from "./scenarios/all.ts";

test("every fault once, some at once: nothing is lost or doubled, and weighing goes on", async () => {
  const lines: string[] = [];
  const isRight = await runCampaign({
    cycles: null,
    seed: 3,
    first: 1,
    scenarios,
    binary: process.env.APPLIANCE_BINARY,
    say: (line) => lines.push(line),
  });
  for (const line of lines) if (line.startsWith("NOT PLAYED")) process.stderr.write(`${line}\n`);
  expect({ isRight, lines: isRight ? [] : lines }).toEqual({ isRight: true, lines: [] });
}, 300_000);
