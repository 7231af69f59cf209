import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Command } from "commander";
import { addSimulateCommand } from "../../src/cli/simulate.ts";
import { plantDefaults } from "../../src/simulate/plant.ts";
import { weightAt } from "../../src/simulate/weights.ts";
import { until } from "../support/until.ts";
import { openSink } from "./sink.ts";

/** Runs `prepuff simulate` in this process; `args` as typed, with blanks between them. */
async function simulate(args: string, { isTty = false } = {}) {
  let [out, err, code] = ["", "", 0];
  const program = new Command("prepuff").exitOverride().configureOutput({
    writeErr: (text) => {
      err += text;
    },
  });
  addSimulateCommand(program, {
    env: {},
    cwd: "/",
    stdout: {
      write: (text) => {
        out += text;
      },
      isTty,
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
    finish: (wanted) => {
      code = wanted;
    },
  });
  await program.parseAsync(["simulate", ...args.split(" ")], { from: "user" }).catch(() => {
    code = 2;
  });
  return { out, err, code };
}

describe("prepuff simulate", () => {
  test("sends what was asked for and counts it", async () => {
    using sink = openSink();
    const args = `--port ${sink.port} --scales 2 --first-scale 31 --bags 40 --rate 0 --seed 5 --unit kg --target 22.5`;
    const { out, err, code } = await simulate(`${args} --decimals 1 --terminator lf --decimal-comma --pad`);
    const spec = { ...plantDefaults, seed: 5, target: 22.5, decimals: 1, rate: 0 };
    const line = (_: unknown, i: number) => `32,${weightAt(spec, 32, i).replace(".", ",").padStart(8)} kg\n`;
    expect(sink.byScale().get(32)).toBe(Array.from({ length: 40 }, line).join(""));
    expect([...sink.byScale().keys()].sort()).toEqual([31, 32]);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(out.split("\n").map((row) => row.replace(/ {2,}/, "="))).toEqual([
      "scales=2",
      "frames sent=80",
      "good bags=80",
      "deliberate rejects=0",
      "garbage frames=0",
      "disconnects=0",
      "broken connections=0",
      expect.stringMatching(/^seconds=\d\.\d$/),
      expect.stringMatching(/^frames\/s=[\d,]+$/),
      "seed=5",
      "",
    ]);
  });

  test("counts the faults, and prints the seed that it chose: with it the same is sent again", async () => {
    using sink = openSink();
    const args = `--port ${sink.port} --scales 1 --bags 300 --rate 0 --faults garbage,disconnect=0.05,reject`;
    const first = await simulate(args);
    const firstBytes = sink.texts().join("");
    expect(first.out).toMatch(/^deliberate rejects +[1-9]\d* \(motion \d+, overload \d+, zero \d+\)$/m);
    expect(first.out).toMatch(/^garbage frames +[1-9]/m);
    expect(first.out).toMatch(/^disconnects +[1-9]/m);
    const seed = /^seed +(\d+)$/m.exec(first.out)?.[1];
    await simulate(`${args} --seed ${seed} --quiet`);
    expect(sink.texts().join("") === firstBytes + firstBytes).toBe(true);
  });

  test("rewrites one line on a terminal, and leaves only the count behind", async () => {
    using sink = openSink();
    const args = `--port ${sink.port} --scales 1 --bags 8 --rate 1200 --drift -2`;
    const { out } = await simulate(args, { isTty: true });
    const [first = "", ...others] = out.split("\x1b[K");
    expect(first).toMatch(/^\r1 of 1 scales connected, \d of 8 bags, \d frames, \d+ frames\/s$/);
    expect(others.at(-2)).toBe("\r");
    expect(others.at(-1)).toMatch(/^scales +1\n/);
    expect((await simulate(`${args} --quiet`, { isTty: true })).out).not.toContain("\r");
  });

  test("ends with 1 and says why when it cannot connect", async () => {
    const port = (() => {
      using sink = openSink();
      return sink.port;
    })();
    const { err, code } = await simulate(`--port ${port} --scales 3 --connect-timeout 0.2`);
    expect(code).toBe(1);
    expect(err).toContain("prepuff: 3 of 3 scales did not send all their bags\n");
    expect(err).toMatch(`attempts to connect to 127.0.0.1:${port} failed, such as: Failed to connect`);
  });

  test("ends with 1 when the other side broke a connection: nobody knows what it read", async () => {
    using sink = openSink({ onData: (socket) => void socket.terminate() });
    const { err, code } = await simulate(`--port ${sink.port} --scales 1 --bags 1 --rate 0`);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^prepuff: 1 connections were ended by the other side, or their close was not confirmed/,
    );
  });

  test.each([
    ["--scales 0", "It wants a whole number from 1 to 10000."],
    ["--scales 10001", "It wants a whole number from 1 to 10000."],
    ["--port 1e3", "It wants a whole number from 1 to 65535."],
    ["--rate -1", "It wants a number from 0 to 60000."],
    ["--target 0", "It wants a number from 0.0001 to 600000."],
    ["--faults all,cut", 'There is no fault "all"'],
    ["--unit st", "Allowed choices are lb, kg, g, oz."],
    ["--first-scale 2147483647", "scale ids end at 2147483647"],
    ["--target 0.4 --decimals 0", "with 0 decimals a target of 0.4 prints as 0"],
  ])("refuses %s", async (args, message) => {
    const { err, code } = await simulate(args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("on %s it closes in order, prints the count and ends with %d", async (signal, code) => {
  using sink = openSink();
  const main = join(import.meta.dir, "../../src/main.ts");
  const args = ["simulate", "--port", String(sink.port), "--bags", "0", "--rate", "6000", "--seed", "1"];
  const running = Bun.spawn([process.execPath, main, ...args], { stdout: "pipe", stderr: "pipe" });
  await until("bags arrive", () => sink.texts().length === 4 && sink.texts().every((text) => text !== ""));
  running.kill(signal);
  expect(await running.exited).toBe(code);
  const arrived = sink.texts().join("").split("\r\n");
  expect(arrived.pop()).toBe("");
  expect(await new Response(running.stdout).text()).toMatch(RegExp(`^good bags +${arrived.length}$`, "m"));
  expect(await new Response(running.stderr).text()).toBe("");
});

describe("indicators of other dialects", () => {
  test("speaks a dialect", async () => {
    using sink = openSink();
    const { err, code } = await simulate(
      `--port ${sink.port} --scales 1 --bags 2 --rate 0 --seed 5 --dialect sma`,
    );
    expect({ err, code }).toEqual({ err: "", code: 0 });
    const print = (bag: number) =>
      `\n 1G  ${weightAt({ ...plantDefaults, seed: 5 }, 1, bag).padStart(10)}lb \r`;
    expect(sink.texts()).toEqual([print(0) + print(1)]);
  });

  test("plays a stream, and says how many bags were put on", async () => {
    using sink = openSink();
    const { out, err, code } = await simulate(
      `--port ${sink.port} --scales 2 --bags 1 --rate 15 --stream 10 --dialect sma --quiet`,
    );
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(out).toContain("bags put on         2 and taken off\n");
    expect(out).toMatch(/^samples or prints {3}\d+$/m);
  }, 60_000);

  test.each([
    ["--dialect smaa", "sma"],
    ["--dialect sma --pad", "--terminator, --decimal-comma and --pad are for dialect line"],
    ["--dialect sma --faults all", "with --dialect the faults are cut, glue and disconnect"],
    ["--stream 10 --faults cut", "--faults are for prints, not for --stream and --listen"],
    ["--stream 10 --rate 30", "--rate is above 0 and at most 15"],
    ["--stream 1000", "It wants a number from 0.1 to 100."],
    ["--listen 65534 --scales 3", "3 scales from port 65534 on go beyond port 65535"],
  ])("refuses %s", async (args, said) => {
    const { err, code } = await simulate(args);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
