import { z } from "zod";
import type { Config } from "../config/config.ts";
import { createTextHider } from "../logging/known-secrets.ts";
import type { Clock } from "../runtime/clock.ts";
import { severities } from "./check.ts";
import { checks } from "./checks.ts";
import type { Facts } from "./facts.ts";
import { findingPhrasesSchema } from "./finding-phrases.ts";
import { makeInside } from "./make-checks.ts";
import { hiddenIn } from "./phrase.ts";

/** What one check found, for people. */
export const findingSchema = z.object({
  check: z.string(),
  ok: z.boolean(),
  what: z.string(),
  remedy: z.string().nullable().describe("What to do about it; null where nothing is to be done."),
  severity: z
    .enum(severities)
    .nullable()
    .describe(
      "`stops`: weighing stands, or will; `today`: somebody has to act today; `know`: only to be known. null: it is ok.",
    ),
  said: findingPhrasesSchema.describe("The same by codes and values, for pages in other languages."),
});
export type BoardFinding = z.output<typeof findingSchema>;

export interface Look {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly found: Promise<readonly BoardFinding[]>;
}

/**
 * How long a report is shared by all boards. A board asks again later than this after a change, so that it gets the
 * change.
 */
const keptMs = 2_000;

/**
 * The doctor's checks that the appliance can make itself: the same checks, in the same words. Those that do not apply
 * now (not known while the database is not reachable, not configured) are left out.
 *
 * @param factsNow makes the facts of one report.
 * @returns makes a report, at most every 2 s.
 */
export function createFindings(
  { config, clock }: { readonly config: Config; readonly clock: Pick<Clock, "now"> },
  factsNow: () => Facts,
): () => Look {
  const hide = createTextHider(config);
  let last: Look | null = null;

  async function find(): Promise<BoardFinding[]> {
    const lines = await makeInside(checks, { config, clock, facts: factsNow() });
    return lines.flatMap(({ name, state, detail, remedy, severity, said }) =>
      said === undefined
        ? []
        : [
            {
              check: name,
              ok: state === "passed",
              what: hide(detail),
              remedy,
              severity,
              said: hiddenIn(said, hide),
            },
          ],
    );
  }

  return () => {
    const at = clock.now();
    if (last !== null && Math.abs(at - last.at) < keptMs) return last;
    const found = find();
    found.catch(() => {
      last = null;
    });
    last = { at, found };
    return last;
  };
}
