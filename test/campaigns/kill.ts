/**
 * Kills the appliance with SIGKILL again and again while scales send, at a random moment of its life, also while it
 * starts, and starts it again. In the end every frame that was in the journal's file at a kill, or in Postgres, must
 * be in Postgres exactly once.
 *
 *   bun test/campaigns/kill.ts --cycles 20 --seed 1
 *
 * What was journaled is read from the file of the dead process, before the next one opens it. (SIGKILL leaves the
 * kernel's cache alone: this proves the logic of recovery, not that the disk keeps what fsync promised.)
 */
import type { Sql } from "../../src/database/database.ts";
import { startAppliance } from "../support/appliance.ts";
import { startCampaign } from "../support/campaign.ts";
import { readJournalFile } from "../support/journal-file.ts";
import { startLoad } from "../support/load.ts";
import { jobsWithBadNumbers, readLedger, startJob, storedWeights } from "../support/outside.ts";
import { uniqueWeight } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("kill", { cycles: 20, scales: 10, longest: 2_500 });
const { say, check, numbers } = campaign;
const scales = Array.from({ length: numbers.scales }, (_, index) => index + 1);

using folder = tempFolder();
await using postgres = await startSystemPostgres();
const options = { dataDir: folder.path, databaseUrl: postgres.url, binary: campaign.binary };

/** How many bags each scale had sent when it was killed, kill by kill. */
const sentAtKills: ReadonlyMap<number, number>[] = [];
const journaled = new Set<string>();
const recorded = new Map<string, number>();
let numbersGiven = 0;
let backlogMost = 0;
let sent: ReadonlyMap<number, number> = new Map();

for (let cycle = 1; cycle <= numbers.cycles; cycle++) {
  await using appliance = await startAppliance(options);
  if (cycle === 1) {
    await appliance.ready();
    await startJob(appliance);
  }
  await using load = await startLoad({ port: appliance.scalePort, scales, from: sent });
  // Often early: the first half second meets Postgres, the rest is all alike.
  await Bun.sleep(numbers.longest * campaign.random() ** 2);
  appliance.kill("SIGKILL");
  await appliance.exited;
  await load.done;
  sent = new Map(load.sent);
  sentAtKills.push(sent);

  const journal = readJournalFile(folder.path);
  for (const { uid } of journal.entries) if (uid !== null) journaled.add(uid);
  check("numbers only grow", journal.lastSeq >= numbersGiven);
  numbersGiven = journal.lastSeq;
  for (const { uid, seq } of await recordedSince(postgres.sql)) recorded.set(uid, seq);
  backlogMost = Math.max(backlogMost, journal.lastSeq - recorded.size);
  say(
    `kill ${cycle} of ${numbers.cycles}: ${journal.lastSeq} journaled so far, ${recorded.size} of them recorded`,
  );
}

await using appliance = await startAppliance(options);
await appliance.ready();
const drainedFrom = performance.now();
await until("the journal is empty", async () => (await readLedger(appliance)).pending === 0, 300_000);
say(`the rest was recorded in ${((performance.now() - drainedFrom) / 1000).toFixed(1)} s`);

const rows = await postgres.sql<{ uid: string; seq: number }[]>`
  select uid, journal_seq as seq from filler_bag order by journal_seq`;
check(
  `Postgres has the numbers 1 to ${numbersGiven}, each once (it has ${rows.length})`,
  rows.length === numbersGiven && rows.every(({ seq }, index) => seq === index + 1),
);
const seqOf = new Map(rows.map(({ uid, seq }) => [uid, seq]));
check("no uid is there twice", seqOf.size === rows.length);
const lost = [...journaled].filter((uid) => !seqOf.has(uid)).length;
check(`every journaled frame is a bag (${lost} are not)`, lost === 0);
const changed = [...recorded].filter(([uid, seq]) => seqOf.get(uid) !== seq).length;
check(`every bag recorded before a kill is as it was (${changed} are not)`, changed === 0);
check("every job's numbers are 1, 2, 3 …", (await jobsWithBadNumbers(postgres.sql)).length === 0);
const ledger = await readLedger(appliance);
check(
  "the ledger misses nothing",
  ledger.missing === 0 && ledger.rejected === 0 && ledger.bags === rows.length,
);
const lostInKernel = await checkSenders(postgres.sql);

const total = [...sent.values()].reduce((all, each) => all + each, 0);
campaign.receipt({
  kills: numbers.cycles,
  sent: total,
  "seen in a dead journal": journaled.size,
  stored: rows.length,
  "most not yet recorded at a kill": backlogMost,
  "never read (in the kernel or on the way at a kill)": lostInKernel,
});

async function recordedSince(sql: Sql) {
  return sql<{ uid: string; seq: number }[]>`
    select uid, journal_seq as seq from filler_bag where journal_seq > ${recorded.size} order by 2`;
}

/**
 * What a scale misses must be the end of what it sent before a kill, and nothing in the middle: bytes that the
 * kernel still had. Returns how many bags that were.
 */
async function checkSenders(sql: Sql): Promise<number> {
  const stored = await storedWeights(sql);
  let missing = 0;
  for (const scale of scales) {
    const weights = stored.get(scale) ?? [];
    let next = 0;
    let from = 0;
    for (const sentAtKill of sentAtKills) {
      const end = sentAtKill.get(scale) ?? 0;
      let index = from;
      while (index < end && weights[next] === uniqueWeight(index)) {
        index++;
        next++;
      }
      missing += end - index;
      from = end;
    }
    check(`scale ${scale}'s bags are a beginning of each of its runs, in order`, next === weights.length);
  }
  return missing;
}
