import { expect, test } from "bun:test";
import { resolve } from "node:path";

const main = resolve(import.meta.dir, "../../src/main.ts");

/** Runs a line of bash in which `prepuff` is the command. */
async function bash(line: string) {
  const child = Bun.spawn(["bash", "-c", `set -o pipefail; prepuff() { "$BUN" "$MAIN" "$@"; }; ${line}`], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { PATH: process.env.PATH, HOME: process.env.HOME, BUN: process.execPath, MAIN: main },
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}

test.each(["config --list", "--help", "simulate --port 1 --bags 0 --connect-timeout 0"])(
  "`prepuff %s | head -c 1` ends in silence",
  async (command) => {
    const { stderr, code, stdout } = await bash(`prepuff ${command} | head -c 1`);
    expect({ stderr, code, length: stdout.length }).toEqual({ stderr: "", code: 0, length: 1 });
  },
  30_000,
);

test("output that a full disk does not take is a failure", async () => {
  const { stderr, code } = await bash("prepuff config --list > /dev/full");
  expect({ stderr, code }).toEqual({
    stderr: "prepuff: standard output cannot be written (ENOSPC)\n",
    code: 1,
  });
});

test("a command works with standard output and error closed", async () => {
  expect(await bash("prepuff config --list >&- 2>&-")).toMatchObject({ code: 0 });
  expect(await bash("prepuff nonsense >&- 2>&-")).toMatchObject({ code: 2 });
});
