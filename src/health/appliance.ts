import { adminTokenPath } from "../config/admin-token.ts";
import { errorMessageWithCode } from "../runtime/error-message.ts";
import {
  about,
  type Check,
  type Finding,
  failed,
  type OutsideSubject,
  passed,
  type Subject,
  skipped,
} from "./check.ts";
import type { Phrase } from "./finding-phrases.ts";
import { phrase } from "./phrase.ts";
import { notForwarded } from "./upstream.ts";

/** The running appliance, as it sees itself. */
export const applianceChecks: readonly Check[] = [
  { name: "appliance", run: answers },
  { name: "parts", needs: ["appliance"], inside: "parts", run: parts },
  { name: "admin token", needs: ["appliance"], run: adminToken },
];

/** Frames on their way through it. */
export const frameChecks: readonly Check[] = [
  { name: "local store", needs: ["appliance", "admin token"], inside: "journal", run: journal },
  { name: "count check", needs: ["appliance", "admin token"], inside: "ledger", run: ledger },
  {
    name: "refused connections",
    needs: ["appliance", "admin token"],
    inside: "refused_connections",
    run: refusedConnections,
  },
  { name: "open files", needs: ["appliance", "admin token"], inside: "open_files", run: openFiles },
];

async function answers({ status, config }: OutsideSubject) {
  const { host, port } = config.http;
  if (port === 0) return skipped("PREPUFF_HTTP_PORT is 0 (any free port), so it cannot be asked");
  const where = `${host}:${port}`;
  const remedy =
    "Start it: prepuff serve, or its service (systemctl status, docker compose ps); its log says why it ended. If it runs, give this command the same PREPUFF_HTTP_HOST and PREPUFF_HTTP_PORT";
  try {
    const answered = await status.live();
    if (answered === 200) return passed(`answers on ${where}`);
    return failed(`something on ${where} answered ${answered}: that is not this appliance`, remedy);
  } catch (error) {
    return failed(`does not answer on ${where} (${errorMessageWithCode(error)})`, remedy);
  }
}

const partWords = {
  scales_port: { check: "scales_port", remedy: "do_scales_port" },
  journal: { check: "journal_part", remedy: "do_journal" },
  database: { check: "database", remedy: "do_database" },
  upstream: { check: "upstream", remedy: "do_upstream" },
} as const;

async function parts({ facts, config }: Subject) {
  const report = await facts.parts();
  return (["scales_port", "journal", "database", "upstream"] as const).map((part): Finding => {
    const thing = phrase(partWords[part].check);
    const health = report[part];
    if (health === null) return about(thing, skipped(notForwarded));
    if (health.state === "up") return about(thing, passed(phrase("up")));
    const detail = health.detail ?? "no reason given";
    const isEmbedded = part === "database" && config.databaseUrl === null;
    const remedy = isEmbedded ? "do_database_embedded" : partWords[part].remedy;
    // Without these two bags are lost or made to wait; the others are waited for.
    const severity = part === "scales_port" || part === "journal" ? "stops" : "today";
    return about(thing, failed(phrase(health.state, { detail }), phrase(remedy), severity));
  });
}

async function adminToken({ status, config }: OutsideSubject) {
  const answered = await status.asAdmin();
  if (answered === 200) return passed("accepted by the appliance");
  const source = config.tokens.admin === undefined ? adminTokenPath(config.dataDir) : "PREPUFF_ADMIN_TOKEN";
  return failed(
    `the appliance answered ${answered} to the token of ${source}`,
    "Give this command the same environment and working folder as the appliance. After a change of the token start the appliance again",
  );
}

/** Recording takes milliseconds; waiting for a minute is a fault. */
const backlogMaxSeconds = 60;

async function journal({ facts }: Subject) {
  const backlog = await facts.journalBacklog();
  // The journal's own finding says what is wrong with its disk.
  if (backlog === null) return passed(phrase("not_counted"));
  const { frames, oldestSeconds } = backlog;
  if (frames === 0) return passed(phrase("journal_empty"));
  const what = phrase("journal_waits", { frames, oldest_seconds: oldestSeconds });
  return oldestSeconds <= backlogMaxSeconds ? passed(what) : failed(what, phrase("do_journal_waits"));
}

async function ledger({ facts }: Subject) {
  const { missing, received, pending, bags, rejected } = await facts.ledger();
  // The database's own finding says what is wrong.
  if (missing === null || bags === null || rejected === null) {
    return passed(phrase("ledger_unknown", { received, pending }));
  }
  const counts = { received, bags, rejected };
  if (missing === 0) return passed(phrase("ledger_whole", counts));
  return failed(phrase("ledger_lacks", { ...counts, missing }), phrase("do_ledger"));
}

/** One finding for each reason. */
async function refusedConnections({ facts }: Subject) {
  const refused = await facts.refusedConnections();
  if (refused.length === 0) return passed(phrase("none_refused"));
  return refused.map(({ of: why, times }) =>
    failed(phrase("refused", { times, why }), refusedRemedies[why] ?? phrase("do_too_many")),
  );
}

const refusedRemedies: Readonly<Record<string, Phrase>> = {
  not_allowed: phrase("do_not_allowed"),
  too_few_descriptors: phrase("do_files"),
};

/** Whether all the connections that are configured have a file of their own. */
async function openFiles({ facts, config }: Subject) {
  const configured = config.scale.maxConnections;
  const connections = (await facts.connectionsMax()) ?? configured;
  if (connections >= configured) return passed(phrase("files_enough", { connections }));
  return failed(phrase("files_few", { connections, configured }), phrase("do_files"));
}
