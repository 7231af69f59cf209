import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startAppliance } from "../support/appliance.ts";
import { untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";

const strace = process.platform === "linux" ? findTool("strace") : null;

describe.skipIf(strace === null)("seen from the kernel", () => {
  test("a frame is in the journal and forced to the disk before PostgreSQL hears of it", async () => {
    using folder = tempFolder();
    const { url } = await testDatabase({ migrated: false });
    await using appliance = await startAppliance({ dataDir: join(folder.path, "data"), databaseUrl: url });
    await appliance.ready();
    const file = join(folder.path, "calls");
    const calls = () => (existsSync(file) ? readFileSync(file, "latin1").split("\n") : []);
    const tracing = Bun.spawn(
      [
        ...[strace ?? "strace", "-f", "-yy", "-s", "100000", "-o", file, "-p", String(appliance.pid)],
        ...["-e", "trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg"],
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
    try {
      // It has to hold all threads: one of them writes its log or asks PostgreSQL now and then.
      await until("calls are traced", () => calls().length > 1, 20_000);
      using line = await connectScale(appliance.scalePort);
      await line.send("7,47.1234 lb\r\n");
      await untilRecorded(appliance, 1);
    } finally {
      tracing.kill("SIGINT");
      await tracing.exited;
    }

    const order = calls().flatMap((call) => {
      if (/ pwrite64\(\d+<[^>]*journal\.db-wal>.*7,47\.1234 lb/.test(call)) return ["written to the journal"];
      if (/ f(data)?sync\(\d+<[^>]*journal\.db-wal>\) += 0/.test(call)) return ["forced to the disk"];
      if (/ (write|writev|sendto|sendmsg)\(\d+<TCP:.*47\.1234/.test(call)) return ["sent to PostgreSQL"];
      return [];
    });
    const written = order.indexOf("written to the journal");
    expect(order.slice(written, written + 3)).toEqual([
      "written to the journal",
      "forced to the disk",
      "sent to PostgreSQL",
    ]);
  }, 60_000);
});
