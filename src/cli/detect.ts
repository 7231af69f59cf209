import { type Command, InvalidArgumentError, Option } from "commander";
import { printUnits } from "../indicators/print.ts";
import { scaled } from "../indicators/stream/scaled.ts";
import { defaultStreamSettings, type StreamSettings, streamLimits } from "../indicators/stream/settings.ts";
import type { Io } from "./io.ts";

const help = `
A sample is {"t":MS,"weight":"50.20","stable":true|false|null}, and may have "unit", "mode" (gross or net) and "kind" (weight,
motion, overload, underload, error; without a weight null). Times are in milliseconds from any beginning and do not fall.

A bag is {"kind":"bag","t","loaded_at","settled_at","weight","unit","still_mark","samples"}: "t" is when it was known, "still_mark"
whether the indicator marked its weight as stable. What might have been a bag is {"kind":"rejected","t","loaded_at","reason",
"weight","peak","unit","samples"}. The end of the samples is taken for a connection that is lost.

Exit codes: 0 the samples were read; 1 the file cannot be read, or a line is no sample: what came before it is printed; 2 the
command line is wrong.`;

interface Options {
  readonly division?: string;
  readonly unit?: NonNullable<StreamSettings["unit"]>;
  readonly minWeight?: string;
  readonly band: number;
  readonly settle: number;
  readonly rearm: number;
  readonly commit: StreamSettings["commit"];
  readonly trace?: true;
}

/** `prepuff detect`: finds the bags in a stream of weights, without an appliance. */
export function addDetectCommand(program: Command, io: Io): void {
  const { bandDivisions, settleMs, rearmPercent, commit } = defaultStreamSettings;
  program
    .command("detect")
    .description(
      "find the bags in a stream of weights, one JSON object a sample, from a file or standard input",
    )
    .argument("[file]", "the samples; -: standard input", "-")
    .option("--division <weight>", "the indicator's division; else learned from the samples", weight)
    .addOption(new Option("--unit <unit>", "of samples that name none").choices(printUnits))
    .option("--min-weight <weight>", "the least that is a load; else 20 divisions", weight)
    .option("--band <divisions>", "what stays within it is still", within("bandDivisions"), bandDivisions)
    .option("--settle <ms>", "for how long it has to", within("settleMs"), settleMs)
    .option(
      "--rearm <percent>",
      "of the bag; what falls below has left",
      within("rearmPercent"),
      rearmPercent,
    )
    .addOption(
      new Option("--commit <when>", "when a bag counts").choices(["taken-off", "settled"]).default(commit),
    )
    .option("--trace", "with the samples around each, at most 200")
    .addHelpText("after", help)
    .action(async (file: string, options: Options) => {
      const { detectBags } = await import("./detect/detect-bags.ts");
      const settings: StreamSettings = {
        unit: options.unit ?? null,
        division: options.division ?? null,
        leastWeight: options.minWeight ?? null,
        bandDivisions: options.band,
        settleMs: options.settle,
        rearmPercent: options.rearm,
        commit: options.commit,
      };
      await detectBags(file, settings, { withTrace: options.trace === true }, io);
    });
}

function weight(text: string): string {
  if ((scaled(text) ?? 0) > 0) return text;
  throw new InvalidArgumentError("It wants a weight above 0, such as 0.02.");
}

function within(setting: keyof typeof streamLimits): (text: string) => number {
  const { min, max } = streamLimits[setting];
  return (text) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It wants a number from ${min} to ${max}.`);
  };
}
