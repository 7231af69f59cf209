import { expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { getJob, readLedger } from "../../support/outside.ts";
import { until } from "../../support/until.ts";
import { fingerprints, plantOn } from "../plant.ts";
import type { Drill } from "../setting.ts";
import type { Stack } from "../stack.ts";

/** Backups, and a restore into a stack that has nothing. */
export function backupSteps({ stack, empty }: Drill): void {
  /** The name of the backup that is restored. */
  let backup = "";

  test("a backup is made at the first start and when asked for, and Prometheus knows its age", async () => {
    await stack.compose("exec", "-T", "backup", "backup", "now");
    await until("two are kept", async () => (await stack.metric("prepuff_backup_kept")) === 2);
    expect(await stack.metric("time() - prepuff_backup_last_success_timestamp_seconds")).toBeWithin(0, 60);
    expect(await stack.metric("prepuff_backup_bytes")).toBeGreaterThan(10_000);
    expect(await stack.compose("exec", "-T", "backup", "ls", "/var/backups/prepuff")).not.toContain(".part");
  });

  test("of the backups only the newest are kept", async () => {
    const before = await stack.backups();
    await stack.compose("exec", "-T", "--env", "BACKUP_KEEP=2", "backup", "backup", "now");
    const after = await stack.backups();
    expect(after).toEqual([before.at(-1) ?? "", after.at(-1) ?? ""]);
    expect(before).not.toContain(after.at(-1) ?? "");
  });

  test("the backup, restored into an empty stack, holds everything, as the ledger proves", async () => {
    const before = await fingerprints(stack);
    const { journal_id } = await answeredLedger(stack);
    backup = (await stack.backups()).at(-1) ?? "";
    await stack.compose("cp", `backup:/var/backups/prepuff/${backup}`, stack.folder);

    await empty.up();
    const other = await answeredLedger(empty);
    await empty.compose("cp", join(stack.folder, backup), "backup:/var/backups/prepuff/");
    const said = await empty.compose("exec", "-T", "backup", "backup", "restore", backup);
    expect(said).toContain(`${backup} is in use`);
    // The other appliance finds a database that does not know it any more, and notes that sooner or later.
    expect(await fingerprints(empty, other.journal_id)).toBe(before);
    // By the counts of the journal whose bags these are: none missing, none uncounted.
    const ledger = await readLedger(stack);
    const row = [journal_id, ledger.received, ledger.bags, 0, 0, 0].join(" | ");
    expect(said.replace(/ +/g, " ")).toContain(row);
    // By the chain of records: nothing was changed, and it has the head that was kept beside the backup.
    const kept = `/var/backups/prepuff/${backup.replace(".dump", ".head")}`;
    const [head = ""] = (await stack.compose("exec", "-T", "backup", "cat", kept)).split(" ");
    // The appliance may have noted already that another database is there.
    expect(said).toMatch(/records: \d+:[0-9a-f]{64}/);
    // The restored database took the place of the one that the appliance was connected to: it may still be on its way to it.
    let verified = "";
    await until("the records are verified", async () => {
      const asked = ["exec", "-T", "prepuff", "prepuff", "audit", "verify", "--head", head];
      verified = await empty.compose(...asked).catch((error: unknown) => String(error));
      return !verified.includes("the database is away");
    });
    expect(verified).toContain("every record is what it was");
  });

  test("the restored stack goes on where the other one stood", async () => {
    const jobBefore = await getJob(stack, 1);
    const other = plantOn(empty);
    await other.weigh(10);
    await until("they are in the restored job", async () => {
      return (await getJob(empty, 1).catch(() => jobBefore)).bags_completed === jobBefore.bags_completed + 10;
    });
    expect(await readLedger(empty)).toMatchObject({ received: 10, bags: 10, missing: 0 });
    expect(await empty.sql("select count(*) from filler_bag", "grafana")).not.toBe("0");
  });

  test("a restore that cannot take the place of the database in use leaves it as it was", async () => {
    // A superuser's session, which the role of the backup may not end.
    const session = empty.sql("select pg_sleep(600)").catch(() => "ended");
    const restored = empty.compose("exec", "-T", "backup", "backup", "restore", backup);
    await expect(restored).rejects.toThrow("could not change places; all is as before");
    await empty.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(600)'",
    );
    expect(await session).toBe("ended");
    await until("the appliance goes on with it", async () => {
      return (await readLedger(empty).catch(() => null))?.bags === 10;
    });
  });

  test("a restore while scales weigh loses nothing: what was recorded after the backup is recorded again", async () => {
    const other = plantOn(empty);
    await other.weighDuring(50, () => empty.compose("exec", "-T", "backup", "backup", "restore", backup));
    await until("what was weighed since is recorded", async () => {
      const ledger = await readLedger(empty).catch(() => null);
      return ledger !== null && ledger.pending === 0 && ledger.received === 10 + other.printed;
    });
    const { received, bags, missing } = await readLedger(empty);
    expect({ bags, missing }).toEqual({ bags: received, missing: 0 });
    await empty.remove();
  });
}

async function answeredLedger(of: Stack): Promise<{ journal_id: string }> {
  return z.object({ journal_id: z.string() }).parse(await (await of.api("/api/ledger")).json());
}
