import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import { unsentMailsSchema } from "../../../src/records/report-mails/mail-queue.ts";
import { createReportMailer, type ReportMailer } from "../../../src/records/report-mails/report-mailer.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { freePort } from "../../support/free-port.ts";
import { json, testApp } from "../../support/http.ts";
import { type MailSink, startMailSink } from "../../support/mail-sink.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The night shift ends at 06:00, which is 10:00 UTC. */
const shiftEnds = Date.parse("2025-06-01T10:00:00Z");

let now = operator.at;
let app: Awaited<ReturnType<typeof testApp>>;
const running: ReportMailer[] = [];
beforeAll(async () => {
  app = await testApp({ clock: { now: () => now, sleep: systemClock.sleep } });
  await app.request("PUT", "/api/shifts", {
    body: {
      time_zone: "America/New_York",
      day_starts: "06:00",
      week_starts: 1,
      standstill_minutes: 10,
      currency: "USD",
      shifts: [
        { name: "Day", starts: "06:00", ends: "22:00", days: [1, 2, 3, 4, 5, 6, 7] },
        { name: "Night", starts: "22:00", ends: "06:00", days: [1, 2, 3, 4, 5, 6, 7] },
      ],
    },
  });
});
beforeEach(async () => {
  now = operator.at;
  await emptyTables(app.sql);
  await app.sql`truncate report_mail, report_mail_sent`;
});
afterEach(async () => {
  for (const mailer of running.splice(0)) await mailer.stop();
});
afterAll(() => app.stop());

/** The part of an appliance that sends to this port; it looks 50 times a second. */
function mailer(port: number): ReportMailer {
  const made = createReportMailer({
    config: {
      host: "127.0.0.1",
      port,
      user: null,
      password: null,
      tls: false,
      from: "prepuff@plant.example",
    },
    database: app.parts.database,
    plant: { id: 1 },
    clock: { now: () => now, sleep: (_ms, signal) => systemClock.sleep(20, signal) },
    logger: silentLogger,
  });
  running.push(made);
  made.start();
  return made;
}

async function subscribe(changes: object = {}): Promise<void> {
  const answer = await app.request("POST", "/api/report-mails", {
    body: { period: "shift", shift: "Night", recipients: ["manager@plant.example"], ...changes },
  });
  expect(answer.status).toBe(201);
}

async function weigh(): Promise<void> {
  await startedJob(app.sql);
  for (const [index, weight] of ["51.00", "50.50", "44.00"].entries()) {
    await recordedBag(app.sql, { weight, receivedAt: operator.at + index * minuteMs });
  }
}

const listed = z.object({ unsent: unsentMailsSchema.nullable() });
const unsent = async () => (await json(await app.request("GET", "/api/report-mails"), listed)).unsent;

/** Long enough for a mailer to look several times. */
const aWhile = () => Bun.sleep(300);

test("a shift's report goes to whom it concerns when the shift is over, once, by however many appliances", async () => {
  await using sink: MailSink = await startMailSink();
  await weigh();
  await subscribe({ recipients: ["manager@plant.example", "owner@plant.example"] });
  mailer(sink.port);
  mailer(sink.port);
  now = shiftEnds + minuteMs;
  await aWhile();
  expect(sink.messages).toEqual([]);
  now = shiftEnds + 3 * minuteMs;
  await until("the mail is there", () => sink.messages.length > 0);
  await aWhile();
  expect(sink.messages).toHaveLength(1);
  expect(sink.messages[0]).toMatchObject({
    from: "prepuff@plant.example",
    to: ["manager@plant.example", "owner@plant.example"],
    subject: "Shift Night 2025-05-31: 66.7 % in tolerance, Giveaway -4.50 lb",
    hasHtml: true,
  });
  expect(sink.messages[0]?.text).toContain("Station 1  3");
  // After a restart it is not sent again; the next night is.
  for (const each of running.splice(0)) await each.stop();
  mailer(sink.port);
  await aWhile();
  expect(sink.messages).toHaveLength(1);
  now += 24 * hourMs;
  await until("the next one is there", () => sink.messages.length === 2);
  expect(sink.messages[1]?.subject).toBe("Shift Night 2025-06-01: no bags");
});

test("a mail that cannot be sent is a finding, is tried again also after a restart, and is sent once", async () => {
  await weigh();
  await subscribe({ period: "day", shift: null, language: "es", unit: "kg" });
  const port = freePort();
  const first = mailer(port);
  now = Date.parse("2025-06-01T10:05:00Z");
  await until("an attempt failed", async () => (await unsent()) !== null);
  expect(await unsent()).toMatchObject({
    mails: 1,
    recipients: ["manager@plant.example"],
    error: expect.stringMatching(/ECONNREFUSED|connect/i),
  });
  await first.stop();
  const [row] = await app.sql<{ attempts: number; waits: number }[]>`
    select attempts, extract(epoch from next_attempt_at - ${new Date(now)})::integer as waits from report_mail_sent`;
  expect(row).toEqual({ attempts: 1, waits: 60 });
  await using sink = await startMailSink();
  mailer(sink.port);
  await aWhile();
  expect(sink.messages).toEqual([]);
  now += 2 * minuteMs;
  await until("the mail is there", () => sink.messages.length === 1);
  expect(sink.messages[0]?.subject).toStartWith(
    "Día 2025-05-31: 66,7 % en tolerancia, Exceso entregado -2,04 kg",
  );
  await until("it is no finding any more", async () => (await unsent()) === null);
  await aWhile();
  expect(sink.messages).toHaveLength(1);
});

test("nothing is sent of what was over before somebody asked for it", async () => {
  await using sink = await startMailSink();
  now = shiftEnds + hourMs;
  await subscribe();
  mailer(sink.port);
  await aWhile();
  expect(sink.messages).toEqual([]);
});

test.each([
  [{ recipients: [] }, "recipients"],
  [{ recipients: ["no address"] }, "recipients.0"],
  [{ period: "range" }, "period"],
])("%p is refused", async (changes, field) => {
  const answer = await app.request("POST", "/api/report-mails", {
    body: { period: "day", recipients: ["a@b.example"], ...changes },
  });
  expect(answer.status).toBe(422);
  expect(await json(answer)).toMatchObject({ errors: [{ field }] });
});
