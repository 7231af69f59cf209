import type { Scenario } from "../scenario.ts";
import { clockScenarios } from "./clock.ts";
import { diskScenarios } from "./disk.ts";
import { postgresScenarios } from "./postgres.ts";
import { processScenarios } from "./process.ts";
import { scalesScenarios } from "./scales.ts";
import { upstreamScenarios } from "./upstream.ts";

export const scenarios: readonly Scenario[] = [
  ...processScenarios,
  ...postgresScenarios,
  ...upstreamScenarios,
  ...scalesScenarios,
  ...diskScenarios,
  ...clockScenarios,
];
