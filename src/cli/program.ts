import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { ConfigError, faultLine, printable, quote } from "../config/fault.ts";
import { didYouMean } from "../config/suggest.ts";
import { redactText } from "../logging/redact.ts";
import { addAuditCommand } from "./audit.ts";
import { addCaptureCommand } from "./capture.ts";
import { addCompareCommand } from "./compare.ts";
import { addConfigCommand } from "./config.ts";
import { addDetectCommand } from "./detect.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addHealthCommand } from "./health.ts";
import { addIdentifyCommand } from "./identify.ts";
import { exitCode, type Io, processIo } from "./io.ts";
import { addJournalCommand } from "./journal.ts";
import { addLedgerCommand } from "./ledger.ts";
import { addMigrateCommand } from "./migrate.ts";
import { addReadCommand } from "./read.ts";
import { addRebuildCommand } from "./rebuild.ts";
import { addReplayCommand } from "./replay.ts";
import { addSecretsCommand } from "./secrets.ts";
import { addServeCommand } from "./serve.ts";
import { addSimulateCommand } from "./simulate.ts";
import { addSupportBundleCommand } from "./support-bundle.ts";
import { addTokenCommand } from "./token.ts";

const defaultCommand = "serve";

const codesHelp = `
Without a command: serve.

Exit codes:
  0  done
  1  failed, or the answer is no
  2  the command line or the configuration is wrong; every fault is listed

Variables: prepuff config --list`;

/**
 * The command line. Every command has a file with `addXCommand(program, io)`, which loads what it needs only when it
 * runs: scales may connect within 100 ms of the start.
 */
export function createProgram({ version, io }: { version: string; io: Io }): Command {
  const program = new Command("prepuff")
    .description("Receives every bag weight from the scales, judges it, stores it, forwards it.")
    .exitOverride()
    .showHelpAfterError("Run with --help to see what there is.")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "prepuff: ")),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .addHelpText("after", codesHelp);
  addServeCommand(program, io);
  addSimulateCommand(program, io);
  addConfigCommand(program, io);
  addHealthCommand(program, io);
  addTokenCommand(program, io);
  addLedgerCommand(program, io);
  addAuditCommand(program, io);
  addJournalCommand(program, io);
  addMigrateCommand(program, io);
  addRebuildCommand(program, io);
  addDoctorCommand(program, io);
  addSupportBundleCommand(program, io);
  addIdentifyCommand(program, io);
  addReadCommand(program, io);
  addCaptureCommand(program, io);
  addReplayCommand(program, io);
  addCompareCommand(program, io);
  addDetectCommand(program, io);
  addSecretsCommand(program, io);
  for (const command of [program, ...program.commands]) command.version(version);
  return program;
}

/**
 * Runs one command line (without the program's own name) to its end.
 *
 * @returns the exit code of the process.
 */
export async function run(argv: readonly string[], surroundings = processIo()): Promise<number> {
  let code: number = exitCode.ok;
  const io: Io = {
    ...surroundings,
    finish: (wanted) => {
      code = wanted;
    },
  };
  const program = createProgram({ version: packageJson.version, io });
  const names = program.commands.map((command) => command.name());
  const first = argv[0];
  // Commander would run the default command for an unknown one, and report too many arguments.
  if (first !== undefined && !first.startsWith("-") && first !== "help" && !names.includes(first)) {
    const hint = didYouMean(first, names) || `The commands are ${names.join(", ")}.`;
    io.stderr.write(`prepuff: unknown command ${quote(first)}. ${hint}\n`);
    return exitCode.usage;
  }
  try {
    await program.parseAsync(withDefault(argv, names), { from: "user" });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

function withDefault(argv: readonly string[], names: readonly string[]): string[] {
  const first = argv[0];
  const isForProgram =
    first !== undefined && (!first.startsWith("-") || ["-h", "--help", "-V", "--version"].includes(first));
  return isForProgram || !names.includes(defaultCommand) ? [...argv] : [defaultCommand, ...argv];
}

/** Writes what went wrong to standard error, never a secret. @returns the exit code */
function explain(error: unknown, io: Io): number {
  // Commander has written its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  if (error instanceof ConfigError) {
    const count = error.faults.length === 1 ? "1 fault" : `${error.faults.length} faults`;
    const lines = error.faults.map((fault) => `  ${printable(faultLine(fault))}\n`);
    io.stderr.write(`prepuff: the configuration has ${count}\n${lines.join("")}`);
    return exitCode.usage;
  }
  const lines = redactText(messageOrStack(error)).split("\n").map(printable);
  io.stderr.write(`prepuff: ${lines.join("\n")}\n`);
  return exitCode.failed;
}

/** A defect of this program needs its stack; any other error is a message. */
function messageOrStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMistake = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
  return isMistake ? (error.stack ?? error.message) : error.message;
}
