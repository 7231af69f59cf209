import { z } from "zod";
import type { Executor, Sql } from "../../database/types.ts";
import type { Language } from "../../weighing/bag-words.ts";
import { neighbour, type Period, type PeriodKind, periodAt } from "../reports/period.ts";
import type { Calendar } from "../shifts/calendar.ts";

/** Bags that were weighed at the very end are recorded by then. */
const graceMs = 120_000;
/** Longer than an attempt takes: what an appliance took and did not finish, because it was ended, is tried again then. */
const leaseMs = 600_000;
const retryMinMs = 60_000;
const retryMaxMs = 3_600_000;
/** Then it is given up: who waits for it has asked by then. */
const giveUpMs = 3 * 86_400_000;
const errorLengthMax = 500;

/** A mail that is to be sent now. */
export interface DueMail {
  readonly id: number;
  readonly kind: Exclude<PeriodKind, "range">;
  readonly shift: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly recipients: readonly string[];
  readonly language: Language;
  readonly unit: "lb" | "kg";
  /** With this one. */
  readonly attempts: number;
}

interface Subscription {
  readonly id: number;
  readonly period: DueMail["kind"];
  readonly shift: string | null;
  readonly created_at: Date;
}

/**
 * Notes what is to be sent: of each subscription the period that was over last, once. What was over while no appliance ran is
 * sent when one runs again, but only the last of it.
 */
export async function noteDueMails(sql: Sql, plant: number, calendar: Calendar, now: number): Promise<void> {
  const subscriptions = await sql<Subscription[]>`
    select id, period, shift, created_at from report_mail where plant_id = ${plant}`;
  for (const { id, period: kind, shift, created_at: since } of subscriptions) {
    const period = lastOver(calendar, kind, shift, now - graceMs);
    if (period === null || period.to <= since.getTime()) continue;
    await sql`
      insert into report_mail_sent (report_mail_id, period_from, period_to, shift, next_attempt_at)
      values (${id}, ${new Date(period.from)}, ${new Date(period.to)}, ${period.shift}, ${new Date(now)})
      on conflict do nothing`;
  }
}

/** The period of a kind that was over last. */
function lastOver(
  calendar: Calendar,
  kind: DueMail["kind"],
  shift: string | null,
  at: number,
): Period | null {
  let period = periodAt(calendar, kind, at);
  // A shift comes back within a week, if at all.
  for (let steps = 0; period !== null && steps <= 21 * calendar.shifts.length + 1; steps++) {
    if (period.to <= at && (shift === null || period.shift === shift)) return period;
    period = neighbour(calendar, period, -1);
  }
  return null;
}

/** Takes the one that is due for longest; another appliance does not get it before the lease is over. */
export async function takeDueMail(sql: Sql, plant: number, now: number): Promise<DueMail | null> {
  const [due] = await sql<DueMail[]>`
    with taken as (
      select s.report_mail_id, s.period_from
      from report_mail_sent s
      join report_mail m on m.id = s.report_mail_id
      where m.plant_id = ${plant} and s.next_attempt_at <= ${new Date(now)}
      order by s.next_attempt_at
      limit 1
      for update of s skip locked
    )
    update report_mail_sent s
    set attempts = s.attempts + 1, next_attempt_at = ${new Date(now + leaseMs)}
    from taken t
    join report_mail m on m.id = t.report_mail_id
    where s.report_mail_id = t.report_mail_id and s.period_from = t.period_from
    returning
      m.id, m.period as kind, s.shift, s.period_from as "from", s.period_to as "to", m.recipients, m.language, m.unit,
      s.attempts`;
  return due ?? null;
}

export async function noteSent(sql: Sql, { id, from }: DueMail, now: number): Promise<void> {
  await sql`
    update report_mail_sent
    set sent_at = ${new Date(now)}, next_attempt_at = null, last_error = null
    where report_mail_id = ${id} and period_from = ${from}`;
}

/** Plans the next attempt: after a minute, then after twice as long each time, up to an hour; for three days. */
export async function noteFailed(
  sql: Sql,
  { id, from, to, attempts }: DueMail,
  why: string,
  now: number,
): Promise<void> {
  const waitMs = Math.min(retryMinMs * 2 ** (attempts - 1), retryMaxMs);
  const next = now - to.getTime() > giveUpMs ? null : new Date(now + waitMs);
  await sql`
    update report_mail_sent
    set next_attempt_at = ${next}, last_error = ${why.slice(0, errorLengthMax)}
    where report_mail_id = ${id} and period_from = ${from}`;
}

/** Mails that could not be sent so far, or were given up in the last week. */
export const unsentMailsSchema = z.object({
  mails: z.int(),
  recipients: z.array(z.string()).describe("Of the last one."),
  error: z.string().describe("Of the last one."),
});
export type UnsentMails = z.output<typeof unsentMailsSchema>;

/** null: none. */
export async function findUnsent(sql: Executor, plant: number, now: number): Promise<UnsentMails | null> {
  const [found] = await sql<{ mails: number; recipients: string[] | null; error: string | null }[]>`
    select
      count(*)::integer as mails,
      (array_agg(s.last_error order by s.period_to desc))[1] as error,
      (select m.recipients from report_mail m where m.id = (array_agg(s.report_mail_id order by s.period_to desc))[1])
        as recipients
    from report_mail_sent s
    join report_mail m on m.id = s.report_mail_id
    where m.plant_id = ${plant} and s.sent_at is null and s.last_error is not null
      and s.period_to > ${new Date(now - giveUpMs - 7 * 86_400_000)}`;
  if (found === undefined || found.mails === 0) return null;
  return { mails: found.mails, recipients: found.recipients ?? [], error: found.error ?? "" };
}
