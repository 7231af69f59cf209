import { type Command, InvalidArgumentError, Option } from "commander";
import { readServerBytes } from "../config/sources/bytes-text.ts";
import type { DialectSettings } from "../indicators/dialect.ts";
import { type DialectName, dialectNames } from "../indicators/dialect-names.ts";
import { addDialectSettings, dialectName } from "./dialect-options.ts";
import type { Io } from "./io.ts";

const help = `
Each line of the answer is one frame: {"kind","weight","unit","mode","stable","scale","reason","raw"}. The kinds are weight,
motion, overload, underload, error, other (no weighing: a tare, a count, information) and rejected (with the reason). What a
frame does not say is null.

Exit codes: 0 the bytes were read, whatever they say; 1 the file cannot be read; 2 the command line is wrong.`;

interface Options extends Partial<DialectSettings> {
  readonly dialect: DialectName;
  readonly format?: string;
  readonly registration?: string;
  readonly heartbeat?: string;
}

/** `prepuff read`: what the bytes of an indicator say, without an appliance. */
export function addReadCommand(program: Command, io: Io): void {
  const command = program
    .command("read")
    .description("read an indicator's bytes from a file or standard input, and print one JSON object a frame")
    .argument("[file]", "the bytes; -: standard input", "-")
    .option("--dialect <name>", `how the indicator talks: ${dialectNames.join(", ")}`, dialectName, "line")
    .addOption(
      new Option(
        "--format <string>",
        "in place of a dialect: the indicator's own format string, as {T.NWT.1} {T.UNIT.1}#CR#LF",
      ).conflicts("dialect"),
    );
  addDialectSettings(command)
    .option(
      "--registration <bytes>",
      "what a device server sends first, or before each packet: dropped (USR-1234, \\x55\\x53; not of dialect line)",
      deviceServerBytes,
    )
    .option("--heartbeat <bytes>", "what it sends from time to time: dropped", deviceServerBytes)
    .addHelpText("after", help)
    .action(
      async (
        file: string,
        { dialect, format, registration, heartbeat, ...settings }: Options,
        command: Command,
      ) => {
        const [{ dialectOf }, { readFrames }] = await Promise.all([
          import("./read/dialect-of.ts"),
          import("./read/read-frames.ts"),
        ]);
        const patterns = [registration, heartbeat].filter((bytes) => bytes !== undefined);
        await readFrames(file, { dialect: dialectOf(dialect, format, command), settings, patterns }, io);
      },
    );
}

function deviceServerBytes(text: string): string {
  const bytes = readServerBytes(text);
  if (typeof bytes === "string") return bytes;
  throw new InvalidArgumentError(`It ${bytes.fault}.`);
}
