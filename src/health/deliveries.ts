import { oddities } from "../delivery/answer-body.ts";
import type { InsideCheck, Subject } from "./check.ts";
import { failed, passed, skipped } from "./check.ts";
import { phrase } from "./phrase.ts";
import { ifForwarding } from "./upstream.ts";

const needs = ["appliance", "admin token", "part: database"] as const;

/** What waits for the web application. */
export const deliveryChecks: readonly InsideCheck[] = [
  { name: "waiting bags", needs, inside: "waiting_bags", run: ifForwarding(waiting) },
  { name: "bags held back", needs, inside: "parked_bags", run: ifForwarding(parked) },
  { name: "web application's verdicts", needs, inside: "verdicts", run: ifForwarding(verdicts) },
  { name: "web application's answers", needs, inside: "answers", run: ifForwarding(answers) },
];

const waitingMaxSeconds = 300;
/** Of those that wait, so many of the newest are looked through for one that was tried. */
const lookedThroughMax = 500;

async function waiting({ facts }: Subject) {
  const counts = await facts.deliveryCounts();
  if (counts === null) return passed(phrase("not_counted"));
  const { pending: bags, oldestPendingSeconds: oldest } = counts;
  if (bags === 0) return passed(phrase("all_delivered"));
  const what = [phrase("waiting", { bags, oldest_seconds: oldest })];
  const newest = await facts.deliveries("pending", lookedThroughMax);
  const tried = newest.findLast(({ last_error: error }) => error !== null);
  if (tried !== undefined) {
    const { bag_id: bag, attempts, last_error: error } = tried;
    what.push(phrase("tried", { bag: String(bag), attempts, error: error ?? "" }));
  }
  return oldest <= waitingMaxSeconds ? passed(what) : failed(what, phrase("do_waiting"));
}

async function parked({ facts }: Subject) {
  const counts = await facts.deliveryCounts();
  if (counts === null) return passed(phrase("not_counted"));
  const { parked: bags } = counts;
  if (bags === 0) return passed(phrase("none_parked"));
  const newest = (await facts.deliveries("parked", 1)).map(({ bag_id: bag, station, last_error: error }) =>
    phrase("parked_newest", { bag: String(bag), station, error: error ?? "" }),
  );
  return failed([phrase("parked", { bags }), ...newest], phrase("do_parked"));
}

const dayMs = 86_400_000;

/** One finding for each station on whose bags of the last day both judged differently. */
async function verdicts({ config, facts, clock }: Subject) {
  if (config.jobs === "upstream") return skipped("jobs are kept in the web application: it alone judges");
  const disputed = await facts.disputedBags(new Date(clock.now() - dayMs));
  if (disputed.length === 0) return passed(phrase("verdicts_agree"));
  return [...Map.groupBy(disputed, ({ station }) => station)].flatMap(([station, bags]) => {
    const [newest] = bags;
    if (newest === undefined) return [];
    const { id, weight, unit, in_tolerance: isIn } = newest;
    const values = { station, bags: bags.length, bag: String(id), weight, unit };
    return [failed(phrase(isIn ? "disputed_in" : "disputed_out", values), phrase("do_disputed"))];
  });
}

const oddCodes = { text_around: "odd_text", success_type: "odd_success", several: "odd_several" } as const;
/** What was odd before that is over. */
const oddRecentMs = 3_600_000;

/** One finding for each oddity of the last hour. */
async function answers({ facts, clock }: Subject) {
  const odd = (await facts.oddAnswers()).filter(({ lastAt }) => clock.now() - lastAt < oddRecentMs);
  if (odd.length === 0) return passed(phrase("answers_agreed"));
  return odd.flatMap(({ of, times: bags }) => {
    const known = oddities.find((name) => name === of);
    return known === undefined
      ? []
      : [failed(phrase(oddCodes[known], { bags }), phrase("do_answers"), "know")];
  });
}
