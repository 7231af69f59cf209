import { join } from "node:path";
import type { BuiltFile } from "./built-file.ts";

/**
 * Runs while the module that calls it is translated: at `bun build` for the binary, which then holds the result,
 * and at the first request where the source runs.
 *
 * @throws where the pages do not build, with what the bundler said on standard error.
 */
export async function buildBoard(): Promise<BuiltFile[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "build.ts")], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error("the board's pages could not be built");
  return JSON.parse(text);
}
