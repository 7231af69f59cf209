// Runs the tests, several files at once, each in a process of its own: `bun test/run.ts [FLAG or PATH …]`, as of
// `bun test`. What all files share is made here, once: a PostgreSQL, and the compiled program, which starts many times
// faster than the source.
import { join } from "node:path";
import { startTestServer } from "./support/postgres-server.ts";
import { memoryFolder, tempFolder } from "./support/temp-folder.ts";

/** Tests wait more than they work: fewer would leave two processors idle. */
const filesAtOnce = 6;

using folder = tempFolder();
using serverFolder = memoryFolder();
const server = await startTestServer(serverFolder.path);
const tests = Bun.spawn(
  [
    process.execPath,
    ...["test", `--parallel=${filesAtOnce}`, "--randomize", "--timeout=60000"],
    ...Bun.argv.slice(2),
  ],
  {
    stdio: ["inherit", "inherit", "inherit"],
    env: {
      ...process.env,
      TEST_POSTGRES_URL: server.url,
      APPLIANCE_BINARY: process.env.APPLIANCE_BINARY ?? (await compiled()),
    },
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => tests.kill(signal));
process.exitCode = await tests.exited;
await server.stop();

async function compiled(): Promise<string> {
  const file = join(folder.path, "prepuff");
  const build = Bun.spawn([process.execPath, "run", "compile", "--outfile", file], { stdout: "ignore" });
  if ((await build.exited) !== 0) throw new Error("the program could not be compiled");
  return file;
}
