import { Elysia, status } from "elysia";
import { z } from "zod";
import { readOnly } from "../../database/read-only.ts";
import { findUnsent, unsentMailsSchema } from "../../records/report-mails/mail-queue.ts";
import {
  addReportMail,
  listReportMails,
  newReportMailSchema,
  removeReportMail,
  reportMailSchema,
} from "../../records/report-mails/subscriptions.ts";
import { conflict, notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { smallIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";

const listSchema = z.object({
  items: z.array(reportMailSchema),
  unsent: unsentMailsSchema.nullable().describe("What could not be sent; null: nothing."),
  can_send: z.boolean().describe("A mail server is configured (PREPUFF_ALERT_SMTP_HOST)."),
});

/** Reports by mail: who gets which. */
export function reportMailsController(
  services: Pick<Services, "config" | "database" | "plant" | "clock">,
  auth: Auth,
) {
  const { config, database, plant, clock } = services;
  const list = () => readOnly(database, (tx) => listReportMails(tx, plant.id));
  return new Elysia({ name: "report mails", tags: ["reports"] })
    .use(auth)
    .get(
      "/api/report-mails",
      () =>
        readOnly(database, async (tx) => ({
          items: await listReportMails(tx, plant.id),
          unsent: await findUnsent(tx, plant.id, clock.now()),
          can_send: config.mail !== null,
        })),
      {
        role: "admin",
        response: { 200: listSchema, ...problems(503) },
        detail: { summary: "Who gets which report by mail, and how that went" },
      },
    )
    .post(
      "/api/report-mails",
      async ({ body, actor }) => {
        const by = { actor, plant: plant.id, at: clock.now() };
        const added = await database.run((sql) => addReportMail(sql, body, by));
        if (!added.ok) {
          throw conflict("too_many_report_mails", `there are ${added.max} already: end those not used`);
        }
        const made = (await list()).find(({ id }) => id === added.id);
        if (made === undefined) throw new Error("the mail just added is not there");
        return status(201, made);
      },
      {
        role: "admin",
        body: checked("body", newReportMailSchema),
        response: { 201: reportMailSchema, ...problems(409, 503) },
        detail: {
          summary: "Send a report by mail, each time that its period is over",
          description:
            "Two minutes after the end, with the workbook attached. A mail that cannot be sent is tried again for three days, and is a finding. 409 `too_many_report_mails`.",
        },
      },
    )
    .delete(
      "/api/report-mails/:id",
      async ({ params: { id }, actor }) => {
        const by = { actor, plant: plant.id, at: clock.now() };
        if (!(await database.run((sql) => removeReportMail(sql, id, by)))) {
          throw notFound(`there is no report by mail ${id}`);
        }
        return status(204, undefined);
      },
      {
        role: "admin",
        params: checked("params", z.object({ id: smallIdSchema })),
        response: {
          204: z.undefined().describe("It is ended; what waits to be sent of it is not sent."),
          ...problems(404, 503),
        },
        detail: { summary: "End a report by mail" },
      },
    );
}
