import { ConfigError, faultLine } from "../../config/fault.ts";
import { type Loaded, loadConfig } from "../../config/load.ts";
import { type Finding, failed, type Line, type OutsideSubject, passed, skipped } from "../../health/check.ts";
import { checks } from "../../health/checks.ts";
import { makeAll } from "../../health/make-checks.ts";
import { lineOf } from "../../health/phrase.ts";
import { createTextHider } from "../../logging/known-secrets.ts";
import { redactText } from "../../logging/redact.ts";
import { systemClock } from "../../runtime/clock.ts";
import { errorMessageWithCode } from "../../runtime/error-message.ts";
import type { Io } from "../io.ts";
import { createApplianceApi } from "./appliance-api.ts";
import { createRemoteFacts } from "./remote-facts.ts";

type ReportLine = Omit<Line, "said">;

export interface Report {
  /** No check failed. */
  readonly ok: boolean;
  readonly checked_at: string;
  readonly checks: readonly ReportLine[];
}

/** Makes every check, one after the other. Each wait has a time limit. */
export async function examine(io: Io): Promise<Report> {
  const lines: Line[] = [];
  const checkedAt = new Date(systemClock.now()).toISOString();
  let hide = redactText;
  const report = () => ({
    ok: lines.every(({ state }) => state !== "failed"),
    checked_at: checkedAt,
    checks: lines.map(({ said: _, ...line }) => ({ ...line, detail: hide(line.detail) })),
  });

  let loaded: Loaded;
  try {
    loaded = loadConfig({ env: io.env, cwd: io.cwd });
  } catch (error) {
    lines.push(...configurationFaults(error).map((fault) => lineOf("configuration", fault)));
    lines.push(...checks.map(({ name }) => lineOf(name, skipped("needs a valid configuration"))));
    return report();
  }
  const { config, warnings } = loaded;
  hide = createTextHider(config);
  lines.push(lineOf("configuration", passed(["valid", ...warnings].join("; "))));

  const api = createApplianceApi(io, config);
  const subject: OutsideSubject = {
    config,
    env: io.env,
    clock: systemClock,
    facts: createRemoteFacts(api, systemClock),
    status: {
      live: async () => (await api.ask("/health/live")).status,
      asAdmin: async () => (await api.ask("/api/connections")).status,
    },
    clocks: new Map(),
  };
  lines.push(...(await makeAll(checks, subject)));
  return report();
}

function configurationFaults(error: unknown): Finding[] {
  const texts = error instanceof ConfigError ? error.faults.map(faultLine) : [errorMessageWithCode(error)];
  return texts.map((text) =>
    failed(
      text,
      "Correct it where you set it; prepuff config --list shows every variable. The appliance does not start with it",
    ),
  );
}
