import { test } from "bun:test";
import { connect } from "/work/main/src/database/database.ts";
import { testDatabase, stopTestPostgres } from "/work/main/test/support/postgres.ts";
import { silentLogger } from "/work/main/test/support/silent-logger.ts";
import { openLine } from "/work/main/test/delivery/cuttable-line.ts";
test("x", async () => {
  const { url } = await testDatabase();
  for (let i = 0; i < 8; i++) {
    const line = await openLine(url);
    const pool = connect(line.url, silentLogger, 10);
    let stop = false;
    const w = Array.from({ length: 8 }, async () => { while (!stop) { try { await pool`select pg_sleep(0.001)`; } catch { await Bun.sleep(20); } } });
    await Bun.sleep(200); line.cut(); await Bun.sleep(300); line.mend(); await Bun.sleep(700);
    stop = true;
    const r = await Promise.race([Promise.all(w), Bun.sleep(3000).then(() => "workers hang")]);
    const t = performance.now(); await pool.end({ timeout: 5 }); console.log(i, typeof r === "string" ? r : "ok", "end ms", Math.round(performance.now() - t));
    line.stop();
  }
  await stopTestPostgres();
}, 120000);
