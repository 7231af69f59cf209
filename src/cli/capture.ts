import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { captureDefaults, captureMost } from "../captures/limits.ts";
import { bytes, seconds } from "./amounts.ts";
import { httpUrl } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { adminToken, explainMissing } from "./token.ts";

interface Options {
  readonly source?: string;
  readonly address?: string;
  readonly for: number;
  readonly max: number;
  readonly output?: string;
  readonly url?: URL;
}

const help = `
Without --source and --address: every connection. Ctrl-C ends the capture; what came until then is a whole capture. Its form,
and what to do with it, is in docs/captures.md.

Exit codes: 0 captured; 1 the appliance or the file did not do it, or the connection to the appliance broke; 2 the command
line is wrong.`;

/** `prepuff capture`: what comes in on connections of the running appliance, byte by byte, in one file. */
export function addCaptureCommand(program: Command, io: Io): void {
  program
    .command("capture")
    .description("write what comes in on connections of the running appliance, byte by byte, into one file")
    .addOption(
      new Option("--source <name>", "of this source; default: what belongs to no other").conflicts("address"),
    )
    .option("--address <ip>", "from this address", ipAddress)
    .option("--for <time>", "how long: 60s, 10m, 2h", seconds(captureMost.seconds), captureDefaults.seconds)
    .option("--max <size>", "how much: 500kB, 10MB", bytes(captureMost.bytes), captureDefaults.bytes)
    .option("-o, --output <file>", "where to; must not exist yet; left out: standard output")
    .addOption(new Option("--url <url>", "of the appliance, else as configured").argParser(httpUrl))
    .addHelpText("after", help)
    .action(async (options: Options) => {
      const token = await adminToken(io);
      if (token === null) return explainMissing(io);
      const { download } = await import("./capture/download.ts");
      const { source, address } = options;
      const query = new URLSearchParams({
        ...(source !== undefined && { source }),
        ...(address !== undefined && { address }),
        seconds: String(options.for),
        bytes: String(options.max),
      });
      const isWhole = await download(
        io,
        token,
        options.url,
        `/api/captures?${query}`,
        options.output ?? null,
      );
      if (!isWhole) io.finish(exitCode.failed);
    });
}

function ipAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError("It wants an IP address, such as 192.168.7.21.");
}
