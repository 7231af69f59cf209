import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { textSchema } from "../../runtime/typed-text.ts";
import { languages } from "../../weighing/bag-words.ts";

/** More than a plant sends. */
const mailsMax = 50;

const addressSchema = z.email("must be a mail address such as manager@plant.example").max(254);

/** The request to send a report by mail from now on. */
export const newReportMailSchema = z.strictObject({
  period: z.enum(["shift", "day", "week", "month"]).describe("It is sent when this is over."),
  shift: textSchema(50)
    .nullable()
    .default(null)
    .describe("With `period` shift: of this one alone; null: of each."),
  recipients: z
    .array(addressSchema)
    .min(1)
    .max(20)
    .refine((all) => new Set(all).size === all.length, "must have each address only once"),
  language: z.enum(languages).default("en"),
  unit: z.enum(["lb", "kg"]).default("lb"),
});
export type NewReportMail = z.output<typeof newReportMailSchema>;

export const reportMailSchema = z.object({
  ...newReportMailSchema.shape,
  id: z.int(),
  created_at: z.iso.datetime(),
  last_sent_at: z.iso.datetime().nullable(),
  waiting: z.int().describe("Mails that could not be sent yet, and are tried again."),
  last_error: z.string().nullable().describe("Why the last attempt failed; null: it did not."),
});
export type ReportMail = z.output<typeof reportMailSchema>;

interface Row extends Omit<ReportMail, "created_at" | "last_sent_at"> {
  readonly created_at: Date;
  readonly last_sent_at: Date | null;
}

/** Who gets which report, in the order in which they were added. */
export async function listReportMails(sql: Executor, plant: number): Promise<ReportMail[]> {
  const rows = await sql<Row[]>`
    select
      m.id, m.period, m.shift, m.recipients, m.language, m.unit, m.created_at,
      (select max(s.sent_at) from report_mail_sent s where s.report_mail_id = m.id) as last_sent_at,
      (select count(*)::integer from report_mail_sent s
        where s.report_mail_id = m.id and s.next_attempt_at is not null and s.attempts > 0) as waiting,
      (select s.last_error from report_mail_sent s
        where s.report_mail_id = m.id order by s.period_from desc limit 1) as last_error
    from report_mail m
    where m.plant_id = ${plant}
    order by m.id`;
  return rows.map((row) => ({
    ...row,
    created_at: row.created_at.toISOString(),
    last_sent_at: row.last_sent_at?.toISOString() ?? null,
  }));
}

export type Added = { readonly ok: true; readonly id: number } | { readonly ok: false; readonly max: number };

export async function addReportMail(sql: Sql, mail: NewReportMail, by: Actor): Promise<Added> {
  return sql.begin(async (tx): Promise<Added> => {
    await tx`select from plant where id = ${by.plant} for no key update`;
    const [has] = await tx<{ mails: number }[]>`
      select count(*)::integer as mails from report_mail where plant_id = ${by.plant}`;
    if ((has?.mails ?? 0) >= mailsMax) return { ok: false, max: mailsMax };
    const [made] = await tx<{ id: number }[]>`
      insert into report_mail (plant_id, period, shift, recipients, language, unit, created_at)
      values (
        ${by.plant}, ${mail.period}, ${mail.shift}, ${mail.recipients}::text[], ${mail.language}, ${mail.unit},
        ${new Date(by.at)}
      )
      returning id`;
    if (made === undefined) throw new Error("the mail just added is not there");
    await audit(tx, by, {
      action: "report_mail.create",
      subject: `report_mail:${made.id}`,
      detail: {},
      before: null,
      after: mail,
    });
    return { ok: true, id: made.id };
  });
}

/** @returns whether there was one. What waits to be sent of it is not sent. */
export async function removeReportMail(sql: Sql, id: number, by: Actor): Promise<boolean> {
  return sql.begin(async (tx) => {
    const found = (await listReportMails(tx, by.plant)).find((mail) => mail.id === id);
    if (found === undefined) return false;
    await tx`delete from report_mail where id = ${id} and plant_id = ${by.plant}`;
    const { period, shift, recipients, language, unit } = found;
    await audit(tx, by, {
      action: "report_mail.delete",
      subject: `report_mail:${id}`,
      detail: {},
      before: { period, shift, recipients, language, unit },
      after: null,
    });
    return true;
  });
}
