import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../test/support/temp-folder.ts";
import type { BenchCase, Figures, Goal, Guarantees } from "./contender.ts";
import type { BenchPostgres } from "./database.ts";
import { describeMachine, type Machine } from "./machine/machine.ts";
import { mediansOf, spreadOf, tableOf, tableOfGuarantees, tell } from "./report.ts";
import type { World } from "./world.ts";

export interface RunOptions {
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly binary: string | undefined;
  /** Only contenders whose name has this in it; for work on one of them. */
  readonly only: string | undefined;
  /** Where the JSON goes, a file a case; null: nowhere. */
  readonly resultsDir: string | null;
  readonly say: (line: string) => void;
}

/** All of a case's run, as it is written to JSON. */
export interface CaseResult {
  readonly case: string;
  readonly title: string;
  readonly machine: Machine;
  readonly quick: boolean;
  readonly rounds: readonly Figures[];
  readonly medians: Figures;
  readonly least: Figures;
  readonly most: Figures;
  readonly derived: Figures;
  readonly goals: readonly Goal[];
  readonly versions: Readonly<Record<string, string>>;
  readonly guarantees: Readonly<Record<string, Guarantees>>;
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

/** Runs a case; every contender gets a database of its own on the server. */
export async function runCase(
  benchCase: BenchCase,
  postgres: BenchPostgres,
  options: RunOptions,
): Promise<CaseResult> {
  const { rounds, isQuick, binary, only, say } = options;
  using folder = tempFolder();
  const world: World = {
    postgres,
    binary,
    isQuick,
    folder: folder.path,
    size: (full, quick) => (isQuick ? quick : full),
    say,
  };
  const machine = {
    ...describeMachine(folder.path),
    product: binary ?? "from source",
    postgres: postgres.version,
    ...postgres.durability,
  };
  say(`\n${benchCase.name}: ${benchCase.title}`);
  say(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
  );
  const all = benchCase.contenders(world).filter(({ name }) => only === undefined || name.includes(only));
  const leftOut = all.flatMap(({ name, missing }) => (missing === null ? [] : [`${name} (no ${missing})`]));
  if (leftOut.length > 0) say(`left out: ${leftOut.join(", ")}; bench/README.md says how to install them`);
  const taking = all.filter(({ missing }) => missing === null);
  const versions = Object.fromEntries(
    taking.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version()]])),
  );
  for (const [name, version] of Object.entries(versions)) say(`beside: ${name} ${version}`);

  const figures: Figures[] = [];
  const notes: string[] = [];
  const faults: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const ofRound: Record<string, Figures[string]> = {};
    for (const contender of taking) {
      say(`  round ${round} of ${rounds}: ${contender.name}`);
      const outcome = await contender.run(world);
      for (const [row, columns] of Object.entries(outcome.figures))
        ofRound[row] = { ...ofRound[row], ...columns };
      for (const note of outcome.notes ?? []) notes.push(`round ${round}: ${contender.name}: ${note}`);
      for (const fault of outcome.faults) faults.push(`round ${round}: ${contender.name}: ${fault}`);
    }
    figures.push(ofRound);
  }

  const medians = mediansOf(figures);
  const goals = isQuick ? [] : benchCase.goals(medians);
  say(`\n${tableOf(benchCase, figures)}\n`);
  for (const { wanted, found, unit, isMet } of goals)
    say(`  ${isMet ? "met" : "MISSED"}: ${wanted}; here ${tell(found)} ${unit}`);
  const guarantees: Record<string, Guarantees> = Object.assign(
    {},
    ...taking.map((contender) => contender.guarantees ?? {}),
  );
  if (Object.keys(guarantees).length > 0) say(`\n${tableOfGuarantees(guarantees)}\n`);
  for (const note of notes) say(`  note: ${note}`);
  for (const fault of faults) say(`  WRONG: ${fault}`);
  const result: CaseResult = {
    case: benchCase.name,
    title: benchCase.title,
    machine,
    quick: isQuick,
    rounds: figures,
    medians,
    ...spreadOf(figures),
    derived: benchCase.derived?.(medians) ?? {},
    goals,
    versions,
    guarantees,
    leftOut,
    notes,
    faults,
  };
  if (options.resultsDir !== null) writeResult(options.resultsDir, result, say);
  return result;
}

function writeResult(dir: string, result: CaseResult, say: (line: string) => void): void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${result.case}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  say(`  written: ${file}`);
}
