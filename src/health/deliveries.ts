import { z } from "zod";
import { oddities } from "../delivery/answer-body.ts";
import { sampleOf, samplesOf } from "./appliance-api.ts";
import type { Check, Line } from "./check.ts";
import { amiss, phrase, well } from "./phrase.ts";
import { type Forwarding, forwarding } from "./upstream.ts";

const needs = ["appliance", "admin token", "part: database"] as const;

/** What waits for the web application. */
export const deliveryChecks: readonly Check[] = [
  { name: "waiting bags", needs, inside: "waiting_bags", run: forwarding(waiting) },
  { name: "parked bags", needs, inside: "parked_bags", run: forwarding(parked) },
  { name: "web application's answers", needs, inside: "answers", run: forwarding(answers) },
];

const deliveries = z.object({
  items: z.array(
    z.object({ bag_id: z.int(), station: z.string(), attempts: z.int(), last_error: z.string().nullable() }),
  ),
});
const waitingMaxSeconds = 300;

async function waiting({ subject: { api } }: Forwarding): Promise<Line[]> {
  const { body } = await api.ask("/metrics");
  const bags = stateCount(body, "pending");
  const oldest = sampleOf(body, "prepuff_delivery_oldest_pending_seconds");
  const check = phrase("waiting_bags");
  if (bags === undefined || oldest === undefined) return [well(check, phrase("not_counted"))];
  if (bags === 0) return [well(check, phrase("all_delivered"))];
  const { items } = await api.get("/api/deliveries?state=pending&limit=500", deliveries);
  const what = [phrase("waiting", { bags, oldest_seconds: oldest })];
  const tried = items.findLast(({ last_error: error }) => error !== null);
  if (tried !== undefined) {
    const { bag_id: bag, attempts, last_error: error } = tried;
    what.push(phrase("tried", { bag: String(bag), attempts, error: error ?? "" }));
  }
  return [oldest <= waitingMaxSeconds ? well(check, ...what) : amiss(check, what, phrase("do_waiting"))];
}

async function parked({ subject: { api } }: Forwarding): Promise<Line[]> {
  const { body } = await api.ask("/metrics");
  const bags = stateCount(body, "parked");
  const check = phrase("parked_bags");
  if (bags === undefined) return [well(check, phrase("not_counted"))];
  if (bags === 0) return [well(check, phrase("none_parked"))];
  const { items } = await api.get("/api/deliveries?state=parked&limit=1", deliveries);
  const newest = items.map(({ bag_id: bag, station, last_error: error }) =>
    phrase("parked_newest", { bag: String(bag), station, error: error ?? "" }),
  );
  return [amiss(check, [phrase("parked", { bags }), ...newest], phrase("do_parked"))];
}

const oddCodes = { text_around: "odd_text", success_type: "odd_success", several: "odd_several" } as const;
/** What was odd before that is over. */
const oddRecentSeconds = 3600;

/** A line for each oddity of the last hour, which is the metric's label. */
async function answers({ subject: { api, clock } }: Forwarding): Promise<Line[]> {
  const { body } = await api.ask("/metrics");
  const check = phrase("answers");
  const counts = samplesOf(body, "prepuff_upstream_odd_answers_total");
  const odd = samplesOf(body, "prepuff_upstream_last_odd_answer_timestamp_seconds").filter(
    ({ value: at }) => clock.now() / 1000 - at < oddRecentSeconds,
  );
  if (odd.length === 0) return [well(check, phrase("answers_agreed"))];
  return odd.flatMap(({ labels }) => {
    const oddity = oddities.find((name) => labels === `oddity="${name}"`);
    const bags = counts.find((count) => count.labels === labels)?.value ?? 0;
    return oddity === undefined
      ? []
      : [amiss(check, [phrase(oddCodes[oddity], { bags })], phrase("do_answers"))];
  });
}

/** Undefined where the database did not answer in time: that is not none. */
function stateCount(metrics: string, state: string): number | undefined {
  return samplesOf(metrics, "prepuff_deliveries").find(({ labels }) => labels === `state="${state}"`)?.value;
}
