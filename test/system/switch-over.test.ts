import { expect, test } from "bun:test";
import { z } from "zod";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { answered, listBags, startJob, untilRecorded } from "../support/outside.ts";
import { startPostgresPair } from "../support/postgres-pair.ts";
import { connectScale, uniqueWeight } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** What is promised for a machine that has time for it; the tests' machine has many other things to do. */
const patience = 2;

async function databasePart(appliance: Appliance) {
  const shape = z.object({
    parts: z.object({ database: z.object({ state: z.string(), detail: z.string().nullable() }) }),
  });
  return (await answered(appliance.api("/health/ready"), shape)).parts.database;
}

/** Weighs bags one after the other, and says how long it took until one was recorded. */
async function startWeighing(appliance: Appliance) {
  using stack = new DisposableStack();
  const line = stack.use(await connectScale(appliance.scalePort));
  let sent = 0;
  const owned = stack.move();
  return {
    async weigh(): Promise<void> {
      await line.send(`1,${uniqueWeight(sent++)} lb\r\n`);
    },
    async recordedWithin(limitMs: number): Promise<void> {
      await untilRecorded(appliance, sent, limitMs);
    },
    get sent() {
      return sent;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

test("a server that becomes read-only while connected is away: ready says so, nothing answers 500, bags wait", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  using scale = await startWeighing(appliance);
  await scale.weigh();
  await scale.recordedWithin(5_000 * patience);

  await postgres.sql`alter system set default_transaction_read_only = on`;
  await postgres.sql`select pg_reload_conf()`;
  const job = { company: "Shelter", station: "Station 1", target_weight: "50", quantity: 10 };
  const statuses = new Set<number>();
  await until("ready says that it is read-only", async () => {
    statuses.add((await appliance.api("/api/jobs", { method: "POST", body: job })).status);
    await scale.weigh();
    const { state, detail } = await databasePart(appliance);
    return state === "down" && detail === "it is read-only (default_transaction_read_only is on)";
  });
  // The first may have come before the server knew of its new setting.
  expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([503]);

  await postgres.sql`set default_transaction_read_only = off`;
  await postgres.sql`alter system reset default_transaction_read_only`;
  await postgres.sql`select pg_reload_conf()`;
  await scale.recordedWithin(5_000 * patience);
  expect((await databasePart(appliance)).state).toBe("up");
  expect(await listBags(appliance)).toHaveLength(scale.sent);
}, 120_000);

test("of two servers the one that takes writes is found: named second, behind one that hangs, or that came back as a standby", async () => {
  using folder = tempFolder();
  await using pair = await startPostgresPair();
  const { first, second } = pair;
  // The standby is named first.
  await using appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: pair.url([second, first]),
  });
  await appliance.ready();
  await startJob(appliance);
  using scale = await startWeighing(appliance);
  await scale.weigh();
  await scale.recordedWithin(5_000 * patience);

  // It stands still, and says nothing more on connections that stay open.
  await pair.untilReplicated(first, second);
  first.freeze();
  await second.promote();
  await scale.weigh();
  await scale.recordedWithin(10_000 * patience);

  // It comes back as what it must not be recorded in, and its place is taken by force.
  first.thaw();
  await first.kill();
  await first.followOther();
  await pair.untilReplicated(second, first);
  await second.kill();
  await until("the database is away", async () => (await databasePart(appliance)).state === "down");
  await scale.weigh();
  await first.promote();
  await scale.recordedWithin(5_000 * patience);
  await second.followOther();
  await scale.weigh();
  await scale.recordedWithin(5_000 * patience);
  expect(await databasePart(appliance)).toEqual({ state: "up", detail: null });

  // A switch-over: the primary is restarted as a standby, the standby takes its place.
  await pair.untilReplicated(first, second);
  await first.stop();
  await second.promote();
  await first.followOther();
  await scale.weigh();
  await scale.recordedWithin(5_000 * patience);

  const bags = await listBags(appliance);
  expect(bags.map(({ bag_num }) => bag_num)).toEqual(bags.map((_, nth) => nth + 1));
  expect(bags).toHaveLength(scale.sent);
}, 180_000);
