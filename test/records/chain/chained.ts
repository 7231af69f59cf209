import { createDatabase } from "../../../src/database/database.ts";
import type { Sql, Transaction } from "../../../src/database/types.ts";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { type Head, readHead } from "../../../src/records/chain/link.ts";
import { type Verified, verifyChain } from "../../../src/records/chain/verify.ts";
import { changeJob } from "../../../src/records/jobs/job-change.ts";
import { completeJob } from "../../../src/records/jobs/jobs.ts";
import { planJob, removeJob } from "../../../src/records/jobs/queue.ts";
import { releaseJob } from "../../../src/records/releases/releases.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { newJob, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

/** A way to the database as the appliance's own, for what reads in transactions of its own. */
export async function openDatabase(url: string) {
  const database = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
  return database;
}

type Opened = Awaited<ReturnType<typeof openDatabase>>;

/** The whole verification. */
export function verified(database: Opened, head: Head | null = null, plant = 1): Promise<Verified> {
  return verifyChain(database.people, plant, { after: null, head, isOver: () => false });
}

/** The same in as many requests as it can be cut into. */
export async function verifiedInParts(
  database: Opened,
): Promise<{ checked: number; faults: Verified["faults"]; parts: number }> {
  let after: Head | null = null;
  const all = { checked: 0, faults: [] as Verified["faults"], parts: 0 };
  for (;;) {
    const part: Verified = await verifyChain(database.people, 1, {
      after,
      head: null,
      isOver: () => true,
    });
    all.checked += part.checked;
    all.faults.push(...part.faults);
    all.parts++;
    if (part.next === null) return all;
    after = readHead(part.next);
  }
}

/** Does it past the triggers, as somebody who may do everything in the database. */
export function pastTriggers(sql: Sql, work: (tx: Transaction) => Promise<unknown>): Promise<unknown> {
  return sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await work(tx);
  });
}

/**
 * One of everything that has links: job 1 with a change, a lot, a void, one that was taken back and a bag that a person gave to it,
 * job 2 with a bag, completed and released, a check of a scale, job 3 planned, and job 4 planned and removed.
 */
export async function history(sql: Sql): Promise<{ readonly voided: number; readonly assigned: number }> {
  const at = (minutes: number) => ({ ...operator, at: operator.at + minutes * 60_000 });
  const loose = await recordedBag(sql, { receivedAt: operator.at - 60_000 });
  const { id } = await startedJob(sql, { lot: "A 1", note: "for pots" });
  const [first, second] = [await recordedBag(sql), await recordedBag(sql)];
  await changeJob(sql, id, { target_weight: "51.5", reason: "the customer called" }, at(70));
  await changeJob(sql, id, { lot: "A 2" }, at(71));
  await voidBag(sql, first.id, { code: "torn", reason: "a hole" }, at(72));
  await voidBag(sql, second.id, { code: "torn", reason: null }, at(73));
  await unvoidBag(sql, second.id, at(74));
  await assignBag(sql, loose.id, id, at(75));
  const done = await startedJob(sql, { station: "Station 3" });
  await recordedBag(sql, { station: "Station 3" });
  await completeJob(sql, done.id, at(76));
  await releaseJob(sql, done.id, { meaning: "reviewed" }, { ...at(76), person: await madePerson(sql) });
  await checkedScale(sql);
  await planJob(sql, newJob({ station: "Station 2" }), at(77));
  const removed = await planJob(sql, newJob({ station: "Station 2" }), at(77));
  if (removed.ok) await removeJob(sql, removed.job.id, at(78));
  return { voided: first.id, assigned: loose.id };
}

/** Somebody who may release a job; each call makes another one. */
export async function madePerson(sql: Sql): Promise<{ readonly id: number; readonly name: string }> {
  const name = `Ann ${Bun.randomUUIDv7()}`;
  const [person] = await sql<{ id: number }[]>`
    insert into person (plant_id, name, pin_hash, pin_set_at, created_at, created_by)
    values (1, ${name}, 'none', now(), now(), 'test')
    returning id`;
  return { id: person?.id ?? 0, name };
}

/** A check that passed, as recording writes it. */
async function checkedScale(sql: Sql): Promise<void> {
  await sql`
    with request as (
      insert into scale_check_request (
        uid, plant_id, scale_id, station, kind, weight_name, weight, unit, division, division_unit, class, allowed, weighings,
        asked_by, asked_at, expires_at
      )
      values (
        gen_random_uuid(), 1, 1, 'Station 1', 'weight', '50 lb', 50, 'lb', 0.02, 'lb', 'hb44-iii', 0.06, 1, 'operator', now(), now()
      )
      returning *
    )
    insert into scale_check (
      plant_id, scale_id, station, request_uid, kind, weight_name, weight, unit, division, division_unit, class, shown, shown_units,
      error, allowed, passes, checked_at, asked_by
    )
    select
      plant_id, scale_id, station, uid, kind, weight_name, weight, unit, division, division_unit, class, array[50.02], array['lb'],
      0.02, 0.06, true, now(), asked_by
    from request`;
}
