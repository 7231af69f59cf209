/**
 * Two real servers with streaming replication, and everything that can happen to the primary, again and again under load.
 *
 *   bun test/campaigns/switch-over.ts --each 20
 *
 * Held against each other: what this process wrote to its sockets and what the last primary has, with which numbers. And
 * how long it takes, from the moment in which a server takes writes, until a bag that is weighed then is in it.
 */
import { startAppliance } from "../support/appliance.ts";
import { startCampaign } from "../support/campaign.ts";
import { readLedger, startJob } from "../support/outside.ts";
import { type PairServer, startPostgresPair } from "../support/postgres-pair.ts";
import { connectScale, uniqueWeight } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("switch-over", { each: 20, scales: 4, everyMs: 20, behindMs: 3_000 });
const { say, check, numbers } = campaign;

using folder = tempFolder();
await using pair = await startPostgresPair();
await using appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: pair.url(),
  binary: campaign.binary,
});
await appliance.ready();
await startJob(appliance);

const sent = new Map<number, number>();
const isOver = { now: false };
const scales = Array.from({ length: numbers.scales }, (_, nth) => nth + 1);
const weighing = scales.map(async (scale) => {
  const line = await connectScale(appliance.scalePort);
  for (let nth = 0; !isOver.now; nth++) {
    await line.send(`${scale},${uniqueWeight(nth)} lb\r\n`);
    sent.set(scale, nth + 1);
    await Bun.sleep(numbers.everyMs);
  }
  return line.close();
});

let primary: PairServer = pair.first;
let standby: PairServer = pair.second;

function swap(): void {
  [primary, standby] = [standby, primary];
}

/** What happens to the primary; returns when a server takes writes again, which is then `primary`. */
const kinds: Readonly<Record<string, () => Promise<void>>> = {
  async kill() {
    await primary.kill();
    await standby.promote();
    swap();
  },
  async "stands still"() {
    primary.freeze();
    await standby.promote();
    swap();
  },
  async restart() {
    await primary.stop();
    await primary.start();
  },
  async "switch-over"() {
    await primary.query("alter system set default_transaction_read_only = on", "postgres");
    await primary.query("select pg_reload_conf()", "postgres");
    await pair.untilReplicated(primary, standby);
    await standby.promote();
    swap();
  },
  async "promotion behind"() {
    // It hears nothing more, and is promoted without what came since.
    await standby.query("alter system set primary_conninfo = ''", "postgres");
    await standby.query("select pg_reload_conf()", "postgres");
    await Bun.sleep(numbers.behindMs);
    await primary.kill();
    await standby.promote();
    swap();
  },
};

/** Seconds until a bag that was weighed from now on is in the primary. */
async function recordedAgain(): Promise<number> {
  const began = performance.now();
  const now = new Date().toISOString();
  await until(
    "a bag that is weighed now is recorded",
    async () => {
      const [row] = await primary.query<{ there: boolean }>(
        `select exists (select from filler_bag where weighed_at > '${now}') as there`,
      );
      return row?.there === true;
    },
    120_000,
  );
  return (performance.now() - began) / 1_000;
}

async function caughtUp(): Promise<void> {
  const target = [...sent.values()].reduce((all, each) => all + each, 0);
  await until(
    "what was sent until now is recorded",
    async () => {
      const [row] = await primary.query<{ bags: number }>("select count(*)::int as bags from filler_bag");
      return (row?.bags ?? 0) >= target;
    },
    120_000,
  );
}

const slowest = new Map<string, number>();
for (let round = 1; round <= numbers.each; round++) {
  for (const [kind, happen] of Object.entries(kinds)) {
    await pair.untilReplicated(primary, standby);
    await happen();
    const seconds = await recordedAgain();
    slowest.set(kind, Math.max(slowest.get(kind) ?? 0, seconds));
    await caughtUp();
    if (kind !== "restart") {
      await standby.kill();
      await standby.followOther();
    }
    say(`round ${round} of ${numbers.each}, ${kind}: recorded again after ${seconds.toFixed(1)} s`);
  }
}

isOver.now = true;
check("every scale was read to its end", (await Promise.all(weighing)).every(Boolean));
await caughtUp();
const rows = await primary.query<{ scale: number; weight: string; uid: string; num: number | null }>(
  "select printed_scale_id as scale, weight::text, uid::text, bag_num as num from filler_bag",
);
const stored = new Map<string, number>();
for (const { scale, weight } of rows) {
  const key = `${scale},${weight}`;
  stored.set(key, (stored.get(key) ?? 0) + 1);
}
let lost = 0;
for (const [scale, count] of sent) {
  for (let nth = 0; nth < count; nth++) if (!stored.has(`${scale},${uniqueWeight(nth)}`)) lost++;
}
const duplicated = [...stored.values()].reduce((all, times) => all + times - 1, 0);
const bagNumbers = rows.flatMap(({ num }) => num ?? []).sort((a, b) => a - b);
const gaps = bagNumbers.filter((num, nth) => num !== nth + 1).length;
const ledger = await readLedger(appliance);
check("nothing is lost", lost === 0);
check("nothing is doubled", duplicated === 0);
check("the bags are numbered 1, 2, 3 …", gaps === 0 && bagNumbers.length === rows.length);
check("the ledger has none missing", ledger.missing === 0);
campaign.receipt({
  "of each": numbers.each,
  sent: [...sent.values()].reduce((all, each) => all + each, 0),
  bags: rows.length,
  lost,
  duplicated,
  "numbers out of turn": gaps,
  "recorded again at most after": [...slowest].map(([kind, s]) => `${kind} ${s.toFixed(1)} s`).join(", "),
});
