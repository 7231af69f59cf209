/**
 * Measures the product beside what else would be used, on one machine, in one run.
 *
 *   bun run bench                 (all cases)
 *   bun run bench ingest --rounds 5
 *   bun run bench --help
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { cases } from "./cases/all.ts";
import { startBenchPostgres } from "./database.ts";
import { type RunOptions, runCase } from "./run.ts";

const compiled = resolve(import.meta.dir, "../dist/prepuff");

const program = new Command("bench")
  .description("Measures Pre-Puff beside its peers: the same load, the same Postgres, one after the other.")
  .argument("[case...]", `some of: ${cases.map(({ name }) => name).join(", ")}; all where none is named`)
  .option("--rounds <n>", "rounds of each case; the table shows their medians", wholeNumber, 5)
  .option("--quick", "one round of seconds, to see that all works; its numbers mean nothing", false)
  .option("--only <text>", "only those whose name has this in it, as rsyslog")
  .option("--binary <file>", "the compiled product; default: dist/prepuff where it is there, else the source")
  .option("--results <folder>", "where the JSON goes, a file a case", ".bench/results")
  .addHelpText("after", `\n${cases.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join("\n")}`)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

const options = program.opts<{
  rounds: number;
  quick: boolean;
  only?: string;
  binary?: string;
  results: string;
}>();
const strangers = program.args.filter((name) => cases.every((each) => each.name !== name));
if (strangers.length > 0) program.error(`no such case: ${strangers.join(", ")}`);

const began = performance.now();
const runOptions: RunOptions = {
  rounds: options.quick ? 1 : options.rounds,
  isQuick: options.quick,
  binary: options.binary ?? (existsSync(compiled) ? compiled : undefined),
  only: options.only,
  // A part of a case is no result.
  resultsDir: options.only === undefined ? options.results : null,
  say(line) {
    const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(5);
    // Tables are for copying: only progress gets the time.
    process.stdout.write(line.startsWith("  round") ? `${seconds} s${line}\n` : `${line}\n`);
  },
};
process.exit((await runAll()) ? 0 : 1);

/** @returns whether nothing was lost. */
async function runAll(): Promise<boolean> {
  let isRight = true;
  for (const each of cases.filter(({ name }) => program.args.length === 0 || program.args.includes(name))) {
    await using postgres = await startBenchPostgres();
    const { faults } = await runCase(each, postgres, runOptions);
    isRight &&= faults.length === 0;
  }
  return isRight;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("wants a whole number from 1.");
  return value;
}
