import { expect, test } from "bun:test";
import { readLedger } from "../../support/outside.ts";
import { until } from "../../support/until.ts";
import { buildNextImage, image, nextImage, nextMigration, nextVersion } from "../images.ts";
import { fingerprints } from "../plant.ts";
import type { Drill } from "../setting.ts";

const count = "select count(*) from filler_bag";
const migrations = "select name, applied_at from schema_migration";

/** To a later version, back, and to it again; off and on; and back for good. */
export function upgradeSteps({ stack, plant, figures }: Drill): void {
  /** Made before the upgrade, as the documents say, and how much was recorded by then. */
  let backup = "";
  /** The database that was in use until that backup was restored. */
  let aside = "";

  test("an upgrade under load, to a version with one migration more, keeps the data, migrates once, and its gap is short", async () => {
    await buildNextImage(stack.folder);
    const before = await stack.sql(`${migrations} order by name`);
    await stack.compose("exec", "-T", "backup", "backup", "now");
    backup = (await stack.backups()).at(-1) ?? "";

    await plant.weighDuring(50, async () => {
      await Bun.sleep(1_000);
      stack.use(nextImage);
      await stack.up("--no-build");
      await Bun.sleep(1_000);
    });
    const { lost, gapSeconds } = await plant.settle();
    figures.push(
      `upgrade under load: the scales' gap ${gapSeconds.toFixed(2)} s, ${lost} prints of a scale lost in it`,
    );
    expect(gapSeconds).toBeLessThan(15);
    await plant.expectNothingLost();
    expect(await stack.compose("exec", "-T", "prepuff", "prepuff", "--version")).toBe(`${nextVersion}\n`);

    expect(await stack.sql(`${migrations} where name <> '${nextMigration}' order by name`)).toBe(before);
    expect((await stack.compose("logs", "prepuff")).split(`"applied":["${nextMigration}"]`)).toHaveLength(2);
    const columns = "count(*) = count(weight_g) and count(*) > 0 and min(weight_g) > 0";
    expect(await stack.sql(`select ${columns} from filler_bag`)).toBe("t");
  });

  test("the version of before does not touch the newer database: it weighs on, says why, and nothing is lost", async () => {
    const before = await fingerprints(stack);
    await stack.switchTo(image);
    await plant.weigh(20);
    const why = `the database was migrated by a newer Pre-Puff (${nextMigration}): upgrade this one`;
    await until("it says why", async () => {
      return (await (await stack.api("/health/ready", { token: null })).text()).includes(why);
    });
    expect(await stack.compose("logs", "prepuff")).toContain(why);
    const doctor = stack.compose("exec", "-T", "prepuff", "prepuff", "doctor");
    await expect(doctor).rejects.toThrow(`migrated by a newer Pre-Puff (${nextMigration})`);
    expect(await fingerprints(stack)).toBe(before);

    await stack.switchTo(nextImage);
    await plant.expectNothingLost();
  });

  test("`down` and `up` keep everything", async () => {
    const before = await fingerprints(stack);
    // Of itself: what it has of the appliance may still change, by a question that it asked while that was restarted.
    const prometheusBegan = 'process_start_time_seconds{job="prometheus"}';
    const at = Date.now();
    const began = await stack.metric(prometheusBegan, at);
    expect(began).not.toBeNull();
    await stack.compose("down");
    await stack.up();
    expect(await fingerprints(stack)).toBe(before);
    expect(await stack.metric(prometheusBegan, at)).toBe(began);
    await plant.weigh(10);
    await plant.expectNothingLost();
  });

  test("back to the version and the backup of before: what was recorded since is recorded again", async () => {
    const { received } = await readLedger(stack);
    await stack.switchTo(image);
    await plant.weigh(20);
    const said = await stack.compose("exec", "-T", "backup", "backup", "restore", backup);
    await until("what was weighed since is recorded", async () => {
      const ledger = await readLedger(stack).catch(() => null);
      return ledger !== null && ledger.pending === 0 && ledger.received === received + 20;
    });
    expect(await readLedger(stack)).toMatchObject({ bags: received + 20, missing: 0 });
    expect(await stack.sql(migrations)).not.toContain(nextMigration);
    aside = /prepuff_until_\w+/.exec(said)?.[0] ?? "";
  });

  test("forward again with the database that was set aside: what it had is there again", async () => {
    const { received } = await readLedger(stack);
    expect(await stack.compose("exec", "-T", "backup", "psql", "-qtAc", count, aside)).toBe(
      `${received - 20}\n`,
    );
    await stack.switchTo(nextImage);
    await stack.compose("exec", "-T", "backup", "backup", "put-back", aside);
    await until("what it lacks is recorded again", async () => (await stack.sql(count)) === String(received));
    expect(await stack.sql(migrations)).toContain(nextMigration);
    await until("the ledger is that of the database of before", async () => {
      const ledger = await readLedger(stack).catch(() => null);
      return ledger?.received === received && ledger.bags === received && ledger.missing === 0;
    });
    await plant.weigh(10);
    await until("weighing goes on in it", async () => (await stack.sql(count)) === String(received + 10));
  });
}
