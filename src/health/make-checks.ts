import { type Check, failed, type Line, type Subject, skipped, wordsOf } from "./check.ts";
import { amiss, phrase } from "./phrase.ts";

/**
 * Makes the checks, one after the other. Takes as long as what does not answer; each wait has its bound.
 *
 * @param known lines that are settled already; checks may need them.
 * @returns the new lines.
 */
export async function makeChecks(
  checks: readonly Check[],
  subject: Subject,
  known: readonly Line[],
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const check of checks) lines.push(...(await make(check, subject, [...known, ...lines])));
  return lines;
}

async function make(check: Check, subject: Subject, before: readonly Line[]): Promise<Line[]> {
  const { name } = check;
  const stateOf = (wanted: string) => before.find((line) => line.name === wanted)?.state;
  const lacking = check.needs?.find((wanted) => stateOf(wanted) !== "passed");
  if (lacking !== undefined) return [{ name, ...skipped(whyNot(lacking, before)) }];
  if (check.unless !== undefined && stateOf(check.unless) === "passed") {
    return [{ name, ...skipped(`the line "${check.unless}" says more`) }];
  }
  try {
    const found = await check.run(subject);
    return "state" in found ? [{ name, ...found }] : [...found];
  } catch (error) {
    const words = wordsOf(error);
    if (check.inside === undefined) {
      return [{ name, ...failed(`could not be checked (${words})`, "Run prepuff doctor again") }];
    }
    return [
      amiss({ code: check.inside, values: {} }, [phrase("unchecked", { error: words })], phrase("do_again")),
    ];
  }
}

/** What was skipped itself has a reason that holds here too. */
function whyNot(lacking: string, before: readonly Line[]): string {
  const line = before.find(({ name }) => name === lacking);
  return line?.state === "skipped" ? line.detail : `cannot be told while "${lacking}" fails`;
}
