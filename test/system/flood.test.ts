import { expect, test } from "bun:test";
import { startAppliance } from "../support/appliance.ts";
import { readLedger, readMetric } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

test("a flood of what is no bag is counted to the last frame, kept in a few rows, and a kill -9 loses none of it", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  // Postgres comes later: until then the journal alone has it.
  const away = { dataDir: folder.path, databaseUrl: "postgres://prepuff:none@127.0.0.1:1/prepuff" };
  const before = await startAppliance(away);
  const connections = 10;
  const each = 20_000;
  const bags = 20;
  const nonsense = connections * each;
  const lines = await Promise.all(Array.from({ length: connections }, () => connectScale(before.scalePort)));
  using scale = await connectScale(before.scalePort);
  const flood = lines.map((line, nth) => line.send(`${nth + 100},0.00 lb\r\n`.repeat(each)));
  for (let nth = 0; nth < bags; nth++) await scale.send(frames(1, nth, 1));
  await Promise.all(flood);
  await until("all is read", async () => {
    const rejected = await readMetric(before, 'prepuff_frames_rejected_total{reason="not_positive"}');
    const accepted = await readMetric(before, 'prepuff_readings_total{scale="1",result="accepted"}');
    return rejected === nonsense && accepted === bags;
  });
  // Ended in the middle of counting: nothing has been quiet for the two seconds after which counts become entries.
  before.kill("SIGKILL");
  await before.exited;

  await using appliance = await startAppliance({ ...away, databaseUrl: url });
  await appliance.ready();
  await until("all is recorded", async () => (await readLedger(appliance)).pending === 0);
  const expected = { received: nonsense + bags, bags, rejected: nonsense, pending: 0, missing: 0 };
  expect(await readLedger(appliance)).toMatchObject(expected);
  const [kept] = await sql<{ rows: number; frames: number }[]>`
    select count(*)::integer as rows, sum(frames)::integer as frames from rejected_frame`;
  expect(kept?.frames).toBe(nonsense);
  // 20 of each connection with their bytes, and the entries that stand for the rest.
  expect(kept?.rows).toBeWithin(connections * 20, 330);
});
