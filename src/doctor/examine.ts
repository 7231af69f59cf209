import type { Io } from "../cli/io.ts";
import { systemClock } from "../clock.ts";
import { ConfigError, faultLine } from "../config/fault.ts";
import { type Loaded, loadConfig } from "../config/load.ts";
import { redactText } from "../observability/redact.ts";
import { applianceChecks, frameChecks } from "./appliance.ts";
import { createApplianceApi } from "./appliance-api.ts";
import { type Check, failed, type Line, passed, type Subject, skipped, wordsOf } from "./check.ts";
import { clockChecks } from "./clock.ts";
import { databaseChecks } from "./database.ts";
import { deliveryChecks } from "./deliveries.ts";
import { machineChecks } from "./machine.ts";
import { rejectedChecks } from "./rejected.ts";
import { scaleChecks } from "./scales.ts";
import { upstreamChecks } from "./upstream.ts";

export interface Report {
  /** No check failed. */
  readonly ok: boolean;
  readonly checked_at: string;
  readonly checks: readonly Line[];
}

/** Every check in the order of the report, which is the way of a bag; before them comes the configuration. */
export const checks: readonly Check[] = [
  ...applianceChecks,
  ...machineChecks,
  ...scaleChecks,
  ...rejectedChecks,
  ...frameChecks,
  ...databaseChecks,
  ...upstreamChecks,
  ...deliveryChecks,
  ...clockChecks,
];

/** Makes every check, one after the other. Takes as long as what does not answer; each wait has its bound. */
export async function examine(io: Io): Promise<Report> {
  const lines: Line[] = [];
  const checkedAt = new Date(systemClock.now()).toISOString();
  const report = () => ({
    ok: lines.every(({ state }) => state !== "failed"),
    checked_at: checkedAt,
    checks: lines.map((line) => ({ ...line, detail: redactText(line.detail) })),
  });

  let loaded: Loaded;
  try {
    loaded = loadConfig({ env: io.env, cwd: io.cwd });
  } catch (error) {
    lines.push(...configurationFaults(error));
    lines.push(...checks.map(({ name }) => ({ name, ...skipped("needs a valid configuration") })));
    return report();
  }
  const { config, warnings } = loaded;
  lines.push({ name: "configuration", ...passed(["valid", ...warnings].join("; ")) });

  const subject: Subject = {
    config,
    env: io.env,
    clock: systemClock,
    api: createApplianceApi(io, config),
    clocks: new Map(),
  };
  for (const check of checks) lines.push(...(await make(check, subject, lines)));
  return report();
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
    return [{ name, ...failed(`could not be checked (${wordsOf(error)})`, "Run prepuff doctor again") }];
  }
}

/** What was skipped itself has a reason that holds here too. */
function whyNot(lacking: string, before: readonly Line[]): string {
  const line = before.find(({ name }) => name === lacking);
  return line?.state === "skipped" ? line.detail : `cannot be told while "${lacking}" fails`;
}

function configurationFaults(error: unknown): Line[] {
  const texts = error instanceof ConfigError ? error.faults.map(faultLine) : [wordsOf(error)];
  return texts.map((text) => ({
    name: "configuration",
    ...failed(
      text,
      "Correct it where you set it; prepuff config --list shows every variable. The appliance does not start with it",
    ),
  }));
}
