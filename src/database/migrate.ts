import { advisoryLocks } from "./advisory-locks.ts";
import bags from "./migrations/0001_bags.sql" with { type: "text" };
import tokens from "./migrations/0002_tokens.sql" with { type: "text" };
import board from "./migrations/0003_board.sql" with { type: "text" };
import leanBags from "./migrations/0004_lean_bags.sql" with { type: "text" };
import doubt from "./migrations/0005_doubt.sql" with { type: "text" };
import lookedAt from "./migrations/0006_looked_at.sql" with { type: "text" };
import rejected from "./migrations/0007_rejected.sql" with { type: "text" };
import startedBy from "./migrations/0008_started_by.sql" with { type: "text" };
import remainders from "./migrations/0009_remainders.sql" with { type: "text" };
import plants from "./migrations/0010_plants.sql" with { type: "text" };
import sources from "./migrations/0011_sources.sql" with { type: "text" };
import noDuplicates from "./migrations/0012_no_duplicates.sql" with { type: "text" };
import plannedJobs from "./migrations/0013_planned_jobs.sql" with { type: "text" };
import voidCodes from "./migrations/0014_void_codes.sql" with { type: "text" };
import shifts from "./migrations/0015_shifts.sql" with { type: "text" };
import sourceCallers from "./migrations/0016_source_callers.sql" with { type: "text" };
import snoozes from "./migrations/0017_snoozes.sql" with { type: "text" };
import people from "./migrations/0018_people.sql" with { type: "text" };
import joblessSeen from "./migrations/0019_jobless_seen.sql" with { type: "text" };
import reportMails from "./migrations/0020_report_mails.sql" with { type: "text" };
import productQuality from "./migrations/0021_product_quality.sql" with { type: "text" };
import qualityReferences from "./migrations/0022_quality_references.sql" with { type: "text" };
import recordChain from "./migrations/0023_record_chain.sql" with { type: "text" };
import scaleChecks from "./migrations/0024_scale_checks.sql" with { type: "text" };
import qualitySignals from "./migrations/0025_quality_signals.sql" with { type: "text" };
import bagBlocks from "./migrations/0026_bag_blocks.sql" with { type: "text" };
import tare from "./migrations/0027_tare.sql" with { type: "text" };
import jobReleases from "./migrations/0028_job_releases.sql" with { type: "text" };
import type { Sql } from "./types.ts";

/** In the order of their numbers; a migration that was released is never changed, only followed by another. */
const migrations = [
  { name: "0001_bags", statements: bags },
  { name: "0002_tokens", statements: tokens },
  { name: "0003_board", statements: board },
  { name: "0004_lean_bags", statements: leanBags },
  { name: "0005_doubt", statements: doubt },
  { name: "0006_looked_at", statements: lookedAt },
  { name: "0007_rejected", statements: rejected },
  { name: "0008_started_by", statements: startedBy },
  { name: "0009_remainders", statements: remainders },
  { name: "0010_plants", statements: plants },
  { name: "0011_sources", statements: sources },
  { name: "0012_no_duplicates", statements: noDuplicates },
  { name: "0013_planned_jobs", statements: plannedJobs },
  { name: "0014_void_codes", statements: voidCodes },
  { name: "0015_shifts", statements: shifts },
  { name: "0016_source_callers", statements: sourceCallers },
  { name: "0017_snoozes", statements: snoozes },
  { name: "0018_people", statements: people },
  { name: "0019_jobless_seen", statements: joblessSeen },
  { name: "0020_report_mails", statements: reportMails },
  { name: "0021_product_quality", statements: productQuality },
  { name: "0022_quality_references", statements: qualityReferences },
  { name: "0023_record_chain", statements: recordChain },
  { name: "0024_scale_checks", statements: scaleChecks },
  { name: "0025_quality_signals", statements: qualitySignals },
  { name: "0026_bag_blocks", statements: bagBlocks },
  { name: "0027_tare", statements: tare },
  { name: "0028_job_releases", statements: jobReleases },
] as const;

/** What a database of this version has had applied. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name);

/**
 * Brings the schema up to this version, in one transaction under an advisory lock.
 *
 * @returns the names of the migrations that were applied now.
 * @throws when the database was migrated by a newer version, or a migration fails (nothing of it stays).
 */
export async function migrate(sql: Sql): Promise<string[]> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${advisoryLocks.migration})`;
    await tx`set local statement_timeout = 0`;
    await tx`create table if not exists schema_migration (
      name text primary key,
      applied_at timestamptz not null default now()
    )`;
    const rows = await tx<{ name: string }[]>`select name from schema_migration`;
    const applied = new Set(rows.map((row) => row.name));
    const known = new Set<string>(migrations.map((migration) => migration.name));
    const unknown = [...applied].filter((name) => !known.has(name));
    if (unknown.length > 0) {
      throw new Error(
        `the database was migrated by a newer Pre-Puff (${unknown.join(", ")}): upgrade this one, or restore the backup made before the upgrade`,
      );
    }
    const wanted = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of wanted) {
      await tx.unsafe(migration.statements);
      await tx`insert into schema_migration (name) values (${migration.name})`;
    }
    return wanted.map((migration) => migration.name);
  });
}
