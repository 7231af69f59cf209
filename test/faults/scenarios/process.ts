import { spawnAppliance } from "../../support/appliance.ts";
import { between, type Scenario, scenariosOf, whole } from "../scenario.ts";

const scenario = scenariosOf("process");

/** The most that a second appliance needs to see that it is one. */
const secondLimitMs = 10_000;

export const processScenarios: readonly Scenario[] = [
  scenario("kill -9", async (plant) => {
    await Bun.sleep(between(plant, 0, 800));
    await plant.end("SIGKILL");
    // Some of them also while they start.
    for (let starts = whole(plant, 0, 2); starts > 0; starts--) {
      await using half = spawnAppliance(plant.options());
      await Bun.sleep(between(plant, 0, 400));
      half.kill("SIGKILL");
    }
    await plant.begin();
  }),
  scenario("SIGTERM under load", async (plant) => {
    await Bun.sleep(between(plant, 0, 800));
    await plant.end("SIGTERM");
    await plant.begin();
  }),
  scenario(
    "two on one data folder",
    async (plant) => {
      await using second = spawnAppliance(plant.options());
      const code = await Promise.race([second.exited, Bun.sleep(secondLimitMs).then(() => null)]);
      if (code === null) throw new Error("a second appliance runs on the data folder");
      if (code !== 1 || !second.output().includes("in use")) {
        throw new Error(`a second appliance ended with ${code}, and said:\n${second.output()}`);
      }
    },
    // On a full disk it says that.
    { alone: ["disk"] },
  ),
];
