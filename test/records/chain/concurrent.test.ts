import { expect, test } from "bun:test";
import { audit } from "../../../src/audit/audit.ts";
import { connect } from "../../../src/database/database.ts";
import { assignBags } from "../../../src/records/bags/bulk-assignment.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { changeJob } from "../../../src/records/jobs/job-change.ts";
import { completeJob, startJob } from "../../../src/records/jobs/jobs.ts";
import { setStation } from "../../../src/records/jobs/station-settings.ts";
import { newJob, operator, recordedBag } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { openDatabase, verified } from "./chained.ts";

const workers = 8;
const rounds = 6;

test("many transactions at once, of jobs, bags, voids and events, wait for each other and never in a circle", async () => {
  const { url } = await testDatabase();
  const sql = connect(url, silentLogger, workers);
  const stations = ["A", "B", "C"];
  for (const station of stations) await setStation(sql, station, { next_job_begins: "by_itself" }, operator);

  /** Each does everything at each station in another order, so that every pair of them meets. */
  async function work(worker: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const station = stations[(worker + round) % stations.length] ?? "A";
      const by = { ...operator, at: operator.at + round * 60_000 };
      const at = { station, receivedAt: by.at + worker };
      await startJob(sql, newJob({ station, quantity: 3 }), by);
      const bags = [await recordedBag(sql, at), await recordedBag(sql, at)];
      for (const { id } of bags) await voidBag(sql, id, { code: "torn", reason: null }, by);
      const [bag] = bags;
      if (bag !== undefined) await unvoidBag(sql, bag.id, by);
      if (bag?.jobId != null) {
        const change = { target_weight: String(50 + (worker % 5)), reason: "asked" };
        await changeJob(sql, bag.jobId, change, by);
        await assignBags(sql, bag.jobId, { from: operator.at, to: by.at + 60_000 }, by);
        await completeJob(sql, bag.jobId, by);
      }
      await sql.begin((tx) =>
        audit(tx, by, {
          action: "station.jobless_seen",
          subject: `station:${station}`,
          detail: {},
          before: null,
          after: null,
        }),
      );
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));

  const [chain] = await sql<{ links: number; last: number; transactions: number }[]>`
    select count(*)::int as links, max(seq)::int as last, count(distinct at)::int as transactions from record_chain`;
  expect(chain?.links).toBe(chain?.last ?? 0);
  expect(chain?.transactions).toBeGreaterThan(workers * rounds * 3);
  await sql.end();
  const database = await openDatabase(url);
  expect(await verified(database)).toMatchObject({ ok: true, faults: [], checked: chain?.links });
  await database.stop();
}, 120_000);
