import { z } from "zod";
import { createSecretHider } from "../logging/known-secrets.ts";
import { redactText } from "../logging/redact.ts";
import { type Line, passed, type Subject } from "./check.ts";
import { checks } from "./checks.ts";
import { makeChecks } from "./make-checks.ts";
import { hiddenIn } from "./phrase.ts";
import { saidSchema } from "./said.ts";

/** What one check found, for people. */
export const findingSchema = z.object({
  check: z.string(),
  ok: z.boolean(),
  what: z.string(),
  remedy: z.string().nullable().describe("What to do about it; null where nothing is to be done."),
  said: saidSchema.describe("The same by codes and values, for pages in other languages."),
});
export type BoardFinding = z.output<typeof findingSchema>;

/** Settled where somebody could ask: the appliance answers, and asks itself. */
const settled: readonly Line[] = ["appliance", "admin token", "data folder"].map((name) => ({
  name,
  ...passed("asked from inside"),
}));

/**
 * The doctor's checks that the appliance can make itself: the same checks, in the same words. Those that make no sense now
 * (what cannot be told while the database is away, what is not configured) are left out.
 */
export async function findFromInside(subject: Subject): Promise<BoardFinding[]> {
  const inside = checks.filter((check) => check.inside !== undefined);
  const hide = createSecretHider(subject.config);
  const lines = await makeChecks(inside, subject, settled);
  return lines.flatMap(({ name, state, detail, remedy, said }) =>
    said === undefined
      ? []
      : [
          {
            check: name,
            ok: state === "passed",
            what: hide(redactText(detail)),
            remedy,
            said: hiddenIn(said, hide),
          },
        ],
  );
}
