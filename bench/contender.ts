import type { Database } from "./database.ts";
import type { World } from "./world.ts";

/** Numbers of one round: by the table's row, then by its column. NaN: could not be measured. */
export type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What one round of a contender gave. */
export interface Outcome {
  readonly figures: Figures;
  /** What must not be, as a bag that is missing: the benchmark fails by it. */
  readonly faults: readonly string[];
  /** What a reader should know, as that a peer lost frames. */
  readonly notes?: readonly string[];
}

/** What a program guarantees besides its speed, as set up here; by the table's column, in a few words each. */
export interface Guarantees {
  /** Which frames that it has read are gone after one. */
  readonly "a power cut loses": string;
  /** How often a frame is stored where something fails. */
  readonly "each frame": string;
  readonly "order of a scale": string;
  /** Job, number, verdict. */
  readonly judged: string;
}

/** The product, a peer, or a floor below which nobody gets: what takes its turn in every round. */
export interface Contender {
  readonly name: string;
  /** What it lacks to take part here, in words; null where it is all there. */
  readonly missing: string | null;
  /** As the program says it; only called where nothing is missing. */
  version?(): string;
  /** By the program's name; left out by floors, which take no frames. */
  readonly guarantees?: Readonly<Record<string, Guarantees>>;
  run(world: World): Promise<Outcome>;
}

export interface Goal {
  readonly wanted: string;
  readonly found: number;
  readonly unit: string;
  readonly isMet: boolean;
}

/** @returns empty where it could not be measured. */
export function atLeast(found: number, least: number, unit: string, what: string): Goal[] {
  if (Number.isNaN(found)) return [];
  return [
    {
      wanted: `${what}: at least ${least.toLocaleString("en-US")} ${unit}`,
      found,
      unit,
      isMet: found >= least,
    },
  ];
}

/** @returns empty where it could not be measured. */
export function atMost(found: number, most: number, unit: string, what: string): Goal[] {
  if (Number.isNaN(found)) return [];
  return [
    { wanted: `${what}: at most ${most.toLocaleString("en-US")} ${unit}`, found, unit, isMet: found <= most },
  ];
}

/** One question that the benchmark answers. */
export interface BenchCase {
  readonly name: string;
  /** What is measured, in a line, for `--help` and above the table. */
  readonly title: string;
  /** Columns in their order, each with its unit; one that nobody fills is not shown, one that is not here comes last. */
  readonly columns: readonly string[];
  contenders(world: World): readonly Contender[];
  /** Ratios and the like, out of the medians: more columns of the table. */
  derived?(medians: Figures): Figures;
  /** Read from the medians. */
  goals(medians: Figures): readonly Goal[];
}

/** The number of a cell; NaN where there is none. */
export function cell(figures: Figures, row: string, column: string): number {
  return figures[row]?.[column] ?? Number.NaN;
}

/** Runs work on a new database, which is dropped afterwards. */
export async function onNewDatabase<T>(world: World, work: (database: Database) => Promise<T>): Promise<T> {
  await using database = await world.postgres.newDatabase();
  return await work(database);
}
