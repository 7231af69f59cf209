import type { BenchPostgres } from "./database.ts";

/** What all contenders share: everything here is the same for each of them. */
export interface World {
  readonly postgres: BenchPostgres;
  /** The compiled product; undefined: from source. */
  readonly binary: string | undefined;
  /** With true a round takes seconds, and its numbers mean nothing: to see that all works. */
  readonly isQuick: boolean;
  /** A folder on the disk that is measured, emptied at the end. */
  readonly folder: string;
  /** `full`, or `quick` where the world is. */
  size<T>(full: T, quick: T): T;
  say(line: string): void;
}
