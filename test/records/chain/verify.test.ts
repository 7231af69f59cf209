import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Sql, Transaction } from "../../../src/database/types.ts";
import { readChainHead } from "../../../src/records/chain/head.ts";
import { beforeFirst, chainKinds, readHead } from "../../../src/records/chain/link.ts";
import { readRowTexts } from "../../../src/records/chain/row-texts.ts";
import { emptyTables, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { history, openDatabase, pastTriggers, verified, verifiedInParts } from "./chained.ts";

let sql: Sql;
let database: Awaited<ReturnType<typeof openDatabase>>;
let made: Awaited<ReturnType<typeof history>>;

beforeAll(async () => {
  const { url, sql: own } = await testDatabase();
  sql = own;
  database = await openDatabase(url);
});
beforeEach(async () => {
  await emptyTables(sql);
  made = await history(sql);
});
afterAll(() => database.stop());

const tamper = (work: (tx: Transaction) => Promise<unknown>) => pastTriggers(sql, work);

async function faults() {
  const { faults: found, ok } = await verified(database);
  expect(ok).toBe(found.length === 0);
  return found.map(({ fault, seq, kind, row_id }) => ({ fault, seq, kind, row_id }));
}

/** The newest link of a row. */
async function linkOf(kind: string, row: number): Promise<number> {
  const [link] = await sql<{ seq: number }[]>`
    select max(seq) as seq from record_chain where kind = ${kind} and row_id = ${row}`;
  return link?.seq ?? 0;
}

test("nothing is found where nothing was done, also after changes, voids, take-backs, and a job that was removed", async () => {
  const [counted] = await sql<{ links: number }[]>`select count(*)::int as links from record_chain`;
  const whole = await verified(database);
  expect(whole).toMatchObject({ ok: true, faults: [], next: null, checked: counted?.links });
  expect(whole.head).toBe((await readChainHead(sql, 1)).head);
  expect(Number(counted?.links)).toBeGreaterThan(15);
});

test("in parts it comes to the same", async () => {
  const { checked } = await verified(database);
  const parts = await verifiedInParts(database);
  expect(parts).toMatchObject({ checked, faults: [] });
  expect(parts.parts).toBeGreaterThan(8);
});

test("each digest can be recomputed from the bytes that the documents name", async () => {
  const links = await sql<{ line: string; digest: string; kind: string; row_id: number; content: string }[]>`
    select concat_ws(' ', plant_id, seq, kind, row_id, encode(content, 'hex'),
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as line,
      encode(digest, 'hex') as digest, kind, row_id, encode(content, 'hex') as content
    from record_chain order by seq`;
  let previous = beforeFirst;
  for (const { line, digest } of links) {
    expect(createHash("sha256").update(`${previous} ${line}`).digest("hex")).toBe(digest);
    previous = digest;
  }
  const event = await sql<{ text: string }[]>`select record_text('audit', 1) as text`;
  const first = links.find(({ kind, row_id }) => kind === "audit" && row_id === 1);
  expect(
    createHash("sha256")
      .update(event[0]?.text ?? "")
      .digest("hex"),
  ).toBe(first?.content ?? "");
});

test("the texts that the verification reads are those that the database's own function makes", async () => {
  await sql.begin(async (tx) => {
    await tx`set local timezone = 'UTC'`;
    for (const kind of chainKinds) {
      const rows = await tx<{ id: number; text: string }[]>`
        select distinct row_id as id, record_text(kind, row_id) as text from record_chain
        where kind = ${kind} and record_text(kind, row_id) is not null`;
      expect(rows.length).toBeGreaterThan(0);
      expect(
        await readRowTexts(
          tx,
          kind,
          rows.map(({ id }) => id),
        ),
      ).toEqual(new Map(rows.map(({ id, text }) => [id, text])));
    }
  });
});

const eventColumns = [
  "at = at + interval '1 microsecond'",
  "actor = 'Bob'",
  "action = 'job.plan'",
  "subject = 'job:2'",
  `detail = detail || '{"a": null}'`,
  "before = '{}'",
  "after = null",
  "plant_id = plant_id + 1",
];
for (const change of eventColumns) {
  test(`an event with ${change.split(" ")[0]} changed is named`, async () => {
    await tamper((tx) =>
      tx.unsafe(
        `update audit_event set ${change} where action = 'job.change' and detail->>'reason' is not null`,
      ),
    );
    const [first] = await faults();
    const [event] = await sql<{ id: number }[]>`
      select row_id as id from record_chain where seq = ${first?.seq ?? 0}`;
    expect(first).toMatchObject({ fault: "changed", kind: "audit", row_id: event?.id ?? 0 });
    expect(first?.row_id).toBe(2);
  });
}

test("an event that was deleted is named, and its link with it where that is gone too", async () => {
  await tamper((tx) => tx`delete from audit_event where id = 3`);
  const seq = await linkOf("audit", 3);
  expect(await faults()).toEqual([{ fault: "removed", seq, kind: "audit", row_id: 3 }]);
  await tamper((tx) => tx`delete from record_chain where seq = ${seq}`);
  expect((await verified(database)).faults).toMatchObject([
    { fault: "links_removed", seq, last_seq: seq, kind: null },
  ]);
});

test("a link that was deleted leaves a row without one", async () => {
  const seq = await linkOf("audit", 3);
  await tamper((tx) => tx`delete from record_chain where seq = ${seq}`);
  expect(await faults()).toMatchObject([
    { fault: "links_removed", seq },
    { fault: "put_in", seq: null, kind: "audit", row_id: 3 },
  ]);
});

test("rows that were put in past the triggers are named", async () => {
  await tamper(async (tx) => {
    await tx`insert into audit_event (at, actor, action, subject) values (now(), 'Ann', 'job.start', 'job:1')`;
    await tx`
      insert into prepuff_job (prepuff_company_id, target_weight, tolerance_percent, quantity, station, status, started_at, ended_at)
      values (1, 50, 10, 5, 'Station 9', 'completed', now(), now())`;
    await tx`update filler_bag set voided_at = now(), voided_by = 'Ann' where id = ${made.assigned}`;
  });
  expect(await faults()).toMatchObject([
    { fault: "changed", kind: "bag" },
    { fault: "put_in", seq: null, kind: "audit" },
    { fault: "put_in", seq: null, kind: "job" },
  ]);
});

test("a bag that never had a correction and is void all at once has no link", async () => {
  const [bag] = await sql<{ id: number }[]>`
    insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source)
    values (gen_random_uuid(), 'Station 1', 1, 1, 50, 'lb', 50, now(), 'scale') returning id`;
  await tamper(
    (tx) => tx`update filler_bag set voided_at = now(), voided_by = 'Ann' where id = ${bag?.id ?? 0}`,
  );
  expect(await faults()).toEqual([{ fault: "put_in", seq: null, kind: "bag", row_id: bag?.id ?? 0 }]);
});

test("a job's terms, its history, its lots and its company's name are held by its last link", async () => {
  const changes = [
    "update prepuff_job set target_weight = 49 where id = 1",
    "update prepuff_job set quantity = 99 where id = 1",
    "update job_change set target_weight = 49 where job_id = 1",
    "update job_lot set lot = 'A 3' where lot = 'A 2'",
    "update prepuff_company set name = 'Acme'",
  ];
  for (const change of changes) {
    await emptyTables(sql);
    await history(sql);
    await tamper((tx) => tx.unsafe(change));
    expect((await faults())[0]).toEqual({
      fault: "changed",
      seq: await linkOf("job", 1),
      kind: "job",
      row_id: 1,
    });
  }
});

test("a void that was undone, a weight and an assignment that were changed past the triggers are named", async () => {
  const seq = await linkOf("bag", made.voided);
  await tamper(
    (tx) =>
      tx`update filler_bag set voided_at = null, void_code = null, void_reason = null, voided_by = null`,
  );
  expect((await faults())[0]).toEqual({ fault: "changed", seq, kind: "bag", row_id: made.voided });
  await emptyTables(sql);
  made = await history(sql);
  await tamper((tx) => tx`update filler_bag set bag_num = 9 where id = ${made.assigned}`);
  expect(await faults()).toMatchObject([{ fault: "changed", kind: "bag", row_id: made.assigned }]);
});

test("what is changed by SQL with the triggers in force has a link, and is named because no event tells of it", async () => {
  await sql`update prepuff_job set target_weight = 49 where id = 1`;
  await sql`update filler_bag set weight = 49.5 where id = ${made.assigned}`;
  await sql`delete from filler_bag where id = ${made.voided}`;
  expect(await faults()).toMatchObject([
    { fault: "no_event", kind: "job", row_id: 1 },
    { fault: "no_event", kind: "bag", row_id: made.assigned },
    { fault: "no_event", kind: "bag", row_id: made.voided },
  ]);
});

test("the trail and the chain refuse to be changed", async () => {
  expect(sql`update audit_event set actor = 'Bob'`.execute()).rejects.toThrow("audit_event stays as it is");
  expect(sql`delete from record_chain`.execute()).rejects.toThrow("record_chain stays as it is");
});

test("two events that changed places, two links that did, and a link of another content are named", async () => {
  await tamper(
    (tx) => tx`
    update audit_event e set detail = o.detail, action = o.action
    from audit_event o where (e.id, o.id) in ((2, 3), (3, 2))`,
  );
  expect(await faults()).toMatchObject([
    { fault: "changed", row_id: 2 },
    { fault: "changed", row_id: 3 },
  ]);
  await emptyTables(sql);
  await history(sql);
  await tamper(
    (tx) => tx`
    update record_chain c set row_id = o.row_id, content = o.content
    from record_chain o where (c.seq, o.seq) in ((2, 4), (4, 2)) and c.kind <> 'x'`,
  );
  expect((await faults())[0]).toMatchObject({ fault: "link_changed", seq: 2 });
});

test("part of the chain that was linked anew breaks where it ends", async () => {
  await tamper(async (tx) => {
    await tx`update audit_event set actor = 'Bob' where id = 2`;
    await relink(tx, await linkOf("audit", 2), (await linkOf("audit", 2)) + 3);
  });
  expect(await faults()).toMatchObject([{ fault: "link_changed", seq: (await linkOf("audit", 2)) + 4 }]);
});

test("a chain that was cut off or linked anew to its end is found by a head that was kept elsewhere", async () => {
  const { head } = await readChainHead(sql, 1);
  const kept = readHead(head ?? "");
  expect((await verified(database, kept)).ok).toBe(true);
  expect((await verified(database, { ...kept, digest: kept.digest.slice(0, 16) })).ok).toBe(true);
  await tamper(async (tx) => {
    await tx`update audit_event set actor = 'Bob' where id = 2`;
    await relink(tx, await linkOf("audit", 2), kept.seq);
  });
  // This is what no chain can see by itself.
  expect((await verified(database)).ok).toBe(true);
  expect((await verified(database, kept)).faults).toMatchObject([{ fault: "other_head", seq: kept.seq }]);
  await tamper(async (tx) => {
    await tx`delete from record_chain where seq > ${kept.seq - 3}`;
    await tx`delete from audit_event e where not exists (select from record_chain where kind = 'audit' and row_id = e.id)`;
  });
  expect((await verified(database, kept)).faults.map(({ fault }) => fault)).toEqual(["removed", "cut_off"]);
});

test("a fault says when the link was made, and which event tells of the row", async () => {
  await tamper((tx) => tx`update filler_bag set voided_by = 'Bob' where id = ${made.voided}`);
  const [fault] = (await verified(database)).faults;
  expect(fault).toMatchObject({
    fault: "changed",
    linked_at: expect.stringMatching(/^20/),
    event: {
      actor: "operator",
      action: "bag.void",
      subject: `bag:${made.voided}`,
      at: "2025-06-01T09:12:00.000Z",
    },
  });
});

/** Makes the contents and digests of some links anew, as somebody would who knows how. */
async function relink(tx: Transaction, from: number, through: number): Promise<void> {
  for (let seq = from; seq <= through; seq++) {
    await tx`
      update record_chain c set content = content_digest(record_text(c.kind, c.row_id))
      where c.seq = ${seq} and not exists (
        select from record_chain n where n.kind = c.kind and n.row_id = c.row_id and n.seq > c.seq
      )`;
    await tx`
      update record_chain c
      set digest = sha256(convert_to(link_text(coalesce(
        (select p.digest from record_chain p where p.seq = c.seq - 1), decode(repeat('00', 32), 'hex')), c), 'UTF8'))
      where c.seq = ${seq}`;
  }
}

test("recording a bag adds no link, also where it completes its job", async () => {
  const before = await readChainHead(sql, 1);
  await startedJob(sql, { station: "Station 4", quantity: 2 });
  const started = await readChainHead(sql, 1);
  expect(started).not.toEqual(before);
  for (const _ of [1, 2]) await recordedBag(sql, { station: "Station 4" });
  expect(await readChainHead(sql, 1)).toEqual(started);
});

test("a release and a check of a scale that were changed are named, and bags that a release no longer fits", async () => {
  await tamper(async (tx) => {
    await tx`update job_release set person_name = 'Bob'`;
    await tx`update scale_check set passes = false`;
  });
  expect(await faults()).toMatchObject([
    { fault: "changed", kind: "release", row_id: 1 },
    { fault: "changed", kind: "check" },
  ]);
  await emptyTables(sql);
  await history(sql);
  // A weight that nobody corrected has no link of its own; the release of its job holds it.
  await tamper((tx) => tx`update filler_bag set weight = 49.95 where station = 'Station 3'`);
  expect(await faults()).toMatchObject([{ fault: "bags_changed", kind: "release" }]);
});
