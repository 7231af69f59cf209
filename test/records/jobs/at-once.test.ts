import { expect, test } from "bun:test";
import { connect } from "../../../src/database/database.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { changeJob } from "../../../src/records/jobs/job-change.ts";
import { getJob } from "../../../src/records/jobs/job-view.ts";
import { operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const people = 8;
const rounds = 6;

test("a job that is changed by some people while others void its bags: each waits, and none fails", async () => {
  const { url } = await testDatabase();
  const sql = connect(url, silentLogger, people);
  const { id } = await startedJob(sql);
  const work = async (person: number) => {
    const bag = await recordedBag(sql);
    for (let round = 0; round < rounds; round++) {
      const by = { ...operator, at: operator.at + round * 60_000 };
      if (person % 2 === 0) {
        const target_weight = String(50 + ((round + person) % 9));
        expect(await changeJob(sql, id, { target_weight, reason: "asked" }, by)).toMatchObject({ ok: true });
      } else {
        expect(await voidBag(sql, bag.id, { code: "torn", reason: null }, by)).toMatchObject({ ok: true });
        expect(await unvoidBag(sql, bag.id, by)).toMatchObject({ ok: true });
      }
    }
  };
  await Promise.all(Array.from({ length: people }, (_, person) => work(person)));
  expect(await getJob(sql, 1, id)).toMatchObject({ bags_completed: people });
  await sql.end();
}, 60_000);
