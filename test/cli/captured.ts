import { run } from "../../src/cli/program.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process and keeps what it writes. */
export async function prepuff(
  argv: readonly string[],
  { env = {}, cwd = "/nowhere" }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const stdout = { write: (text: string) => void out.push(text), isTty: false };
  const stderr = { write: (text: string) => void err.push(text) };
  const code = await run(argv, { env, cwd, stdout, stderr });
  return { code, out: out.join(""), err: err.join("") };
}
