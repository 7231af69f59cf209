import type { Command } from "commander";
import type { Rebuilt } from "../records/quality/blocks/rebuild.ts";
import { httpUrl } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { adminToken, explainMissing } from "./token.ts";

interface Options {
  readonly check?: true;
  readonly url?: URL;
}

/** `prepuff rebuild`: the blocks of bags that quality reads, compared with the bags and made again. */
export function addRebuildCommand(program: Command, io: Io): void {
  program
    .command("rebuild")
    .description(
      "have the running appliance compare what it keeps for quality with the bags, and make it again where they differ",
    )
    .option("--check", "only compare; ends with 1 where they differ")
    .option("--url <url>", "of the appliance, else as configured", httpUrl)
    .action(async (options: Options) => {
      const token = await adminToken(io);
      if (token === null) return explainMissing(io);
      const whole = await rebuild(io, token, options);
      io.stdout.write(resultText(whole, options.check === true));
      if (options.check && whole.wrong_total > 0) io.finish(exitCode.failed);
    });
}

/** Asks for one part after the other, and says how far it is. @throws in plain words where the appliance does not answer. */
async function rebuild(io: Io, token: string, { check, url }: Options): Promise<Rebuilt> {
  const [{ rebuiltSchema }, { requestAsAdmin }] = await Promise.all([
    import("../records/quality/blocks/rebuild.ts"),
    import("./request-as-admin.ts"),
  ]);
  let whole: Rebuilt = { blocks: 0, bags: 0, missing: 0, wrong: [], wrong_total: 0, next: null };
  do {
    const body = JSON.stringify({ check: check === true, ...(whole.next !== null && { after: whole.next }) });
    const part = rebuiltSchema.parse(
      await requestAsAdmin(io, token, url, "/api/quality/rebuild", { method: "POST", body }),
    );
    whole = {
      blocks: whole.blocks + part.blocks,
      bags: whole.bags + part.bags,
      missing: whole.missing + part.missing,
      wrong: [...whole.wrong, ...part.wrong],
      wrong_total: whole.wrong_total + part.wrong_total,
      next: part.next,
    };
    if (whole.next !== null) io.stderr.write(`${whole.blocks} blocks with ${whole.bags} bags so far\n`);
  } while (whole.next !== null);
  return whole;
}

function resultText({ blocks, bags, missing, wrong, wrong_total: total }: Rebuilt, isCheck: boolean): string {
  const first = wrong[0];
  const lines = [
    `blocks   ${blocks}`,
    `bags     ${bags}`,
    `missing  ${missing}${missing > 0 && !isCheck ? ", made now" : ""}`,
    `wrong    ${total}${total > 0 && !isCheck ? ", made again" : ""}`,
    ...(first === undefined ? [] : [`first    job ${first.job}, bags behind number ${first.after}`]),
    total === 0
      ? "every block says what its bags say"
      : isCheck
        ? "some blocks say something else than their bags: make them again with prepuff rebuild"
        : "every block says what its bags say now",
  ];
  return `${lines.join("\n")}\n`;
}
