import { expect, test } from "bun:test";
import { startAppliance } from "../support/appliance.ts";
import { readJournalFile } from "../support/journal-file.ts";
import { startLoad } from "../support/load.ts";
import { jobsWithBadNumbers, readLedger, startJob, storedWeights } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { uniqueWeights } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

test("after kill -9 every journaled frame is stored exactly once, run after run", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  const options = { dataDir: folder.path, databaseUrl: url };
  const scales = [1, 2, 3, 4];
  let sent: ReadonlyMap<number, number> = new Map();
  const journaled = new Set<string>();

  for (let run = 1; run <= 4; run++) {
    await using appliance = await startAppliance(options);
    await appliance.ready();
    if (run === 1) await startJob(appliance);
    await using load = await startLoad({ port: appliance.scalePort, scales, from: sent });
    const before = (await readLedger(appliance)).received;
    await until("frames are read", async () => (await readLedger(appliance)).received > before + 500);
    await Bun.sleep(40 * run);
    appliance.kill("SIGKILL");
    await appliance.exited;
    await load.done;
    sent = load.sent;
    for (const { uid } of readJournalFile(folder.path).entries) if (uid !== null) journaled.add(uid);
  }

  await using appliance = await startAppliance(options);
  await appliance.ready();
  await until("the journal is empty", async () => (await readLedger(appliance)).pending === 0);
  const { received, missing } = await readLedger(appliance);
  expect(missing).toBe(0);
  const rows = await sql<{ uid: string; seq: number }[]>`
    select uid, journal_seq as seq from filler_bag order by journal_seq`;
  expect(rows.length).toBe(received);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: received }, (_, i) => i + 1));
  const stored = new Set(rows.map(({ uid }) => uid));
  expect([...journaled].filter((uid) => !stored.has(uid))).toEqual([]);
  expect(await jobsWithBadNumbers(sql)).toEqual([]);

  // What the kernel still had when the process died is gone; nothing else, and nothing came twice.
  for (const [scale, weights] of await storedWeights(sql)) {
    const known = new Set(uniqueWeights(sent.get(scale) ?? 0));
    expect(new Set(weights).size).toBe(weights.length);
    expect(weights.filter((weight) => !known.has(weight))).toEqual([]);
  }
}, 60_000);
