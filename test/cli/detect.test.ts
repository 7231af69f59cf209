import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";
import { prepuff } from "./captured.ts";

const lines = (weights: readonly (string | null)[], from = 0) =>
  weights.map((weight, index) => JSON.stringify({ t: from + 100 * index, weight, stable: null })).join("\n");
const parsed = (out: string) =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const some = (weight: string, times: number) => Array.from({ length: times }, () => weight);
const bag = [
  ...some("0.00", 10),
  "20.00",
  "45.00",
  ...some("50.20", 20),
  "30.00",
  "4.00",
  ...some("0.00", 10),
];

async function detect(text: string, ...options: string[]) {
  using folder = tempFolder();
  const path = join(folder.path, "samples");
  writeFileSync(path, text);
  return await prepuff(["detect", ...options, path]);
}

test("prepuff detect prints one JSON object for each bag, in the order of its fields", async () => {
  expect(await detect(lines(bag), "--division", "0.02", "--unit", "lb")).toEqual({
    code: 0,
    out: '{"kind":"bag","t":3300,"loaded_at":1000,"settled_at":1200,"weight":"50.20","unit":"lb","still_mark":false,"samples":24}\n',
    err: "",
  });
});

test("prepuff detect prints what was rejected with its reason; the end of the samples is a lost connection", async () => {
  const { out } = await detect(
    lines([...some("0.00", 10), "3.00", "2.00", ...some("0.00", 10), ...bag.slice(10, 30)]),
  );
  expect(parsed(out)).toMatchObject([
    { kind: "rejected", reason: "bumped", weight: null, peak: "3.00", unit: null, samples: 3 },
    { kind: "rejected", reason: "connection_lost", weight: "50.20", peak: "50.20" },
  ]);
});

test("prepuff detect takes its settings from options", async () => {
  const detected = async (...options: string[]) =>
    parsed((await detect(lines(bag), ...options)).out).map(({ weight }) => weight);
  expect(await detected("--min-weight", "60")).toEqual([]);
  expect(await detected("--settle", "3000")).toEqual([null]);
  expect(await detected("--commit", "settled")).toEqual(["50.20"]);
  expect(await detected("--rearm", "50", "--band", "1")).toEqual(["50.20"]);
});

test("prepuff detect --trace prints the samples, too", async () => {
  const { out } = await detect(lines(bag), "--trace");
  const { trace } = JSON.parse(out);
  expect(trace[0]).toEqual({ t: 0, weight: "0.00", stable: null });
  expect(trace.map(({ weight }: { weight: string }) => weight)).toContain("45.00");
});

test("prepuff detect reads samples without a weight, with a unit, a mode and a kind, and passes over empty lines", async () => {
  const text = [
    lines(some("0.00", 10)),
    "",
    '{"t":1000,"weight":null}',
    '{"t":1100,"weight":null,"kind":"overload","stable":false}',
    ...some("22.77", 10).map((weight, index) =>
      JSON.stringify({ t: 1200 + 100 * index, weight, unit: "kg", mode: "gross" }),
    ),
    '{"t":2300,"weight":"0.00","unit":"kg"}\r',
    '{"t":2400,"weight":"0.00","unit":"kg"}\r\n',
  ].join("\n");
  const { code, out } = await detect(text);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: "bag", weight: "22.77", unit: "kg" });
});

const sample = '{"t":0,"weight":"50.20","stable":true}';
test.each([
  ["50.20", `line 2 wants an object such as ${sample}`],
  ["{", "line 2 is no JSON: "],
  ['{"weight":"1.00"}', 'line 2 wants "t", the time in milliseconds, a number'],
  [
    '{"t":9999,"weight":1}',
    'line 2 wants "weight", a text with a decimal such as "50.20", or null without one',
  ],
  [
    '{"t":9999,"weight":"1,00"}',
    'line 2 wants "weight", a text with a decimal such as "50.20", or null without one',
  ],
  ['{"t":9999,"weight":"1.00","stable":"yes"}', 'line 2 wants "stable" as true, false or null'],
  ['{"t":9999,"weight":"1.00","unit":"stone"}', 'line 2 wants "unit" as one of lb, kg'],
  ['{"t":9999,"weight":"1.00","kind":"weigth"}', 'line 2 wants "kind" as one of weight, motion'],
  ['{"t":-1,"weight":"1.00"}', 'line 2 wants "t" not before that of the line above, 0'],
])("prepuff detect says what is wrong with %s, and in which line", async (line, says) => {
  const { code, out, err } = await detect(`{"t":0,"weight":"0.00"}\n${line}\n`);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toStartWith(`prepuff: ${says}`);
});

test("prepuff detect prints what was found before a line that is wrong", async () => {
  const { code, out, err } = await detect(`${lines(bag)}\n${lines(bag.slice(0, 30), 10_000)}\nnonsense\n`);
  expect(code).toBe(1);
  expect(parsed(out).map(({ kind }) => kind)).toEqual(["bag", "rejected"]);
  expect(err).toStartWith("prepuff: line 75 is no JSON: ");
});

test("prepuff detect without a file that can be read fails", async () => {
  const { code, err } = await prepuff(["detect", "/nowhere/samples"]);
  expect(code).toBe(1);
  expect(err).toStartWith("prepuff: /nowhere/samples cannot be read: ");
});

test("prepuff detect reads standard input", () => {
  const main = Bun.fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const ran = Bun.spawnSync([process.execPath, main, "detect"], {
    env: {},
    cwd: "/",
    stdin: Buffer.from(lines(bag)),
  });
  expect(JSON.parse(ran.stdout.toString())).toMatchObject({ kind: "bag", weight: "50.20" });
});

test.each([
  [["--division", "0"], "It wants a weight above 0, such as 0.02."],
  [["--min-weight", "-1"], "It wants a weight above 0, such as 0.02."],
  [["--settle", "50"], "It wants a number from 100 to 10000."],
  [["--rearm", "80"], "It wants a number from 1 to 50."],
  [["--band", "x"], "It wants a number from 1 to 1000."],
  [["--commit", "never"], "Allowed choices are taken-off, settled."],
  [["--unit", "stone"], "Allowed choices are lb, kg"],
])("prepuff detect %j is wrong", async (options, says) => {
  const { code, out, err } = await detect("", ...options);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(says);
});
