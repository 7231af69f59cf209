import { type Command, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../config/suggest.ts";
import { type DialectName, dialectNames } from "../indicators/dialect-names.ts";
import { printUnits } from "../indicators/print.ts";

/** Adds the options that say what an indicator's prints do not. */
export function addDialectSettings(command: Command): Command {
  const which = "the weight that is meant where a print has several";
  const order = "the order of digits where a print does not say it";
  const mark = "what stands before decimals; else as the first prints show";
  return command
    .addOption(new Option("--unit <unit>", "of prints that name none").choices(printUnits))
    .addOption(new Option("--decimal-mark <mark>", mark).choices(["point", "comma"]))
    .option("--decimals <n>", "digits behind the point where the prints do not say it", decimals)
    .addOption(new Option("--weight <which>", which).choices(["gross", "net"]))
    .addOption(new Option("--digits <order>", order).choices(["forward", "reversed"]));
}

/** Reads the value of `--dialect`. */
export function dialectName(text: string): DialectName {
  const name = dialectNames.find((one) => one === text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError(
    didYouMean(text, dialectNames) || `It wants one of ${dialectNames.join(", ")}.`,
  );
}

function decimals(text: string): number {
  if (/^[0-5]$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It wants a whole number from 0 to 5.");
}
