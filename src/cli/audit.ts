import type { Command } from "commander";
import type { Verified } from "../records/chain/verify.ts";
import { httpUrl } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { adminToken, explainMissing } from "./token.ts";

interface Options {
  readonly json?: true;
  readonly head?: string;
  readonly url?: URL;
}

type Whole = Omit<Verified, "next">;

/** More are not listed: the first one matters. */
const faultsMax = 100;

/** `prepuff audit`: whether the records are what they were. */
export function addAuditCommand(program: Command, io: Io): void {
  const audit = program
    .command("audit")
    .description("check the hash chain over the audit trail and the records");
  audit
    .command("verify")
    .description(
      "ask the running appliance whether any record was changed, removed or put in; ends with 0 if none was, else with 1",
    )
    .option("--head <number:digest>", "what was printed or kept earlier: the chain must still have it")
    .option("--json", "as the API answers, in one piece")
    .option("--url <url>", "of the appliance, else as configured", httpUrl)
    .action(async (options: Options) => {
      const token = await adminToken(io);
      if (token === null) return explainMissing(io);
      const whole = await verify(io, token, options);
      io.stdout.write(options.json ? `${JSON.stringify(whole)}\n` : await asText(whole, options.head));
      if (!whole.ok) io.finish(exitCode.failed);
    });
}

/** Asks for one part after the other. @throws in plain words where the appliance does not answer. */
async function verify(io: Io, token: string, { head, url }: Options): Promise<Whole> {
  const [{ verifiedSchema }, { requestAsAdmin }] = await Promise.all([
    import("../records/chain/verify.ts"),
    import("./request-as-admin.ts"),
  ]);
  let whole: Whole = { ok: true, checked: 0, head: null, faults: [] };
  let after: string | null = null;
  do {
    const query = new URLSearchParams({
      ...(head !== undefined && { head }),
      ...(after !== null && { after }),
    });
    const part: Verified = verifiedSchema.parse(
      await requestAsAdmin(io, token, url, `/api/audit/verify${query.size > 0 ? `?${query}` : ""}`),
    );
    const faults = [...whole.faults, ...part.faults];
    whole = {
      ok: faults.length === 0,
      checked: whole.checked + part.checked,
      head: part.head ?? whole.head,
      faults,
    };
    after = part.next;
  } while (after !== null && whole.faults.length < faultsMax);
  return whole;
}

async function asText({ checked, head, faults }: Whole, wanted: string | undefined): Promise<string> {
  const [{ faultText }, { printable }] = await Promise.all([
    import("../records/chain/fault-text.ts"),
    import("../config/fault.ts"),
  ]);
  const lines = [`links  ${checked}`, `head   ${head ?? "none: nothing is recorded yet"}`];
  if (wanted !== undefined && faults.length === 0) lines.push(`given  ${wanted}: it is in the chain`);
  const [first, ...others] = faults.map((fault) => printable(faultText(fault)));
  if (first === undefined) lines.push("every record is what it was");
  else lines.push(`first  ${first}`, ...others.map((other) => `then   ${other}`));
  return `${lines.join("\n")}\n`;
}
