import { connect, type Sql } from "../../../src/database/database.ts";
import { migrationNames } from "../../../src/database/migrate.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";
import type { Plant } from "../plant.ts";
import { between, type Scenario, scenariosOf } from "../scenario.ts";

const scenario = scenariosOf("postgres");

export const postgresScenarios: readonly Scenario[] = [
  scenario("stopped", async (plant) => {
    const { postgres } = plant;
    const holdMs = between(plant, 300, 3_000);
    await postgres.stop();
    await Bun.sleep(holdMs);
    await postgres.start();
  }),
  scenario("killed", async ({ postgres }) => {
    await postgres.kill();
    await postgres.start();
  }),
  scenario("backends terminated", async (plant) => {
    const { postgres } = plant;
    const everyMs = between(plant, 20, 200);
    const deadline = performance.now() + between(plant, 500, 3_000);
    while (performance.now() < deadline) {
      await postgres.terminateBackends();
      await Bun.sleep(everyMs);
    }
  }),
  scenario("paused", async (plant) => {
    const holdMs = silenceMs(plant);
    plant.postgres.freeze();
    await Bun.sleep(holdMs);
    plant.postgres.thaw();
  }),
  scenario("silent line", async (plant) => {
    const { line } = plant;
    const holdMs = silenceMs(plant);
    // Half of the time what hangs in the line arrives in the end, when the appliance has long given it up.
    const isCut = plant.random() < 0.5;
    line.silence();
    await Bun.sleep(holdMs);
    if (isCut) line.cut();
    line.speak();
  }),
  scenario("words that arrive late", async (plant) => {
    // What the appliance gave up, and has said again over new connections, comes through after all.
    const holdMs = between(plant, 15_500, 17_500);
    plant.line.silence("pass");
    await Bun.sleep(holdMs);
    plant.line.speak();
  }),
  scenario(
    "disk full",
    async (plant) => {
      const holdMs = between(plant, 500, 3_000);
      plant.postgresDisk?.fill();
      await Bun.sleep(holdMs);
      plant.postgresDisk?.free();
      await restartWhereEnded(plant);
    },
    {
      obstacle: ({ postgresDisk }) =>
        postgresDisk === null ? "no disk of its own for Postgres: needs root and mkfs.ext4" : null,
    },
  ),
  scenario("read-only", async (plant) => {
    const { sql } = plant.postgres;
    const holdMs = between(plant, 500, 3_000);
    await sql`alter system set default_transaction_read_only = on`;
    await sql`select pg_reload_conf()`;
    await Bun.sleep(holdMs);
    await sql`alter system reset default_transaction_read_only`;
    await sql`select pg_reload_conf()`;
  }),
  scenario("migration under load", async (plant) => {
    const holdMs = between(plant, 100, 1_500);
    await plant.line.refuse();
    await plant.postgres.sql.begin(async (tx) => {
      await tx.unsafe(waysBack[undone] ?? "");
      await tx`delete from schema_migration where name = ${undone}`;
    });
    await Bun.sleep(holdMs);
    await plant.line.accept();
    await untilMigrated(plant.postgres.sql);
  }),
  scenario("serialization failures", (plant) => refusing(plant, "40001")),
  scenario("deadlocks reported", (plant) => refusing(plant, "40P01")),
  scenario("deadlocks", async (plant) => {
    const deadline = performance.now() + between(plant, 500, 3_000);
    const rival = connect(plant.postgres.url, silentLogger, 1);
    try {
      while (performance.now() < deadline) await lockBackwards(rival);
    } finally {
      await rival.end({ timeout: 5 });
    }
  }),
];

/** What undoes a migration. The newest of these is undone, and comes again under load. */
const waysBack: Readonly<Record<string, string>> = {
  "0002_tokens": `
    drop table access_token;
    drop index audit_event_by_subject, audit_event_by_actor, audit_event_by_action;
    alter table audit_event drop column before, drop column after`,
  "0003_board": `
    drop index prepuff_job_by_company, rejected_frame_by_time;
    alter table scale drop column alias_of`,
};
const undone = migrationNames.findLast((name) => name in waysBack) ?? "";

/**
 * Ms. Most of them pass unnoticed; others outlast the probe, which comes every 2 s and waits for 5 s, and a few also
 * the 15 s of any answer.
 */
function silenceMs(plant: Plant): number {
  const kind = plant.random();
  if (kind < 0.6) return between(plant, 500, 2_500);
  return kind < 0.93 ? between(plant, 7_200, 8_500) : between(plant, 15_500, 17_500);
}

/** A server that found no room for its log has ended itself, as a supervisor would see. */
async function restartWhereEnded({ postgres }: Plant): Promise<void> {
  const answers = () =>
    Promise.race([
      postgres.sql`create temp table room (n integer) on commit drop`.then(
        () => true,
        () => false,
      ),
      Bun.sleep(1_000).then(() => false),
    ]);
  const deadline = performance.now() + 3_000;
  while (performance.now() < deadline) {
    if (await answers()) return;
    await Bun.sleep(100);
  }
  await postgres.stop();
  await postgres.start();
}

async function untilMigrated(sql: Sql): Promise<void> {
  await until(
    `${undone} is applied again`,
    async () => {
      const rows = await sql`select from schema_migration where name = ${undone}`.catch(() => []);
      return rows.length === 1;
    },
    120_000,
  );
}

/** Every other statement that stores bags fails, as if it had lost against another one. */
async function refusing(plant: Plant, sqlState: string): Promise<void> {
  const { sql } = plant.postgres;
  const holdMs = between(plant, 500, 3_000);
  const share = 0.3 + 0.6 * plant.random();
  await insisting(() =>
    sql.unsafe(`
    create function lose() returns trigger language plpgsql as $$
    begin
      if random() < ${share} then raise exception 'lost on purpose' using errcode = '${sqlState}'; end if;
      return null;
    end $$;
    create trigger loses before insert on filler_bag for each statement execute function lose();
    create trigger loses before update on delivery for each statement execute function lose()`),
  );
  await Bun.sleep(holdMs);
  await insisting(() => sql`drop function lose cascade`);
}

/** Locks of tables that are in use: whoever takes several may lose against the appliance, and has to come again. */
async function insisting(change: () => PromiseLike<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await change();
      return;
    } catch (error) {
      if (tries === 20 || !String(error).includes("deadlock detected")) throw error;
    }
  }
}

/** Takes the jobs in the other order than the recorder, and as slowly as it needs to meet it. */
async function lockBackwards(rival: Sql): Promise<void> {
  try {
    await rival.begin(async (tx) => {
      await tx`select from prepuff_job where id = (select max(id) from prepuff_job) for update`;
      await Bun.sleep(50);
      await tx`select from prepuff_job where id = (select min(id) from prepuff_job) for update`;
    });
  } catch {
    // One of the two has to lose.
  }
}
