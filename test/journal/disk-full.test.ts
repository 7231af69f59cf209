import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { startAppliance } from "../support/appliance.ts";
import { weighed } from "../support/entries.ts";
import { fillUp } from "../support/full-disk.ts";
import { mountMemory } from "../support/mounted.ts";
import { readMetric } from "../support/outside.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** A file system of its own, which is really full when it is full; null where nobody may mount one. */
const mounts: { release(): void }[] = [];
function smallDisk(megabytes: number): string | null {
  const folder = tempFolder();
  const path = join(folder.path, "disk");
  mkdirSync(path);
  const mounted = mountMemory(path, megabytes);
  if (mounted === null) {
    folder[Symbol.dispose]();
    return null;
  }
  mounts.push({
    release: () => {
      mounted[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  });
  return path;
}
afterAll(() => {
  for (const { release } of mounts) release();
});

// What a connection holds in the kernel's buffers must fit, too, when there is room again.
const disk = smallDisk(300);
const secondDisk = disk === null ? null : smallDisk(24);
if (disk === null) {
  process.stderr.write("NOT TESTED ON A FULL DISK: mounting a tmpfs is not permitted here (it needs root)\n");
}

test.skipIf(disk === null)(
  "on a full disk readings wait in TCP, the appliance is not ready, and it goes on by itself; nothing is lost",
  async () => {
    const dataDir = join(disk ?? "", "data");
    // Postgres is away, so that the journal must keep everything.
    await using appliance = await startAppliance({
      dataDir,
      databaseUrl: "postgres://prepuff:none@127.0.0.1:1/prepuff",
    });
    const ready = async () => (await appliance.api("/health/ready")).status;
    await until("HTTP is open", () =>
      ready().then(
        (status) => status === 200,
        () => false,
      ),
    );
    let sent = 0;
    const scale = await Bun.connect({
      hostname: "127.0.0.1",
      port: appliance.scalePort,
      socket: { data: () => undefined },
    });
    const ballast = fillUp(disk ?? "");
    const line = "1,50.20 lb\r\n";
    let unsent = "";
    /** Sends what the connection takes. */
    const send = (frames: number) => {
      unsent += line.repeat(frames);
      const taken = Math.max(0, scale.write(unsent));
      unsent = unsent.slice(taken);
      sent += frames;
    };
    let status = 200;
    for (let i = 0; i < 3_000 && status === 200; i++) {
      send(200);
      await Bun.sleep(2);
      if (i % 20 === 0) status = await ready();
    }
    expect(status).toBe(503);
    // Held back: what is sent from here on stays with the sender once the kernel's buffers are full.
    for (let i = 0; i < 300 && unsent.length < 100_000; i++) send(10_000);
    expect(unsent.length).toBeGreaterThan(100_000);
    expect(await readMetric(appliance, "prepuff_journal_disk_free_bytes")).toBeLessThan(1_000_000);
    rmSync(ballast);
    await until("it is ready again", async () => (await ready()) === 200);
    while (unsent.length > 0) {
      send(0);
      await Bun.sleep(5);
    }
    await until(
      `all ${sent} entries are in the journal`,
      async () => (await readMetric(appliance, "prepuff_journal_entries")) === sent,
      60_000,
    );
    scale.terminate();
  },
  120_000,
);

test.skipIf(secondDisk === null)(
  "a journal that has filled its disk makes room out of what is recorded, again and again",
  async () => {
    const folder = secondDisk ?? "";
    const journal = openJournal({ folder, clock: systemClock, logger: silentLogger });
    // What fails beside it, as a log once did, must not keep it from trying again.
    journal.onWritable("test", () => {
      throw new Error("a listener's own fault");
    });
    await until("the reserve is there", () => existsSync(join(folder, "journal.reserve")));
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 1_000 && journal.writable; i++) {
        for (let n = 0; n < 500; n++) journal.append(weighed());
        await Bun.sleep(1);
      }
      expect(journal.writable).toBe(false);
      const { lastSeq, waiting } = journal;
      expect(journal.read(journal.recordedThrough, 1_000_000)).toHaveLength(journal.entries);
      journal.markRecorded(lastSeq);
      await until("it takes entries again", () => journal.writable && journal.waiting === 0);
      expect(journal.lastSeq).toBe(lastSeq + waiting);
      await until("the rest is removed", () => journal.read(0, 1).at(0)?.seq !== 1);
    }
    journal.close();
  },
  120_000,
);
