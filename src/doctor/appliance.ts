import { z } from "zod";
import { adminTokenPath } from "../config/admin-token.ts";
import { type HealthReport, healthSchema } from "../http/health-report.ts";
import { sampleOf, samplesOf } from "./appliance-api.ts";
import { type Check, duration, failed, type Line, passed, type Subject, skipped, wordsOf } from "./check.ts";

/** The running appliance, as it sees itself. */
export const applianceChecks: readonly Check[] = [
  { name: "appliance", run: answers },
  { name: "parts", needs: ["appliance"], inside: true, run: parts },
  { name: "admin token", needs: ["appliance"], run: adminToken },
];

/** Frames on their way through it. */
export const frameChecks: readonly Check[] = [
  { name: "journal", needs: ["appliance", "admin token"], inside: true, run: journal },
  { name: "ledger", needs: ["appliance", "admin token"], inside: true, run: ledger },
  { name: "refused connections", needs: ["appliance", "admin token"], inside: true, run: refusedConnections },
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

const partWords: Readonly<Record<keyof HealthReport, { readonly name: string; readonly remedy: string }>> = {
  scales_port: {
    name: "part: scales' port",
    remedy: "Scales cannot connect. Start the appliance again and read its log",
  },
  journal: {
    name: "part: journal",
    remedy:
      "The disk refuses writes and the scales wait. Make room on the data folder's disk, or mend the disk; it goes on by itself",
  },
  database: {
    name: "part: database",
    remedy:
      "Bags wait in the journal, none is lost. Start PostgreSQL, or mend DATABASE_URL and start the appliance again",
  },
  upstream: {
    name: "part: upstream",
    remedy:
      "Bags wait in PostgreSQL, none is lost. The lines about the upstream say which step fails; with a refused token set PREPUFF_UPSTREAM_TOKEN anew and start again",
  },
};

async function parts({ api }: Subject): Promise<Line[]> {
  const { body } = await api.ask("/health/ready");
  const report = healthSchema.parse(JSON.parse(body)).parts;
  return (["scales_port", "journal", "database", "upstream"] as const).map((part) => {
    const { name, remedy } = partWords[part];
    const health = report[part];
    if (health === null)
      return { name, ...skipped("nothing is forwarded (PREPUFF_UPSTREAM_URL is not set)") };
    if (health.state === "up") return { name, ...passed("up") };
    return { name, ...failed(`${health.state}: ${health.detail ?? "no reason given"}`, remedy) };
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
  const frames = sampleOf(body, "prepuff_journal_entries") ?? 0;
  const oldest = sampleOf(body, "prepuff_journal_oldest_seconds") ?? 0;
  if (frames === 0) return passed("empty: everything is in the database");
  const words = `${frames} frames wait for the database, the oldest since ${duration(oldest * 1000)}`;
  if (oldest <= backlogMaxSeconds) return passed(words);
  return failed(
    words,
    "They are safe on the disk and are recorded when the database is back: look at the lines about it. Do not delete the data folder",
  );
}

async function ledger({ api }: Subject) {
  const { received, bags, rejected, missing } = await api.get(
    "/api/ledger",
    z.object({ received: z.int(), bags: z.int(), rejected: z.int(), missing: z.int() }),
  );
  const words = `${received} frames received, ${bags} bags, ${rejected} rejected`;
  if (missing === 0) return passed(`${words}, none missing`);
  return failed(
    `${words}, ${missing} missing`,
    "Was the database or the data folder restored from a backup? Then these are the frames that the backup lacks. Otherwise make a file with prepuff support-bundle and report it",
  );
}

async function refusedConnections({ api }: Subject) {
  const { body } = await api.ask("/metrics");
  const refused = samplesOf(body, "prepuff_connections_refused_total").filter(({ value }) => value > 0);
  if (refused.length === 0) return passed("none since the start");
  const reasons = refused.map(({ labels, value }) => `${value} × ${/"(.*)"/.exec(labels)?.[1] ?? labels}`);
  return failed(
    `since the start: ${reasons.join(", ")}`,
    "The log (connection refused) names the addresses. not_allowed: add the scale's address to PREPUFF_SCALE_ALLOW. too_many…: raise PREPUFF_SCALE_MAX_PER_ADDRESS or PREPUFF_SCALE_MAX_CONNECTIONS, or find what connects so often",
  );
}
