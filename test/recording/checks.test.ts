import { expect, test } from "bun:test";
import type { Sql } from "../../src/database/database.ts";
import type { Entry } from "../../src/journal/entry.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { rejected, weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";

const journalId = "0192f0c0-0000-7000-8000-0000000000c4";

async function prepared() {
  const { sql } = await testDatabase();
  await sql`insert into journal (id) values (${journalId})`;
  let seq = 0;
  const numbered = (entries: readonly Entry[]) => entries.map((entry) => ({ ...entry, seq: ++seq }));
  return {
    sql,
    record: (...entries: Entry[]) => recordJournaled(sql, journalId, numbered(entries), []),
    again: (...entries: Entry[]) =>
      recordJournaled(
        sql,
        journalId,
        entries.map((entry, index) => ({ ...entry, seq: index + 1 })),
        [],
      ),
  };
}

async function asked(sql: Sql, changes: object = {}): Promise<string> {
  const uid = Bun.randomUUIDv7();
  const request = {
    uid,
    plant_id: 1,
    scale_id: 1,
    station: "Station 1",
    kind: "weight",
    weight_name: "50 lb",
    weight: "50",
    unit: "lb",
    division: "0.02",
    division_unit: "lb",
    class: "hb44-iii",
    allowed: "0.06",
    weighings: 1,
    asked_by: "operator",
    asked_at: new Date(),
    expires_at: new Date(),
    ...changes,
  };
  await sql`insert into scale_check_request ${sql(request)}`;
  return uid;
}

function check(uid: string, weight: string): Entry {
  return rejected({ scale: 1, reason: "check", ofUid: uid, print: { weight, unit: "lb" } });
}

test("a check that PostgreSQL does not know stays a rejected frame, and the bags around it are recorded", async () => {
  const { sql, record } = await prepared();
  const batch = await record(weighed(), check(Bun.randomUUIDv7(), "50.02"), weighed());
  expect(batch?.bags.flatMap(({ ids }) => ids)).toHaveLength(2);
  expect(batch?.rejectedIds).toHaveLength(1);
  expect(await sql`select from scale_check`).toHaveLength(0);
  expect((await sql`select reason, follows_bag_uid from rejected_frame`)[0]).toEqual({
    reason: "check",
    follows_bag_uid: null,
  });
});

test("the prints of a check may come in several batches; a batch that comes again changes nothing", async () => {
  const { sql, record, again } = await prepared();
  const uid = await asked(sql, { kind: "repeatability", weight_name: "", weight: "45", weighings: 4 });
  const first = [check(uid, "50.00"), check(uid, "50.02")];
  await record(...first);
  expect(await sql`select from scale_check`).toHaveLength(0);
  expect(await again(...first)).toBeNull();
  await record(check(uid, "50.00"), weighed(), check(uid, "50.02"));
  // s = 0.011547 lb.
  expect(
    await sql`select shown::text[], trim_scale(deviation) as deviation, passes from scale_check`,
  ).toEqual(
    expect.objectContaining({
      0: { shown: ["50.00", "50.02", "50.00", "50.02"], deviation: "0.011547", passes: true },
    }),
  );
  expect((await sql`select state from scale_check_request`)[0]).toEqual({ state: "done" });
});

test("a check that its class knows no tolerance for holds up no bag", async () => {
  const { sql, record } = await prepared();
  // 50,000 divisions: class III in Europe ends at 10,000.
  const uid = await asked(sql, { class: "eu-iii", division: "0.001" });
  const batch = await record(check(uid, "50.000"), weighed());
  expect(batch?.bags).toHaveLength(1);
  expect(await sql`select from scale_check`).toHaveLength(0);
});
