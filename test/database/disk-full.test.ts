import { expect, test } from "bun:test";
import { createDatabase } from "../../src/database/database.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { makeSmallDisk } from "../faults/small-disk.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { until } from "../support/until.ts";

const disk = makeSmallDisk(400);

test.skipIf(disk === null)(
  "a full disk is a trouble that is told, not an outage, and it ends when there is room",
  async () => {
    if (disk === null) throw new Error("no disk");
    using _ = disk;
    await using postgres = await startSystemPostgres(
      { min_wal_size: "32MB", max_wal_size: "64MB" },
      disk.folder,
    );
    const database = createDatabase({
      locate: async () => postgres.url,
      logger: silentLogger,
      clock: systemClock,
    });
    database.start();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => database.stop());
    await until("it is up", () => database.up);
    await database.run((sql) => sql`create unlogged table heap (filler text)`);
    disk.fill();
    // Not in the log of the server, so that it does not end for lack of room there.
    const grow = () =>
      database.run((sql) => sql`insert into heap select repeat('x', 700) from generate_series(1, 20000)`);
    await until("its disk is full", () =>
      grow().then(
        () => false,
        () => database.trouble !== null,
      ),
    );
    expect(database.trouble).toStartWith("its disk is full, bags wait (");
    expect(database.up).toBe(true);
    await database.people.run((sql) => sql`select 1`);
    disk.free();
    await until("there is room", () => database.trouble === null);
    await grow();
  },
  120_000,
);
