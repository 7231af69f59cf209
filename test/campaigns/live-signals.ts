/**
 * How often live signals and fill advice speak where nothing is wrong, how soon they speak where something is, and what a bag costs:
 * the rules alone, and the watch with a real PostgreSQL.
 *
 *   bun test/campaigns/live-signals.ts --bags 2000000 --seed 1
 */

import { createSignalWatch } from "../../src/events/signal-watch.ts";
import { adviceBags, fillAdvice } from "../../src/quality/fill-advice.ts";
import { createLiveRules, type LiveSignal } from "../../src/quality/live-rules.ts";
import { defaultRules, type RuleName, ruleNames } from "../../src/quality/rules.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import type { NewJobBag } from "../../src/records/signals/job-bags.ts";
import type { JobTerms } from "../../src/records/signals/job-terms.ts";
import { firstBagsMax, watchJob } from "../../src/records/signals/watched-job.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { normals } from "../quality/normals.ts";
import { operator, startedJob } from "../support/bags.ts";
import { startCampaign } from "../support/campaign.ts";
import { weighed } from "../support/entries.ts";
import { testApp } from "../support/http.ts";
import { silentLogger } from "../support/silent-logger.ts";

const campaign = startCampaign("live-signals", { bags: 2_000_000 });
const { say, check } = campaign;
const { bags, seed } = campaign.numbers;
/** What the recorder's work on a bag may grow by. */
const bagUs = 50;
const watchedBags = 20_000;
const batchBags = 500;
/** In which the watch reads a batch; it reads four times a second. */
const lookMs = 300;
const sigma = 0.2;
/** Around 50 lb, as a scale of this division shows them. */
const weighedBags = (count: number, seed: number, division: number, shift = 0) =>
  normals(count, seed).map((each) => Math.round((50 + shift + sigma * each) / division) * division);
const inControl = weighedBags(bags, seed, 0.01);

const terms = (reference: JobTerms["reference"], rules: readonly RuleName[] = defaultRules): JobTerms => ({
  id: 1,
  station: "Station 1",
  isActive: true,
  since: null,
  target: 50,
  lastNum: 0,
  rules,
  reference,
  lowestFor: null,
  key: "",
});

/** Signals of jobs of so many bags, each watched as the appliance does: raised at all, and not withdrawn when more was known. */
function signalsOfJobs(length: number, watched: JobTerms) {
  let [raised, stayed] = [0, 0];
  for (let from = 0; from + length <= bags; from += length) {
    const own = inControl.slice(from, from + length).map(
      (weight, index): NewJobBag => ({
        job: 1,
        num: index + 1,
        id: index + 1,
        at: index,
        scale: 1,
        weight,
        counts: true,
      }),
    );
    const all = new Set<string>();
    let now = new Set<string>();
    let job = watchJob(watched, { first: [], last: [], adviceAfter: null });
    const look = () => {
      for (const { rule, side, first } of job.changed()) {
        all.add(`${rule} ${side} ${first.num}`);
        now.add(`${rule} ${side} ${first.num}`);
      }
    };
    own.forEach((bag, index) => {
      const isWhole = job.take(bag);
      look();
      if (isWhole) return;
      // The job is read again: its first bags say more of its spread from here on.
      const last = own.slice(0, index + 1);
      const terms = { ...watched, lastNum: index + 1 };
      job = watchJob(terms, { first: last.slice(0, firstBagsMax), last, adviceAfter: null });
      now = new Set();
      look();
    });
    raised += all.size;
    stayed += now.size;
  }
  return { raised, stayed };
}

const per1000 = (count: number) => ((1000 * count) / bags).toFixed(2);
const known = { id: 1, center: 50, sigma };
say(`${bags} bags in control, σ ${sigma} lb, shown to 0.01 lb; signals per 1,000 bags:`);
const report = (what: string, length: number, watched: JobTerms) => {
  const { raised, stayed } = signalsOfJobs(length, watched);
  say(`  ${what}: ${per1000(raised)}, of which ${per1000(stayed)} stayed`);
};
report(`${defaultRules.join(" and ")}, known σ`, bags, terms(known));
for (const length of [100, 500, 2_000])
  report(`σ of the job's first bags, jobs of ${length}`, length, terms(null));
report("all 12 rules, known σ", bags, terms(known, ruleNames));

/** Blocks in a row as the appliance looks at them: behind advice one is left out. @returns where advice was given. */
function advised(weights: readonly number[], size: number): number[] {
  const found: number[] = [];
  for (let from = 0; from + size <= weights.length; from += size) {
    if (fillAdvice(weights.slice(from, from + size), 50, null) === null) continue;
    found.push(from + size);
    from += size;
  }
  return found;
}

say("advice per 1,000 bags in control, and bags until it comes after a shift (mean of 2,000 shifts):");
for (const size of [10, adviceBags, 30]) {
  const delays = [0.1, 0.15, 0.2].map((shift) => {
    const runs = Array.from({ length: 2_000 }, (_, run) => {
      // A shift comes anywhere in a block.
      const before = run % size;
      const weights = [
        ...weighedBags(before, run * 2 + 1, 0.01),
        ...weighedBags(600, run * 2 + 2, 0.01, shift),
      ];
      return (advised(weights, size).find((end) => end > before) ?? weights.length) - before;
    });
    return `${shift} lb: ${(runs.reduce((sum, each) => sum + each, 0) / runs.length).toFixed(0)}`;
  });
  say(`  n = ${size}: ${per1000(advised(inControl, size).length)}; ${delays.join(", ")}`);
}

for (const rules of [defaultRules, ruleNames]) {
  const began = performance.now();
  const live = createLiveRules<number>(rules, { center: 50, sigma }, (weight) => weight);
  let changed: readonly LiveSignal<number>[] = [];
  for (const weight of inControl) changed = live.next(weight);
  const us = ((performance.now() - began) * 1000) / bags;
  check(`a bag takes ${us} µs`, us <= bagUs);
  say(`a bag takes ${us.toFixed(2)} µs with ${rules.length} rules (${changed.length} go on at the end)`);
}

/** What the watch takes of the appliance's process: told of a batch by the recorder, and reading it from PostgreSQL behind it. */
const app = await testApp();
await startedJob(app.sql, { quantity: watchedBags });
await app.sql`insert into journal (id) values (${app.parts.journal.id})`;
const watch = createSignalWatch({
  database: app.parts.database,
  plant: { id: 1 },
  hub: app.parts.events,
  clock: systemClock,
  logger: silentLogger,
});
watch.start();
let [toldMs, lookedMs] = [0, 0];
for (let seq = 0; seq < watchedBags; seq += batchBags) {
  const entries = inControl.slice(seq, seq + batchBags).map((weight, index) => ({
    ...weighed({ weight: weight.toFixed(2), receivedAt: operator.at + 1_000 * (seq + index) }),
    seq: seq + index + 1,
  }));
  const batch = await recordJournaled(app.sql, app.parts.journal.id, entries, []);
  const before = performance.now();
  for (const { ids } of batch?.bags ?? []) watch.bagsRecorded(ids);
  toldMs += performance.now() - before;
  const used = process.cpuUsage();
  await Bun.sleep(lookMs);
  await app.atRest();
  const { user, system } = process.cpuUsage(used);
  lookedMs += (user + system) / 1000;
}
await watch.stop();
const [told, looked] = [toldMs, lookedMs].map((ms) => (ms * 1000) / watchedBags);
say(`${watchedBags} bags in batches of ${batchBags}: the recorder is held up ${told?.toFixed(2)} µs a bag,`);
say(`the process works ${looked?.toFixed(1)} µs a bag behind it`);
check(`the recorder is held up ${told} µs a bag`, (told ?? 0) <= bagUs);
const [row] = await app.sql<{ signals: number }[]>`select count(*)::integer as signals from quality_signal`;
say(`${row?.signals} signals were kept`);
await app.stop();
campaign.receipt({ bags });
process.exit();
