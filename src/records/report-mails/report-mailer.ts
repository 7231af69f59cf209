import type { MailConfig } from "../../config/config.ts";
import type { DatabaseAccess } from "../../database/database.ts";
import type { Plant } from "../../database/plant.ts";
import { readOnly } from "../../database/read-only.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type Repeated, repeat } from "../../runtime/repeat.ts";
import type { Reader } from "../exports/reader.ts";
import { reportFile } from "../exports/report-rows.ts";
import type { Period } from "../reports/period.ts";
import { readReport } from "../reports/report.ts";
import type { Calendar } from "../shifts/calendar.ts";
import { readCalendar } from "../shifts/calendar-rows.ts";
import { reportMessage } from "./mail-message.ts";
import { type DueMail, noteDueMails, noteFailed, noteSent, takeDueMail } from "./mail-queue.ts";
import { type OutgoingMail, sendMail } from "./mail-server.ts";

const lookEveryMs = 30_000;
/** Of more the workbook is too large for a mail; it is on the page Reports. */
const attachedBagsMax = 50_000;

/** Sends reports by mail when their time is over. What is to be sent is kept in the database, so that a restart loses none. */
export interface ReportMailer extends Pick<Repeated, "start" | "stop" | "wake"> {}

export function createReportMailer(parts: {
  /** null: no mail server is configured, and nothing is sent. */
  readonly config: MailConfig | null;
  /** The connections for requests: a report that takes long must not look like an outage to recording. */
  readonly database: DatabaseAccess;
  readonly plant: Pick<Plant, "id">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly send?: (config: MailConfig, mail: OutgoingMail) => Promise<void>;
}): ReportMailer {
  const { config, database, plant, clock, logger, send = sendMail } = parts;

  async function sendDue(mails: MailConfig): Promise<void> {
    if (!database.up) return;
    const { id } = plant;
    const calendar = await database.run((sql) => readCalendar(sql, id));
    await database.run((sql) => noteDueMails(sql, id, calendar, clock.now()));
    for (;;) {
      const due = await database.run((sql) => takeDueMail(sql, id, clock.now()));
      if (due === null) return;
      const failure = await attempt(mails, due, calendar);
      await database.run((sql) =>
        failure === null ? noteSent(sql, due, clock.now()) : noteFailed(sql, due, failure, clock.now()),
      );
      if (failure === null)
        logger.info({ report: due.kind, to: due.recipients }, "a report was sent by mail");
      else
        logger.warn({ report: due.kind, error: failure }, "a report could not be sent by mail, trying again");
    }
  }

  /** @returns why it failed; null: it was sent. */
  async function attempt(mails: MailConfig, due: DueMail, calendar: Calendar): Promise<string | null> {
    try {
      await send(mails, await mailOf(due, calendar));
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function mailOf(due: DueMail, calendar: Calendar): Promise<OutgoingMail> {
    const period: Period = {
      kind: due.kind,
      shift: due.shift,
      date: dateOf(due, calendar),
      from: due.from.getTime(),
      to: due.to.getTime(),
    };
    const report = await readOnly(database, (tx) =>
      readReport(tx, plant.id, calendar, period, { group: "station", now: clock.now() }),
    );
    const reader: Reader = { locale: due.language, unit: due.unit, timeZone: calendar.time_zone };
    const { bags, voided } = report.totals;
    const isSmall = bags + voided <= attachedBagsMax;
    // Only a plant that sends mails waits for its code.
    const { reportWorkbook } = await import("../exports/report-workbook.ts");
    return {
      ...reportMessage(report, reader),
      id: `prepuff-report-${due.id}-${period.from}`,
      to: due.recipients,
      attachment: isSmall
        ? {
            name: reportFile(report, "xlsx"),
            bytes: Buffer.concat(
              await Array.fromAsync(reportWorkbook((work) => database.run(work), plant.id, report, reader)),
            ),
          }
        : null,
    };
  }

  return repeat({
    work: async () => {
      if (config !== null) await sendDue(config);
    },
    everyMs: lookEveryMs,
    clock,
    onError: (error) => logger.debug({ error: String(error) }, "mails were not looked at, trying again"),
  });
}

/** The date that the plant's clock showed when the period began. */
function dateOf({ from }: DueMail, { time_zone: timeZone }: Calendar): string {
  const local = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone);
  return local.toPlainDate().toString();
}
