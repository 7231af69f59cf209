import { createDatabase } from "../../../src/database/database.ts";
import type { Sql, Transaction } from "../../../src/database/types.ts";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { type Head, readHead } from "../../../src/records/chain/link.ts";
import { type Verified, verifyChain } from "../../../src/records/chain/verify.ts";
import { changeJob } from "../../../src/records/jobs/job-change.ts";
import { planJob, removeJob } from "../../../src/records/jobs/queue.ts";
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
 * One of everything that has links: job 1 with a change, a lot, a void and one that was taken back, job 2 planned and job 3 planned
 * and removed, and a bag that a person gave to job 1.
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
  await planJob(sql, newJob({ station: "Station 2" }), at(76));
  const removed = await planJob(sql, newJob({ station: "Station 2" }), at(77));
  if (removed.ok) await removeJob(sql, removed.job.id, at(78));
  return { voided: first.id, assigned: loose.id };
}
