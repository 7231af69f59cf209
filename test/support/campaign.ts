import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** A long run by hand: numbers from the command line, progress while it goes, and a receipt that decides its exit code. */
export interface Campaign<Name extends string> {
  /** `--name` of the command line, or its default. */
  readonly numbers: Readonly<Record<Name | "seed", number>>;
  /** `--binary`: the compiled program in place of the source. */
  readonly binary: string | undefined;
  /** `--upstream` and other switches. */
  has(flag: string): boolean;
  /** Uniform in [0, 1), the same at every run with one seed. */
  random(): number;
  say(line: string): void;
  /** Notes a mismatch where it does not hold. The run goes on: the receipt shows all of them. */
  check(what: string, holds: boolean): void;
  /** The closing line, and the exit code: 1 on any mismatch. */
  receipt(facts: Readonly<Record<string, string | number>>): void;
}

export function startCampaign<Name extends string>(
  name: string,
  defaults: Readonly<Record<Name, number>>,
  flags: readonly string[] = [],
): Campaign<Name> {
  const texts = Object.fromEntries(
    ["seed", ...Object.keys(defaults), "binary"].map((each) => [each, { type: "string" as const }]),
  );
  const switches = Object.fromEntries(flags.map((each) => [each, { type: "boolean" as const }]));
  const { values } = parseArgs({ options: { ...texts, ...switches } });
  const given: Record<string, string | boolean | undefined> = values;
  const numberOf = (key: string, otherwise: number) => {
    const value = given[key] === undefined ? otherwise : Number(given[key]);
    if (!Number.isFinite(value)) throw new Error(`--${key} wants a number`);
    return value;
  };
  // Every key of `defaults`, and the seed: what `numbers` promises.
  const numbers = Object.fromEntries(
    Object.entries<number>({ seed: 1, ...defaults }).map(([key, value]) => [key, numberOf(key, value)]),
  ) as Record<Name | "seed", number>;
  const began = performance.now();
  const mismatches: string[] = [];
  let state = numbers.seed >>> 0;

  function say(line: string): void {
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(7);
    process.stdout.write(`${seconds} s  ${line}\n`);
  }

  return {
    numbers,
    binary: typeof given.binary === "string" ? given.binary : undefined,
    has: (flag) => given[flag] === true,
    random() {
      // mulberry32
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
    say,
    check(what, holds) {
      if (holds) return;
      mismatches.push(what);
      say(`MISMATCH: ${what}`);
    },
    receipt(facts) {
      const told = Object.entries({ ...facts, seed: numbers.seed }).map(([key, value]) => `${key} ${value}`);
      say(`receipt: ${name}: ${told.join(", ")}, mismatches ${mismatches.length}`);
      process.exitCode = mismatches.length === 0 ? 0 : 1;
    },
  };
}

/** The value below which `part` (0 … 1) of the values are; the values are sorted by it. */
export function quantile(values: number[], part: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;
}

export interface Memory {
  readonly now: number;
  /** The most it ever had. */
  readonly peak: number;
  /** Of `now`, what is not backed by a file: pages of the program itself are shared, and can be dropped. */
  readonly anonymous: number;
}

/** A process's resident memory in MB (10^6 bytes). Linux only. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (field: string) => {
    const kib = Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
    return Math.round((kib * 1024) / 1e6);
  };
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM"), anonymous: megabytes("RssAnon") };
}
