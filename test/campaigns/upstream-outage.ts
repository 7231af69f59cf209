/**
 * Takes the upstream API away for a minute and then lets it misbehave, phase by phase, while scales send at a pace.
 * After each phase the API is whole again and the appliance has to catch up by itself. In the end every bag must
 * have been delivered once, in the order of weighing of its station.
 *
 *   bun test/campaigns/upstream-outage.ts --seconds 60
 *
 * The oracle is the fake API's own log. It honours Idempotency-Key as the contract says: a repeated key is a
 * repetition, not a bag.
 */
import type { Sql } from "../../src/database/database.ts";
import { startAppliance } from "../support/appliance.ts";
import { memoryOf, startCampaign } from "../support/campaign.ts";
import { type Answer, startFakeUpstream, success } from "../support/fake-upstream.ts";
import { readMetric, startJob } from "../support/outside.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("upstream-outage", { seconds: 60, phase: 15, stations: 4, rate: 5 });
const { say, check, numbers } = campaign;
const stations = Array.from({ length: numbers.stations }, (_, index) => index + 1);
const stationOf = (scale: number) => `Station ${scale}`;
/** Backoff grows with the outage, up to 5 minutes. */
const catchUpLimitMs = 420_000;
const timeoutMs = 1_000;

using folder = tempFolder();
await using stack = new AsyncDisposableStack();
await using postgres = await startSystemPostgres();
const upstream = startFakeUpstream();
stack.defer(() => upstream.stop());
await using appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: postgres.url,
  binary: campaign.binary,
  env: {
    PREPUFF_STATIONS: stations.map((scale) => `${scale}:${stationOf(scale)}`).join(","),
    PREPUFF_UPSTREAM_URL: upstream.url,
    PREPUFF_UPSTREAM_TOKEN: "upstream-token-of-the-campaign",
    PREPUFF_UPSTREAM_TIMEOUT_MS: String(timeoutMs),
  },
});
await appliance.ready();
for (const scale of stations) await startJob(appliance, { station: stationOf(scale) });

let sent = 0;
let isSending = true;
const senders = stations.map(async (scale) => {
  using line = await connectScale(appliance.scalePort);
  for (let index = 0; isSending; index++) {
    await line.send(frames(scale, index, 1));
    sent++;
    await Bun.sleep(1_000 / numbers.rate);
  }
  return line.close();
});

interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly begin: () => Promise<void> | void;
  readonly end: () => void;
  /** The most requests that the table allows in it. */
  readonly requestsMax: number;
}

const misbehaves = (name: string, seconds: number, requestsMax: number, how: Answer): Phase => ({
  name,
  seconds,
  requestsMax,
  begin: () => upstream.answer(how),
  end: () => upstream.answer(),
});
/** Before the breaker opens each station may have one in flight; then one probe at a time, at growing intervals. */
const probesMax = numbers.stations + 3 + 10;

const phases: readonly Phase[] = [
  {
    name: "away",
    seconds: numbers.seconds,
    requestsMax: 0,
    begin: () => upstream.stop(),
    end: () => upstream.restart(),
  },
  misbehaves("too slow", numbers.phase, probesMax, async () => {
    await Bun.sleep(timeoutMs * 2);
    return success();
  }),
  misbehaves("500", numbers.phase, probesMax, () => new Response("broken", { status: 500 })),
  misbehaves(
    "503, Retry-After: 5",
    numbers.phase,
    probesMax,
    () => new Response("busy", { status: 503, headers: { "retry-after": "5" } }),
  ),
  // One in flight for each station, and one probe a minute.
  misbehaves("401", numbers.phase, numbers.stations + 1 + Math.ceil(numbers.phase / 60), () =>
    Response.json({ success: false, error: "unauthorized" }, { status: 401 }),
  ),
  misbehaves(
    "HTML",
    numbers.phase,
    probesMax,
    () => new Response("<html>Please log in</html>", { headers: { "content-type": "text/html" } }),
  ),
  misbehaves("redirect", numbers.phase, probesMax, () =>
    Response.redirect("http://127.0.0.1:1/elsewhere", 302),
  ),
];

const catchUps: string[] = [];
await caughtUp();
for (const { name, seconds, begin, end, requestsMax } of phases) {
  const before = upstream.received.length;
  const takenBefore = upstream.taken.length;
  await begin();
  say(`${name}, for ${seconds} s`);
  await Bun.sleep(seconds * 1_000);
  // Of the first moment, while the last good answers were on their way.
  const requests = upstream.received.length - before;
  const bagsTaken = upstream.taken.length - takenBefore;
  check(`${name}: at most ${requestsMax} requests (${requests} came)`, requests <= requestsMax + bagsTaken);
  check(`${name}: weighing goes on`, (await appliance.api("/health/ready")).status === 200);
  check(
    `${name}: the metric says so`,
    (await readMetric(appliance, 'prepuff_upstream_up{destination="Web application"}')) === 0,
  );
  check(`${name}: nothing is parked or given up`, (await tally(postgres.sql)).parked === 0);
  end();
  const began = performance.now();
  await caughtUp();
  const took = ((performance.now() - began) / 1000).toFixed(1);
  catchUps.push(`${name} ${took} s`);
  say(`${name}: ${requests} requests; caught up ${took} s after its end, ${memoryOf(appliance.pid).now} MB`);
}

isSending = false;
check("every connection was closed in order", (await Promise.all(senders)).every(Boolean));
await until(
  "all is recorded",
  async () => {
    const { pending, delivered } = await tally(postgres.sql);
    return pending === 0 && delivered >= sent;
  },
  catchUpLimitMs,
);
const { pending, parked, delivered, discarded } = await tally(postgres.sql);
check("Postgres says all are delivered", delivered === sent && pending + parked + discarded === 0);
const stationByKey = new Map(upstream.received.map((scan) => [scan.key, scan.station]));
const rows = await postgres.sql<{ station: string; uids: string[]; weights: string[] }[]>`
  select station, array_agg(uid::text order by journal_seq) as uids,
    array_agg(weight::text order by journal_seq) as weights
  from filler_bag
  group by 1`;
check("every station has bags", rows.length === numbers.stations);
const firstByKey = new Map(upstream.received.toReversed().map((scan) => [scan.key, scan]));
for (const { station, uids, weights } of rows) {
  const taken = upstream.taken.filter((key) => stationByKey.get(key) === station);
  check(`${station}: every bag was taken once, in the order of weighing`, taken.join() === uids.join());
  const told = uids.map((uid) => firstByKey.get(uid)?.form.weight);
  check(`${station}: with its weight`, told.join() === weights.join());
}
check("no bag was taken that was not sent", upstream.taken.length === sent);
campaign.receipt({
  outage: `${numbers.seconds} s`,
  bags: sent,
  requests: upstream.received.length,
  delivered,
  "caught up after": catchUps.join("; "),
  "peak MB": memoryOf(appliance.pid).peak,
});

async function tally(sql: Sql) {
  const [row] = await sql<{ pending: number; parked: number; delivered: number; discarded: number }[]>`
    select pending, parked, delivered, discarded from delivery_tally`;
  if (row === undefined) throw new Error("no tally");
  return row;
}

/** Only what came in the last moment waits. */
async function caughtUp(): Promise<void> {
  await until(
    "the appliance has caught up",
    async () => {
      await Bun.sleep(100);
      const { pending, delivered } = await tally(postgres.sql);
      return delivered > 0 && pending <= 2 * numbers.stations;
    },
    catchUpLimitMs,
  );
}
