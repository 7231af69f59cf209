import { type Command, InvalidArgumentError, Option } from "commander";
import { dialectNames } from "../indicators/dialect-names.ts";
import { idMax } from "../weighing/ids.ts";
import { addDialectSettings, dialectName } from "./dialect-options.ts";
import type { Io } from "./io.ts";
import type { ReadAs } from "./replay/dry-run.ts";

interface Options extends ReadAs {
  readonly host: string;
  readonly port: number;
  readonly speed: number;
  readonly dryRun?: true;
  readonly listen?: number;
}

const help = `
With --dry-run each line of the answer is one print, as of prepuff read, with t (milliseconds), connection and verdict:
{"kind":"bag","scale","weight","unit"} or {"kind":"rejected","reason","scale"}. Connections are read as the capture's sources say;
with --source as that one says, of the capture or of PREPUFF_SOURCES; with --dialect or --format and the options behind them, as
these say.

With --listen it waits for an appliance: whoever connects first gets the first connection that was captured, whoever connects next
the second. What was the answer to a question is sent when the appliance asks.

Faster than it came (--speed), pauses are shorter, but for silences that ended a print.

Exit codes: 0 all was sent and the end of each connection confirmed, or read; 1 not so, or the file cannot be read; 2 the command
line is wrong; 130 ended by Ctrl-C.`;

/** `prepuff replay`: plays a capture into an appliance, or says what its prints become. */
export function addReplayCommand(program: Command, io: Io): void {
  const command = program
    .command("replay")
    .description("play a capture into an appliance over TCP, one connection for each that was captured")
    .argument("<file>", "made by prepuff capture")
    .option("--host <address>", "where the appliance listens", "127.0.0.1")
    .option("--port <port>", "its port for scales", integer(1, 65_535), 10_001)
    .addOption(
      new Option(
        "--listen <port>",
        "play the indicator: an appliance whose source connects to this port gets what was captured",
      )
        .argParser(integer(1, 65_535))
        .conflicts(["dryRun", "host", "port"]),
    )
    .option("--speed <n>", "how many times as fast as it came; max: without pauses", speed, 1)
    .option("--dry-run", "send nothing: print what each print becomes")
    .addOption(
      new Option("--source <name>", "read as this source says; default: the default one").conflicts([
        "dialect",
        "format",
      ]),
    )
    .option("--dialect <name>", `read in this dialect: ${dialectNames.join(", ")}`, dialectName)
    .addOption(
      new Option("--format <string>", "read by the indicator's own format string").conflicts("dialect"),
    )
    .option(
      "--scale <id>",
      "with --dialect or --format: the scale's id where prints carry none",
      integer(1, idMax),
      1,
    );
  addDialectSettings(command)
    .addHelpText("after", help)
    .action(async (file: string, options: Options) => {
      const { dryRun, source, dialect, format } = options;
      if (!dryRun && (source ?? dialect ?? format) !== undefined) {
        command.error("error: --source, --dialect and --format are for --dry-run: the appliance has its own");
      }
      if (format !== undefined) {
        const { dialectOf } = await import("./read/dialect-of.ts");
        dialectOf("line", format, command);
      }
      const { readCaptureFile } = await import("./read-capture.ts");
      const capture = readCaptureFile(io, file);
      if (dryRun) {
        const { dryRun: run } = await import("./replay/dry-run.ts");
        run(io, capture, options);
      } else {
        const { play } = await import("./replay/play.ts");
        io.finish(await play(io, capture, options));
      }
    });
}

function speed(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("It wants a number above 0, such as 10 or 0.5, or max.");
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It wants a whole number from ${least} to ${most}.`);
  };
}
