import type { Plant } from "../plant.ts";
import { between, type Scenario, scenariosOf } from "../scenario.ts";

const scenario = scenariosOf("clock");
const hourSeconds = 3_600;

const obstacle = ({ hasOwnClock }: Plant) =>
  hasOwnClock ? null : "libfaketime is not installed (Debian: faketime)";

export const clockScenarios: readonly Scenario[] = [
  scenario("an hour forward and back", (plant) => jump(plant, hourSeconds), { obstacle }),
  scenario("an hour back and forward", (plant) => jump(plant, -hourSeconds), { obstacle }),
];

async function jump(plant: Plant, seconds: number): Promise<void> {
  await plant.setClock(seconds);
  await Bun.sleep(between(plant, 300, 2_000));
  await plant.setClock(0);
}
