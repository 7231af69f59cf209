import { z } from "zod";
import { adminTokenPath } from "../config/admin-token.ts";
import { sampleOf, samplesOf } from "./appliance-api.ts";
import { type Check, failed, type Line, passed, type Subject, skipped, wordsOf } from "./check.ts";
import { healthSchema } from "./health-report.ts";
import { amiss, phrase, well } from "./phrase.ts";
import type { Phrase } from "./said.ts";
import { notForwarded } from "./upstream.ts";
import { words } from "./words.ts";

/** The running appliance, as it sees itself. */
export const applianceChecks: readonly Check[] = [
  { name: "appliance", run: answers },
  { name: "parts", needs: ["appliance"], inside: "parts", run: parts },
  { name: "admin token", needs: ["appliance"], run: adminToken },
];

/** Frames on their way through it. */
export const frameChecks: readonly Check[] = [
  { name: "journal", needs: ["appliance", "admin token"], inside: "journal", run: journal },
  { name: "ledger", needs: ["appliance", "admin token"], inside: "ledger", run: ledger },
  {
    name: "refused connections",
    needs: ["appliance", "admin token"],
    inside: "refused_connections",
    run: refusedConnections,
  },
  { name: "open files", needs: ["appliance", "admin token"], inside: "open_files", run: openFiles },
];

async function answers({ api, config }: Subject) {
  const { host, port } = config.http;
  if (port === 0) return skipped("PREPUFF_HTTP_PORT is 0 (any free port), so it cannot be asked");
  const where = `${host}:${port}`;
  const remedy =
    "Start it: prepuff serve, or its service (systemctl status, docker compose ps); its log says why it ended. If it runs, give this command the same PREPUFF_HTTP_HOST and PREPUFF_HTTP_PORT";
  try {
    const { status } = await api.ask("/health/live");
    if (status === 200) return passed(`answers on ${where}`);
    return failed(`something on ${where} answered ${status}: that is not this appliance`, remedy);
  } catch (error) {
    return failed(`does not answer on ${where} (${wordsOf(error)})`, remedy);
  }
}

const partWords = {
  scales_port: { check: "scales_port", remedy: "do_scales_port" },
  journal: { check: "journal_part", remedy: "do_journal" },
  database: { check: "database", remedy: "do_database" },
  upstream: { check: "upstream", remedy: "do_upstream" },
} as const;

async function parts({ api, config }: Subject): Promise<Line[]> {
  const { body } = await api.ask("/health/ready");
  const report = healthSchema.parse(JSON.parse(body)).parts;
  return (["scales_port", "journal", "database", "upstream"] as const).map((part) => {
    const check = phrase(partWords[part].check);
    const health = report[part];
    if (health === null) return { name: words[check.code], ...skipped(notForwarded) };
    if (health.state === "up") return well(check, phrase("up"));
    const detail = health.detail ?? "no reason given";
    const isEmbedded = part === "database" && config.databaseUrl === null;
    const remedy = isEmbedded ? "do_database_embedded" : partWords[part].remedy;
    return amiss(check, [phrase(health.state, { detail })], phrase(remedy));
  });
}

async function adminToken({ api, config }: Subject) {
  const { status } = await api.ask("/api/connections");
  if (status === 200) return passed("accepted by the appliance");
  const source = config.tokens.admin === undefined ? adminTokenPath(config.dataDir) : "PREPUFF_ADMIN_TOKEN";
  return failed(
    `the appliance answered ${status} to the token of ${source}`,
    "Give this command the same environment and working folder as the appliance. After a change of the token start the appliance again",
  );
}

/** Recording takes a moment; a minute is no moment. */
const backlogMaxSeconds = 60;

async function journal({ api }: Subject) {
  const { body } = await api.ask("/metrics");
  const frames = sampleOf(body, "prepuff_journal_entries");
  const oldest = sampleOf(body, "prepuff_journal_oldest_seconds");
  const check = phrase("journal");
  // Left out where the disk does not give them, which the journal's own line says.
  if (frames === undefined || oldest === undefined) return [well(check, phrase("not_counted"))];
  if (frames === 0) return [well(check, phrase("journal_empty"))];
  const what = phrase("journal_waits", { frames, oldest_seconds: oldest });
  if (oldest <= backlogMaxSeconds) return [well(check, what)];
  return [amiss(check, [what], phrase("do_journal_waits"))];
}

async function ledger({ api }: Subject) {
  const count = z.int().nullable();
  const { missing, received, pending, bags, rejected } = await api.get(
    "/api/ledger",
    z.object({ received: z.int(), pending: z.int(), bags: count, rejected: count, missing: count }),
  );
  const check = phrase("ledger");
  // The database's own line says what is wrong.
  if (missing === null || bags === null || rejected === null) {
    return [well(check, phrase("ledger_unknown", { received, pending }))];
  }
  const counts = { received, bags, rejected };
  if (missing === 0) return [well(check, phrase("ledger_whole", counts))];
  return [amiss(check, [phrase("ledger_lacks", { ...counts, missing })], phrase("do_ledger"))];
}

/** A line for each reason, which is the metric's label. */
async function refusedConnections({ api }: Subject) {
  const { body } = await api.ask("/metrics");
  const refused = samplesOf(body, "prepuff_connections_refused_total").filter(({ value }) => value > 0);
  const check = phrase("refused_connections");
  if (refused.length === 0) return [well(check, phrase("none_refused"))];
  return refused.map(({ labels, value: times }) => {
    const why = /"(.*)"/.exec(labels)?.[1] ?? labels;
    return amiss(check, [phrase("refused", { times, why })], refusedRemedies[why] ?? phrase("do_too_many"));
  });
}

const refusedRemedies: Readonly<Record<string, Phrase>> = {
  not_allowed: phrase("do_not_allowed"),
  too_few_descriptors: phrase("do_files"),
};

/** Whether all the connections that are configured have a file of their own. */
async function openFiles({ api, config }: Subject) {
  const { body } = await api.ask("/metrics");
  const configured = config.scale.maxConnections;
  const connections = sampleOf(body, "prepuff_connections_max") ?? configured;
  const check = phrase("open_files");
  if (connections >= configured) return [well(check, phrase("files_enough", { connections }))];
  return [amiss(check, [phrase("files_few", { connections, configured })], phrase("do_files"))];
}
