import { expect, test } from "bun:test";
import { connect } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";

test("two processes that migrate at once apply each migration once", async () => {
  const { url, sql } = await testDatabase({ migrated: false });
  const other = connect(url, silentLogger, 1);
  const applied = (await Promise.all([migrate(sql), migrate(other)])).flat();
  await other.end();
  expect(applied).toEqual([
    "0001_bags",
    "0002_tokens",
    "0003_board",
    "0004_lean_bags",
    "0005_doubt",
    "0006_looked_at",
    "0007_rejected",
    "0008_started_by",
    "0009_remainders",
    "0010_plants",
    "0011_sources",
    "0012_no_duplicates",
    "0013_planned_jobs",
    "0014_void_codes",
    "0015_shifts",
    "0016_source_callers",
    "0017_snoozes",
    "0018_people",
    "0019_jobless_seen",
    "0020_report_mails",
    "0021_product_quality",
    "0022_quality_references",
    "0023_record_chain",
    "0024_scale_checks",
    "0025_quality_signals",
    "0026_bag_blocks",
    "0027_tare",
    "0028_job_releases",
  ]);
  expect(await migrate(sql)).toEqual([]);
});

test("a database migrated by a newer version is refused, not changed", async () => {
  const { sql } = await testDatabase();
  await sql`insert into schema_migration (name) values ('9999_from_the_future')`;
  await expect(migrate(sql)).rejects.toThrow("newer Pre-Puff (9999_from_the_future)");
});
