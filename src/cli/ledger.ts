import type { Command } from "commander";
import type { Ledger } from "../http/ledger-reader.ts";
import { ask, configuredUrls, httpUrl, reason } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { adminToken, explainMissing } from "./token.ts";

const timeoutMs = 20_000;

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
  const { ledgerSchema } = await import("../http/ledger-reader.ts");
  const path = "/api/ledger";
  const urls = url === undefined ? await configuredUrls(io, path) : [new URL(path, url)];
  const headers = { authorization: `Bearer ${token}` };
  let unreached = "there is no address to ask";
  for (const each of urls) {
    let answer: { status: number; body: string };
    try {
      answer = await ask(each, AbortSignal.timeout(timeoutMs), { headers });
    } catch (error) {
      unreached = `the appliance at ${each.origin} cannot be reached (${reason(error)}): is it running?`;
      continue;
    }
    if (answer.status !== 200) throw new Error(`the appliance at ${each.origin} answered ${answer.status}`);
    return ledgerSchema.parse(JSON.parse(answer.body));
  }
  throw new Error(unreached);
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
