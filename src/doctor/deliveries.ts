import { z } from "zod";
import { sampleOf, samplesOf } from "./appliance-api.ts";
import { type Check, duration, type Finding, failed, passed } from "./check.ts";
import { type Forwarding, forwarding } from "./upstream.ts";

const needs = ["appliance", "admin token", "part: database"] as const;

/** What waits for the web application. */
export const deliveryChecks: readonly Check[] = [
  { name: "waiting bags", needs, inside: true, run: forwarding(waiting) },
  { name: "parked bags", needs, inside: true, run: forwarding(parked) },
];

const deliveries = z.object({
  items: z.array(
    z.object({ bag_id: z.int(), station: z.string(), attempts: z.int(), last_error: z.string().nullable() }),
  ),
});
const waitingMaxSeconds = 300;

async function waiting({ subject: { api } }: Forwarding): Promise<Finding> {
  const { body } = await api.ask("/metrics");
  const count = stateCount(body, "pending");
  const oldest = sampleOf(body, "prepuff_delivery_oldest_pending_seconds") ?? 0;
  if (count === 0) return passed("none: everything is delivered");
  const { items } = await api.get("/api/deliveries?state=pending&limit=500", deliveries);
  const tried = items.filter(({ last_error: error }) => error !== null).at(-1);
  const last = tried
    ? `; bag ${tried.bag_id} was tried ${tried.attempts} times, last: ${tried.last_error}`
    : "";
  const words = `${count}, the oldest since ${duration(oldest * 1000)}${last}`;
  if (oldest <= waitingMaxSeconds) return passed(words);
  return failed(
    words,
    "They wait in the database and are sent in their order as soon as the web application takes them: the lines about the upstream say what keeps it",
  );
}

async function parked({ subject: { api } }: Forwarding): Promise<Finding> {
  const { body } = await api.ask("/metrics");
  const count = stateCount(body, "parked");
  if (count === 0) return passed("none");
  const { items } = await api.get("/api/deliveries?state=parked&limit=1", deliveries);
  const [newest] = items;
  const last = newest ? `; bag ${newest.bag_id} of ${newest.station}: ${newest.last_error}` : "";
  return failed(
    `${count} refused by the web application${last}`,
    "Mostly no job runs there for that station: start it, or correct the station's name; then POST /api/deliveries/retry. Bags that nobody wants: POST /api/deliveries/discard",
  );
}

function stateCount(metrics: string, state: string): number {
  return (
    samplesOf(metrics, "prepuff_deliveries").find(({ labels }) => labels === `state="${state}"`)?.value ?? 0
  );
}
