import { errorMessageWithCode } from "../runtime/error-message.ts";
import {
  type Check,
  failed,
  type InsideCheck,
  type Line,
  type OutsideSubject,
  passed,
  type Subject,
  skipped,
} from "./check.ts";
import { lineOf, phrase } from "./phrase.ts";

/** From inside: the conditions for asking an appliance are met when it asks itself. */
const settled: readonly Line[] = ["appliance", "admin token", "data folder"].map((name) =>
  lineOf(name, passed("asked from inside")),
);

/** Makes the checks that the appliance can make itself, one after the other. */
export function makeInside(checks: readonly Check[], subject: Subject): Promise<Line[]> {
  const inside = checks.filter((check) => check.inside !== undefined);
  return makeEach(inside, (check) => check.run(subject), settled);
}

/** Makes every check, one after the other. Each wait has a time limit. */
export function makeAll(checks: readonly Check[], subject: OutsideSubject): Promise<Line[]> {
  return makeEach(checks, (check) => check.run(subject), []);
}

async function makeEach<C extends Check>(
  checks: readonly C[],
  run: (check: C) => ReturnType<Check["run"]>,
  known: readonly Line[],
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const check of checks) lines.push(...(await make(check, () => run(check), [...known, ...lines])));
  return lines;
}

async function make(
  check: Check,
  run: () => ReturnType<Check["run"]>,
  before: readonly Line[],
): Promise<Line[]> {
  const stateOf = (wanted: string) => before.find((line) => line.name === wanted)?.state;
  const lacking = check.needs?.find((wanted) => stateOf(wanted) !== "passed");
  if (lacking !== undefined) return [lineOf(check.name, skipped(whyNot(lacking, before)))];
  if (check.unless !== undefined && stateOf(check.unless) === "passed") {
    return [lineOf(check.name, skipped(`the line "${check.unless}" says more`))];
  }
  const thing = check.inside === undefined ? check.name : { code: check.inside, values: {} };
  try {
    const found = await run();
    return ("state" in found ? [found] : found).map((finding) => lineOf(finding.about ?? thing, finding));
  } catch (error) {
    return [lineOf(thing, unchecked(check, errorMessageWithCode(error)))];
  }
}

function unchecked({ inside }: Pick<InsideCheck, "inside"> | Check, error: string) {
  return inside === undefined
    ? failed(`could not be checked (${error})`, "Run prepuff doctor again")
    : failed(phrase("unchecked", { error }), phrase("do_again"));
}

/** The reason for which that check was skipped applies here too. */
function whyNot(lacking: string, before: readonly Line[]): string {
  const line = before.find(({ name }) => name === lacking);
  return line?.state === "skipped" ? line.detail : `cannot be told while "${lacking}" fails`;
}
