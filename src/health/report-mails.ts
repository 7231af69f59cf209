import { failed, type InsideCheck, passed, type Subject } from "./check.ts";
import { phrase } from "./phrase.ts";

export const reportMailChecks: readonly InsideCheck[] = [
  {
    name: "reports by mail",
    needs: ["appliance", "admin token", "part: database"],
    inside: "report_mails",
    run: reportMails,
  },
];

async function reportMails({ facts }: Subject) {
  const unsent = await facts.unsentMails();
  if (unsent === null) return passed(phrase("mails_sent"));
  const { mails, recipients, error } = unsent;
  return failed(
    phrase("mails_unsent", { mails, recipients: recipients.join(", "), error }),
    phrase("do_mails"),
    "today",
  );
}
