// Runs the tests, several files at once, each in a process of its own: `bun test/run.ts [FLAG or PATH …]`, as of
// `bun test`. What all files share is started here, once.
import { startTestServer } from "./support/postgres-server.ts";
import { tempFolder } from "./support/temp-folder.ts";

/** Tests wait more than they work. */
const filesAtOnce = 3;

using folder = tempFolder();
const server = await startTestServer(folder.path);
const tests = Bun.spawn(
  [
    process.execPath,
    ...["test", `--parallel=${filesAtOnce}`, "--randomize", "--timeout=60000"],
    ...Bun.argv.slice(2),
  ],
  {
    stdio: ["inherit", "inherit", "inherit"],
    env: { ...process.env, TEST_POSTGRES_URL: server.url },
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => tests.kill(signal));
process.exitCode = await tests.exited;
await server.stop();
