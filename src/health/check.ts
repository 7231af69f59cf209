import type { Config } from "../config/config.ts";
import type { Env } from "../config/environment.ts";
import type { Clock } from "../runtime/clock.ts";
import { errorCode } from "../runtime/error-code.ts";
import type { ApplianceApi } from "./appliance-api.ts";
import type { Said } from "./said.ts";
import type { Word } from "./words.ts";

export type State = "passed" | "failed" | "skipped";

/** What one look found, in words for operators. */
export interface Finding {
  readonly state: State;
  readonly detail: string;
  /** What to do about it; null where nothing is to be done. */
  readonly remedy: string | null;
}

/** One line of the report. */
export interface Line extends Finding {
  readonly name: string;
  /** The same to be said in any language, by the checks that the appliance makes itself. */
  readonly said?: Said;
}

/** What the checks look at. */
export interface Subject {
  readonly config: Config;
  /** For the proxy that requests go through. */
  readonly env: Env;
  readonly clock: Clock;
  readonly api: ApplianceApi;
  /** How far each clock that a check saw is ahead of this machine's, in milliseconds. Checks add to it. */
  readonly clocks: Map<string, number>;
}

/** One check: a question, and when it makes sense to ask it. */
export interface Check {
  readonly name: string;
  /** Names of earlier checks; unless all of them passed this one is skipped. */
  readonly needs?: readonly string[];
  /** The appliance makes it itself, too, for the board; this is what it looks at. */
  readonly inside?: Word;
  /** Name of an earlier check that makes this one needless where it passed. */
  readonly unless?: string;
  /** One finding, or a line for each thing that was looked at. A throw is a failure. */
  run(subject: Subject): Promise<Finding | readonly Line[]>;
}

export const passed = (detail: string): Finding => ({ state: "passed", detail, remedy: null });
export const failed = (detail: string, remedy: string): Finding => ({ state: "failed", detail, remedy });
export const skipped = (detail: string): Finding => ({ state: "skipped", detail, remedy: null });

/** What an error says, in one line. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  return code === null || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

/** Runs `work` and says how long it took, in whole milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const began = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - began) };
}
