import { ConfigError, faultLine } from "../../config/fault.ts";
import { type Loaded, loadConfig } from "../../config/load.ts";
import { failed, type Line, passed, type Subject, skipped, wordsOf } from "../../health/check.ts";
import { checks } from "../../health/checks.ts";
import { makeChecks } from "../../health/make-checks.ts";
import { createSecretHider } from "../../logging/known-secrets.ts";
import { redactText } from "../../logging/redact.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { Io } from "../io.ts";
import { createApplianceApi } from "./appliance-api.ts";

type ReportLine = Omit<Line, "said">;

export interface Report {
  /** No check failed. */
  readonly ok: boolean;
  readonly checked_at: string;
  readonly checks: readonly ReportLine[];
}

/** Makes every check, one after the other. Takes as long as what does not answer; each wait has its bound. */
export async function examine(io: Io): Promise<Report> {
  const lines: Line[] = [];
  const checkedAt = new Date(systemClock.now()).toISOString();
  let hide = (text: string) => text;
  const report = () => ({
    ok: lines.every(({ state }) => state !== "failed"),
    checked_at: checkedAt,
    checks: lines.map(({ said: _, ...line }) => ({ ...line, detail: hide(redactText(line.detail)) })),
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
  hide = createSecretHider(config);
  lines.push({ name: "configuration", ...passed(["valid", ...warnings].join("; ")) });

  const subject: Subject = {
    config,
    env: io.env,
    clock: systemClock,
    api: createApplianceApi(io, config),
    clocks: new Map(),
  };
  lines.push(...(await makeChecks(checks, subject, lines)));
  return report();
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
