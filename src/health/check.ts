import type { Config } from "../config/config.ts";
import type { Env } from "../config/environment.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Facts } from "./facts.ts";
import type { FindingPhrases, Phrase } from "./finding-phrases.ts";
import type { Word } from "./words.ts";

export type State = "passed" | "failed" | "skipped";

/** Plain words, or phrases that can be said in any language: of the checks that the appliance makes itself, too. */
type Text = string | Phrase | readonly Phrase[];

/** How soon something has to be done: weighing stops or stands; somebody today; or it is only to be known. */
export const severities = ["stops", "today", "know"] as const;
export type Severity = (typeof severities)[number];

/** The result of one check. */
export interface Finding {
  readonly state: State;
  readonly what: Text;
  /** What to do about it; null where nothing is to be done. */
  readonly remedy: string | Phrase | null;
  /** Of a failed one; null: it did not fail. */
  readonly severity: Severity | null;
  /** What was looked at, where it is not the check as a whole. */
  readonly about?: Phrase;
}

/** One line of the report. */
export interface Line {
  readonly name: string;
  readonly state: State;
  readonly detail: string;
  readonly remedy: string | null;
  readonly severity: Severity | null;
  /** The same to be said in any language, by the checks that the appliance makes itself. */
  readonly said?: FindingPhrases;
}

/** What the checks look at that the appliance makes itself. */
export interface Subject {
  readonly config: Config;
  readonly clock: Pick<Clock, "now">;
  readonly facts: Facts;
}

/** What the others look at besides, from outside. */
export interface OutsideSubject extends Subject {
  /** For the proxy that requests go through. */
  readonly env: Env;
  /** The HTTP status of two of the appliance's answers. Each throws where nothing answers. */
  readonly status: {
    /** Of `/health/live`, which is open to everyone. */
    live(): Promise<number>;
    /** Of an address that requires the admin token. */
    asAdmin(): Promise<number>;
  };
  /** How far each clock that a check saw is ahead of this machine's, in milliseconds. Checks add to it. */
  readonly clocks: Map<string, number>;
}

interface CheckOf<S extends Subject> {
  readonly name: string;
  /** Names of earlier checks; unless all of them passed this one is skipped. */
  readonly needs?: readonly string[];
  /** Name of an earlier check that makes this one needless where it passed. */
  readonly unless?: string;
  /** One finding, or one for each thing that was looked at. A thrown error is a failed check. */
  readonly run: (subject: S) => Promise<Finding | readonly Finding[]>;
}

/** A check that the appliance makes itself, too, for the board. */
export interface InsideCheck extends CheckOf<Subject> {
  /** What it looks at. */
  readonly inside: Word;
}

/** A check that can only be made from outside of the appliance. */
export interface OutsideCheck extends CheckOf<OutsideSubject> {
  readonly inside?: undefined;
}

/** One check: a question, and when it makes sense to ask it. */
export type Check = InsideCheck | OutsideCheck;

export const passed = (what: Text): Finding => ({ state: "passed", what, remedy: null, severity: null });
export const failed = (what: Text, remedy: string | Phrase, severity: Severity = "today"): Finding => ({
  state: "failed",
  what,
  remedy,
  severity,
});
export const skipped = (what: string): Finding => ({ state: "skipped", what, remedy: null, severity: null });

/** The same of one of the things that a check looks at. */
export const about = (thing: Phrase, finding: Finding): Finding => ({ ...finding, about: thing });

/** Runs `work` and says how long it took, in whole milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const began = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - began) };
}
