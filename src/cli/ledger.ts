import type { Command } from "commander";
import type { Ledger } from "../http/ledger-reader.ts";
import { httpUrl } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { adminToken, explainMissing } from "./token.ts";

/** `prepuff ledger`: whether every frame is accounted for, as the running appliance says. */
export function addLedgerCommand(program: Command, io: Io): void {
  program
    .command("ledger")
    .description(
      "ask the running appliance whether every frame is accounted for; ends with 0 if so, else with 1",
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
}

/** @throws in plain words where the appliance does not answer, or not with a ledger. */
export async function readLedger(io: Io, token: string, url?: URL): Promise<Ledger> {
  const [{ ledgerSchema }, { askAsAdmin }] = await Promise.all([
    import("../http/ledger-reader.ts"),
    import("./ask-as-admin.ts"),
  ]);
  return ledgerSchema.parse(await askAsAdmin(io, token, url, "/api/ledger"));
}

function ledgerText(ledger: Ledger): string {
  const lines = [
    `journal   ${ledger.journal_id}`,
    `received  ${ledger.received}`,
    `bags      ${ledger.bags}`,
    `rejected  ${ledger.rejected}`,
    `pending   ${ledger.pending}`,
    `missing   ${ledger.missing}`,
    `as of     ${ledger.as_of}`,
  ];
  for (const { from, through } of ledger.gaps) {
    lines.push(
      from === through ? `no record of number ${from}` : `no record of numbers ${from} to ${through}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
