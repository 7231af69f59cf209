import { type Command, InvalidArgumentError, Option } from "commander";
import { type DialectName, dialectNames } from "../indicators/dialect-names.ts";
import { errorMessage } from "../runtime/error-message.ts";
import { type FaultChances, parseFaults } from "../simulate/faults.ts";
import type { Terminator } from "../simulate/frames.ts";
import { loadRateMost } from "../simulate/loads.ts";
import { idMax } from "../weighing/ids.ts";
import { type Unit, units } from "../weighing/units.ts";
import { dialectName } from "./dialect-options.ts";
import { exitCode, type Io } from "./io.ts";

/** Weights go up to half as much again, and a frame has at most 6 digits before the point. */
const targetMax = 600_000;

/** Bags a minute of scales that show what lies on them, where nothing is said. */
const loadRate = 12;

interface Options {
  host: string;
  port: number;
  scales: number;
  firstScale: number;
  bags: number;
  rate: number;
  target: number;
  unit: Unit;
  spread: number;
  drift: number;
  decimals: number;
  terminator: Terminator;
  decimalComma?: true;
  pad?: number | true;
  faults: FaultChances;
  seed?: number;
  dialect: DialectName;
  stream?: number;
  listen?: number;
  connectTimeout: number;
  quiet?: true;
}

/** `prepuff simulate`: plays a plant's scales against an appliance. */
export function addSimulateCommand(program: Command, io: Io): void {
  const command = program
    .command("simulate")
    .description("play a plant's scales against an appliance, good bags and trouble alike")
    .option("--host <address>", "where the appliance listens", "127.0.0.1")
    .option("--port <port>", "its port for scales", integer(1, 65_535), 10_001)
    .option("--scales <n>", "how many scales, each with a connection of its own", integer(1, 10_000), 4)
    .option("--first-scale <id>", "id of the first scale; the others follow on", integer(1, idMax), 1)
    .option("--bags <n>", "bags a scale; 0: without end, until Ctrl-C", integer(0, 1_000_000_000), 100)
    .option("--rate <n>", "bags a minute of each scale; 0: as fast as it goes", decimal(0, 60_000), 30)
    .option("--target <weight>", "what a bag should weigh", decimal(0.0001, targetMax), 50)
    .addOption(new Option("--unit <unit>", "unit of the weights").choices(units).default("lb"))
    .option("--spread <percent>", "standard deviation of the weights", decimal(0, 100), 2)
    .option("--drift <percent>", "how far the mean wanders in an hour", decimal(-1000, 1000), 0)
    .option("--decimals <n>", "digits after the point", integer(0, 4), 2)
    .addOption(
      new Option("--terminator <kind>", "what ends a frame")
        .choices(["crlf", "cr", "lf", "none"])
        .default("crlf"),
    )
    .option("--decimal-comma", "print 45,20 for 45.20, as European indicators do")
    .option("--pad [width]", "fill the weight up with blanks, to 8 characters if not told", integer(1, 32))
    .addOption(
      new Option(
        "--faults <list>",
        "all, or some of: cut, glue, garbage, disconnect, reject; cut=0.5 sets the chance a bag",
      )
        .argParser(faults)
        .default({}, "none"),
    )
    .option("--dialect <name>", `how the indicators talk: ${dialectNames.join(", ")}`, dialectName, "line")
    .option("--stream <hz>", "send what the scale shows, so often a second", decimal(0.1, 100))
    .option(
      "--listen <port>",
      "be servers on --host that the appliance connects to: this port, and those behind it",
      integer(1, 65_535),
    )
    .option("--seed <n>", "repeats the run that had this seed", integer(0, 0xffff_ffff))
    .option(
      "--connect-timeout <seconds>",
      "give up after so long without a connection; 0: never",
      decimal(0, 86_400),
      30,
    )
    .option("--quiet", "no progress, only the closing count")
    .addHelpText("after", help)
    .action((options: Options) => simulate(options, command, io));
}

const help = `
Exit codes: 0 all was sent, and the appliance confirmed the end of each connection; 1 not all could be sent,
or a connection broke, and what was on its way may not have been read; 130 ended by Ctrl-C.

The weights and faults follow from the seed, the scale's id and the bag's index alone. While a scale has no
connection its bags wait, and are sent when it has one again.

With --stream a scale shows bags as they are put on (15 a minute at most; --rate, else 12), swing, lie still and are taken
off. With --listen it answers its dialect's commands, too, and without --stream prints each bag once, to those who never asked
anything. Then the closing count says how many bags were put on and taken off: so many must be found. Prints of most dialects
carry no scale's id: the appliance tells such scales by a source each, which with --listen have a port each.

An appliance takes 64 connections from one address and 1024 in all, unless PREPUFF_SCALE_MAX_PER_ADDRESS and
PREPUFF_SCALE_MAX_CONNECTIONS say otherwise.`;

async function simulate(options: Options, command: Command, io: Io): Promise<void> {
  const { firstScale, scales, target, decimals, bags } = options;
  if (firstScale + scales - 1 > idMax) command.error(`error: scale ids end at ${idMax}`);
  if (Math.round(target * 10 ** decimals) < 1) {
    command.error(`error: with ${decimals} decimals a target of ${target} prints as 0`);
  }
  const isLoaded = options.stream !== undefined || options.listen !== undefined;
  checkCombination(options, isLoaded, command);
  const [{ startPlant }, { closingCount, closingCountOfLoads, complaints, progressLine }, { dialects }] =
    await Promise.all([
      import("../simulate/plant.ts"),
      import("../simulate/report.ts"),
      import("../indicators/dialects.ts"),
    ]);

  const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const halt = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals) => {
    stoppedBy = signal;
    halt.abort();
  };
  // Once: the second Ctrl-C ends the process at once, as everywhere.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);

  const plant = startPlant(
    {
      ...options,
      seed,
      rate: isLoaded && !isGiven(command, "rate") ? loadRate : options.rate,
      dialect: dialects.find(({ name }) => name === options.dialect) ?? null,
      streamHz: options.stream ?? 0,
      listenPort: options.listen ?? null,
      decimalComma: options.decimalComma === true,
      pad: options.pad === true ? 8 : (options.pad ?? 0),
      connectTimeoutMs: options.connectTimeout * 1000,
    },
    { signal: halt.signal },
  );
  const { isTty } = io.stdout;
  const show = () => {
    const line = progressLine(plant.counts(), bags);
    // On a terminal: back to the line's beginning, and clear what the last one left behind its end.
    io.stdout.write(isTty ? `\r${line}\x1b[K` : `${line}\n`);
  };
  const timer = options.quiet ? undefined : setInterval(show, isTty ? 250 : 5000);
  const counts = await plant.done;
  clearInterval(timer);
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);

  if (timer !== undefined && isTty) io.stdout.write("\r\x1b[K");
  io.stdout.write(isLoaded ? closingCountOfLoads(counts, seed) : closingCount(counts, seed));
  const where = `${options.listen === undefined ? "connect to" : "listen on"} ${options.host}:${options.listen ?? options.port}`;
  for (const line of complaints(counts, where, stoppedBy !== undefined)) {
    io.stderr.write(`prepuff: ${line}\n`);
  }
  if (stoppedBy !== undefined) io.finish(stoppedBy === "SIGINT" ? 130 : 143);
  else if (counts.complete < counts.scales || counts.breaks > 0) io.finish(exitCode.failed);
}

/** Ends the command where options do not go together. */
function checkCombination(options: Options, isLoaded: boolean, command: Command): void {
  const { dialect, rate, faults, listen, scales } = options;
  const onlyOfLine = ["terminator", "decimalComma", "pad"].find((name) => isGiven(command, name));
  if (dialect !== "line" && onlyOfLine !== undefined) {
    command.error("error: --terminator, --decimal-comma and --pad are for dialect line");
  }
  if (dialect !== "line" && (faults.garbage || faults.reject)) {
    command.error("error: with --dialect the faults are cut, glue and disconnect");
  }
  if (isLoaded && Object.keys(faults).length > 0) {
    command.error("error: --faults are for prints, not for --stream and --listen");
  }
  if (isLoaded && isGiven(command, "rate") && !(rate > 0 && rate <= loadRateMost)) {
    command.error(`error: with --stream and --listen --rate is above 0 and at most ${loadRateMost}`);
  }
  if (listen !== undefined && listen + scales - 1 > 65_535) {
    command.error(`error: ${scales} scales from port ${listen} on go beyond port 65535`);
  }
}

function isGiven(command: Command, option: string): boolean {
  return command.getOptionValueSource(option) === "cli";
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It wants a whole number from ${least} to ${most}.`);
  };
}

function decimal(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It wants a number from ${least} to ${most}.`);
  };
}

function faults(text: string): FaultChances {
  try {
    return parseFaults(text);
  } catch (error) {
    throw new InvalidArgumentError(errorMessage(error));
  }
}
