/**
 * The drill: compose.yaml from nothing, with real containers. It needs Docker with Compose v2 and the images (they are
 * pulled, or were made), and takes minutes, so it is not among the tests: bun run drill.
 *
 * The steps follow one another on one stack, in this order. Grafana is left out.
 */
import { afterAll, beforeAll } from "bun:test";
import { prepareDrill } from "./setting.ts";
import { backupSteps } from "./steps/backups.ts";
import { boxSteps } from "./steps/box.ts";
import { outageSteps } from "./steps/outages.ts";
import { upgradeSteps } from "./steps/upgrades.ts";
import { weighingSteps } from "./steps/weighing.ts";

const drill = await prepareDrill();

beforeAll(() => drill.begin(), 60_000);

boxSteps(drill);
weighingSteps(drill);
outageSteps(drill);
backupSteps(drill);
upgradeSteps(drill);

afterAll(async () => {
  process.stdout.write(`\n${drill.figures.map((line) => `  ${line}\n`).join("")}\n`);
  await drill.end();
}, 120_000);
