import { expect, test } from "bun:test";
import packageJson from "../../package.json" with { type: "json" };
import { createProgram } from "../../src/cli/program.ts";
import { prepuff } from "./captured.ts";

const nowhere = { write: () => {}, isTty: false };
const program = createProgram({
  version: "1.2.3",
  io: { env: {}, cwd: "/", stdout: nowhere, stderr: nowhere, finish: () => {} },
});
const commands = program.commands.map((command) => command.name());

test("prepuff --help names every command and the exit codes", async () => {
  const { code, out, err } = await prepuff(["--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  for (const name of commands) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
  expect(out).toContain("  2  the command line or the configuration is wrong; every fault is listed\n");
});

test("every command knows --help and --version", async () => {
  for (const name of commands) {
    const help = await prepuff([name, "--help"]);
    expect(help.code).toBe(0);
    expect(help.out).toStartWith(`Usage: prepuff ${name} `);
    expect(await prepuff([name, "--version"])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
  }
  expect((await prepuff(["--version"])).out).toBe(`${packageJson.version}\n`);
});

test("every command has a description", () => {
  for (const command of program.commands) expect(command.description()).not.toBe("");
});

test("an unknown command is told, with the one that may have been meant, and ends with 2", async () => {
  expect(await prepuff(["tokn"])).toEqual({
    code: 2,
    out: "",
    err: 'prepuff: unknown command "tokn". Did you mean token?\n',
  });
  const { code, err } = await prepuff(["abracadabra"]);
  expect(code).toBe(2);
  expect(err).toBe(`prepuff: unknown command "abracadabra". The commands are ${commands.join(", ")}.\n`);
});

test("an unknown option is told and ends with 2", async () => {
  const { code, out, err } = await prepuff(["config", "--jsn"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toStartWith("prepuff: unknown option '--jsn'\n(Did you mean --json?)\n");
});

test("a word too many is told and ends with 2", async () => {
  expect((await prepuff(["token", "admin"])).code).toBe(2);
});

test("the process ends with the command's code and writes nothing beside", () => {
  const main = Bun.fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const ran = (...argv: string[]) =>
    Bun.spawnSync([process.execPath, main, ...argv], { env: {}, cwd: "/", stdout: "pipe", stderr: "pipe" });
  const version = ran("--version");
  expect(version.exitCode).toBe(0);
  expect(version.stdout.toString()).toBe(`${packageJson.version}\n`);
  const unknown = ran("abracadabra");
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stdout.toString()).toBe("");
});

test("a reader that has seen enough does not make it fail", async () => {
  const main = Bun.fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const ran = Bun.spawn(["sh", "-c", `"${process.execPath}" "${main}" config | head -n 1; echo done`], {
    env: { PATH: process.env.PATH ?? "" },
    cwd: "/",
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await new Response(ran.stdout).text()).toMatch(/^VARIABLE .*\ndone\n$/);
  expect(await new Response(ran.stderr).text()).toBe("");
});
