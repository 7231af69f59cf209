import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { migrate } from "../../../src/database/migrate.ts";
import type { Sql } from "../../../src/database/types.ts";
import { voidBag } from "../../../src/records/bags/voids.ts";
import { changeJob } from "../../../src/records/jobs/job-change.ts";
import { operator } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { openDatabase, pastTriggers, verified } from "./chained.ts";

/** The migrations before the chain, as they still stand first. */
async function migrateUntilChain(sql: Sql): Promise<void> {
  const folder = resolve(import.meta.dir, "../../../src/database/migrations");
  await sql`create table schema_migration (name text primary key, applied_at timestamptz not null default now())`;
  for (const file of readdirSync(folder).sort()) {
    if (file.startsWith("0023")) break;
    await sql.unsafe(readFileSync(join(folder, file), "utf8"));
    await sql`insert into schema_migration (name) values (${file.replace(/\.sql$/, "")})`;
  }
}

test("an upgrade links what was there before, of each plant, and whatever is changed afterwards is found", async () => {
  const { url, sql } = await testDatabase({ migrated: false });
  await migrateUntilChain(sql);
  await sql`insert into plant (name) values ('Plant 2')`;
  await sql`insert into prepuff_company (name) values ('Shelter')`;
  await sql`
    insert into prepuff_job (plant_id, prepuff_company_id, target_weight, tolerance_percent, quantity, station, status, started_at, ended_at)
    select n % 2 + 1, 1, 50, 10, 100, 'Station ' || n, case when n < 3 then 'active' else 'completed' end,
      now(), case when n >= 3 then now() end
    from generate_series(1, 10) n`;
  await sql`update prepuff_job set bags_completed = 90, last_bag_num = 100 where id = 1`;
  await sql`
    insert into job_lot (job_id, lot, since) values (1, 'A 1', '-infinity')`;
  await sql`
    insert into filler_bag (plant_id, uid, prepuff_job_id, bag_num, in_tolerance, station, scale_id, printed_scale_id, weight, unit,
      weight_lb, weighed_at, source, voided_at, voided_by)
    select 2, gen_random_uuid(), 1, n, true, 'Station 1', 1, 1, 50.05, 'lb', 50.05, now(), 'scale',
      case when n % 10 = 0 then now() end, case when n % 10 = 0 then 'Ann' end
    from generate_series(1, 100) n`;
  await sql`
    insert into audit_event (plant_id, at, actor, action, subject, detail, before)
    select n % 2 + 1, now(), 'Ann', 'job.start', 'job:' || n, '{"reason": null}', '{"a": [1.50, null]}'
    from generate_series(1, 3000) n`;
  expect(await migrate(sql)).toContain("0023_record_chain");

  const database = await openDatabase(url);
  expect(await verified(database)).toMatchObject({ ok: true, checked: 1500 + 5 });
  expect(await verified(database, null, 2)).toMatchObject({ ok: true, checked: 1500 + 5 + 10 });
  const by = { ...operator, plant: 2, at: Date.now() };
  expect(await changeJob(sql, 1, { target_weight: "51", reason: "the customer called" }, by)).toMatchObject({
    ok: true,
  });
  expect(await voidBag(sql, 1, { code: "torn", reason: null }, by)).toMatchObject({ ok: true });
  expect(await verified(database, null, 2)).toMatchObject({ ok: true, checked: 1515 + 4 });

  await pastTriggers(sql, (tx) => tx`update audit_event set detail = '{}' where id = 2001`);
  await pastTriggers(sql, (tx) => tx`update filler_bag set voided_by = 'Bob' where id = 50`);
  expect((await verified(database, null, 2)).faults).toMatchObject([
    { fault: "changed", kind: "audit", row_id: 2001 },
    { fault: "changed", kind: "bag", row_id: 50 },
  ]);
  expect((await verified(database)).ok).toBe(true);
  await database.stop();
});
