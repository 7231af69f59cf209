import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Guarantees } from "../contender.ts";
import type { Database } from "../database.ts";
import type { World } from "../world.ts";

/** Another program that takes lines from TCP and writes them to Postgres. */
export interface Peer {
  readonly name: string;
  /** What it lacks to take part here; null where it is installed. */
  readonly missing: string | null;
  version(): string;
  /** How many frames of each scale a round sends to it: slow ones get fewer, so that no round takes minutes. */
  readonly framesEach: number;
  readonly guarantees: Guarantees;
  /** Starts it; the table `bag` is there. It is up when it accepts on `port`. */
  start(parts: {
    world: World;
    database: Pick<Database, "url" | "sql">;
    port: number;
    frames: number;
  }): Promise<RunningPeer>;
}

export interface RunningPeer extends AsyncDisposable {
  readonly pid: number;
  /** What it wrote to its output, where it did not do what was wanted. */
  output(): string;
}

/** Where peers are installed that no package of the system brings; bench/README.md says how. */
export function installed(path: string): string {
  return resolve(import.meta.dir, "../../.bench", path);
}

/** A program of the system, or one that was put in the folder for the benchmark. */
export function findInstalled(program: string): string | null {
  return Bun.which(program, { PATH: `${installed("bin")}:${process.env.PATH}` });
}

/** What a program answers to the question for its version: the first number with dots in it. */
export function versionOf(...command: readonly string[]): string {
  const { stdout, stderr } = Bun.spawnSync([...command], { stdin: "ignore" });
  return /\d+(\.\d+)+/.exec(`${stdout} ${stderr}`)?.[0] ?? "unknown";
}

/** Starts a program with its output in a file. */
export async function runProgram(
  world: World,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningPeer> {
  const file = `${world.folder}/output-${Bun.randomUUIDv7()}.log`;
  const child = Bun.spawn([...command], {
    cwd: world.folder,
    stdin: "ignore",
    stdout: Bun.file(file),
    stderr: Bun.file(file),
    env: { PATH: process.env.PATH, HOME: world.folder, ...env },
  });
  const stop = () => child.kill("SIGKILL");
  process.on("exit", stop);
  return {
    pid: child.pid,
    output: () => readFileSync(file, "utf8").slice(-300),
    async [Symbol.asyncDispose]() {
      process.off("exit", stop);
      stop();
      await child.exited;
    },
  };
}
