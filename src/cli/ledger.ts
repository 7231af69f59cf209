import type { Command } from "commander";
import type { Ledger } from "../records/ledger/ledger-reader.ts";
import { httpUrl, type RequestOptions } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { adminToken, explainMissing } from "./token.ts";

/** `prepuff ledger`: whether every frame is accounted for, as the running appliance says. */
export function addLedgerCommand(program: Command, io: Io): void {
  const ledger = program
    .command("ledger")
    .description(
      "ask the running appliance whether every frame is accounted for; ends with 0 if so, else with 1, also where that is not known",
    )
    .option("--json", "as the API answers")
    .option("--url <url>", "of the appliance, else as configured", httpUrl)
    .action(async (options: { json?: true; url?: URL }) => {
      const token = await adminToken(io);
      if (token === null) return explainMissing(io);
      const ledger = await readLedger(io, token, options.url);
      io.stdout.write(options.json ? `${JSON.stringify(ledger)}\n` : ledgerText(ledger));
      if (ledger.missing !== 0) io.finish(exitCode.failed);
    });
  ledger
    .command("acknowledge")
    .description(
      "note in the audit trail that what is missing is known to be lost: it no longer counts as missing",
    )
    .requiredOption("--reason <text>", "why it is lost")
    .option("--url <url>", "of the appliance, else as configured", httpUrl)
    .action(async (options: { reason: string; url?: URL }) => {
      const token = await adminToken(io);
      if (token === null) return explainMissing(io);
      const before = await readLedger(io, token, options.url);
      if (before.missing === null) {
        io.stdout.write(ledgerText(before));
        return io.finish(exitCode.failed);
      }
      if (before.missing === 0) {
        io.stdout.write("nothing is missing\n");
        return;
      }
      const body = JSON.stringify({ reason: options.reason, missing: before.missing });
      const after = await askLedger(io, token, options.url, "/api/ledger/acknowledge", {
        method: "POST",
        body,
      });
      io.stdout.write(ledgerText(after));
      if (after.missing !== 0) io.finish(exitCode.failed);
    });
}

/** @throws in plain words where the appliance does not answer, or not with a ledger. */
export function readLedger(io: Io, token: string, url?: URL): Promise<Ledger> {
  return askLedger(io, token, url, "/api/ledger");
}

async function askLedger(
  io: Io,
  token: string,
  url: URL | undefined,
  path: string,
  asked?: RequestOptions,
): Promise<Ledger> {
  const [{ ledgerSchema }, { requestAsAdmin }] = await Promise.all([
    import("../records/ledger/ledger-reader.ts"),
    import("./request-as-admin.ts"),
  ]);
  return ledgerSchema.parse(await requestAsAdmin(io, token, url, path, asked));
}

function ledgerText(ledger: Ledger): string {
  const { bags, rejected, acknowledged, missing } = ledger;
  const lines = [
    `journal   ${ledger.journal_id}`,
    `received  ${ledger.received}`,
    `bags      ${bags ?? "not known"}`,
    `rejected  ${rejected ?? "not known"}`,
    `pending   ${ledger.pending}`,
    ...(acknowledged ? [`lost      ${acknowledged}, as was acknowledged`] : []),
    `missing   ${missing ?? "not known while the database is away: start it, then ask again"}`,
    `as of     ${ledger.as_of ?? "the database has not answered since the appliance started"}`,
  ];
  for (const { from, through } of ledger.gaps) {
    lines.push(
      from === through ? `no record of number ${from}` : `no record of numbers ${from} to ${through}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
