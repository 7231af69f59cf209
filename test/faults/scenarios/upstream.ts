import { type UpstreamFault, upstreamFaults } from "../faulty-upstream.ts";
import type { Plant } from "../plant.ts";
import { between, type Scenario } from "../scenario.ts";

/** The most that a scenario waits for requests, before it brings its fault all the same: Postgres may be away. */
const flowLimitMs = 3_000;
/** Ms. Of a retry by hand, while another fault keeps the API from taking it. */
const retryLimitMs = 120_000;

/** The API of the web application in every state but the right one. */
export const upstreamScenarios: readonly Scenario[] = upstreamFaults.map((fault) => ({
  name: `upstream: ${fault}`,
  parts: ["upstream"],
  async play(plant) {
    // Without an answer the appliance waits for 1 s before it counts.
    const leastMs = hasNoAnswer(fault) ? 1_200 : 300;
    const holdMs = between(plant, leastMs, leastMs + 2_500);
    // After an earlier fault the appliance asks seldom: this one has to meet requests.
    await untilFlowing(plant);
    await plant.upstream.bring(fault);
    await Bun.sleep(holdMs);
    await plant.upstream.mend();
    if (asksForAPerson(fault)) await retryByHand(plant, retryLimitMs);
  },
}));

function hasNoAnswer(fault: UpstreamFault): boolean {
  return fault === "black hole" || fault === "slow";
}

/** With a wrong token the appliance asks once a minute; whoever mends it does not want to wait for that. */
function asksForAPerson(fault: UpstreamFault): boolean {
  return fault === "401";
}

async function untilFlowing(plant: Plant): Promise<void> {
  const before = plant.upstream.received.length;
  const deadline = performance.now() + flowLimitMs;
  await retryByHand(plant, flowLimitMs);
  while (plant.upstream.received.length === before && performance.now() < deadline) await Bun.sleep(10);
}

/** As a person would who knows that the upstream is whole again: the appliance tries at once. */
async function retryByHand(plant: Plant, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isRetried(plant)) && performance.now() < deadline) await Bun.sleep(50);
}

async function isRetried(plant: Plant): Promise<boolean> {
  try {
    const body = { all: true };
    const { ok } = await plant.appliance().api("/api/deliveries/retry", { method: "POST", body });
    return ok;
  } catch {
    // It is just being started.
    return false;
  }
}
