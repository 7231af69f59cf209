import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";
import { prepuff } from "./captured.ts";

async function read(bytes: string, ...options: string[]) {
  using folder = tempFolder();
  const path = join(folder.path, "capture");
  writeFileSync(path, bytes, "latin1");
  const { code, out, err } = await prepuff(["read", ...options, path]);
  const frames: unknown[] = out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  return { code, frames, err };
}

const nothing = { weight: null, unit: null, mode: null, stable: null, scale: null, reason: null };

test("prepuff read prints one JSON object a frame, in the order of its fields", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "capture");
  writeFileSync(path, "S S     100.00 g\r\n");
  const { out } = await prepuff(["read", "--dialect", "mt-sics", path]);
  expect(out).toBe(
    '{"kind":"weight","weight":"100.00","unit":"g","mode":null,"stable":true,"scale":null,"reason":null,"raw":"S S     100.00 g"}\n',
  );
});

test("prepuff read reads the print of today without a dialect", async () => {
  const { frames } = await read("1,45.20 lb\r\n1,45.20\r\n");
  expect(frames).toEqual([
    { kind: "weight", ...nothing, weight: "45.20", unit: "lb", scale: 1, raw: "1,45.20 lb" },
    { kind: "rejected", ...nothing, reason: "malformed", scale: 1, raw: "1,45.20" },
  ]);
});

test("prepuff read takes from options what the prints leave open", async () => {
  const { frames } = await read("  12.50\r\n", "--dialect", "awtx", "--unit", "kg");
  expect(frames).toMatchObject([{ kind: "weight", weight: "12.50", unit: "kg" }]);
});

test("prepuff read reads by the indicator's own format", async () => {
  const { frames } = await read(
    "7 N   12.50 kg\r\n",
    ...["--format", "{A.2.1[W1]} {T.ACT.2[W1]} {T.ACT.1} {T.UNIT.1}#CR#LF"],
  );
  expect(frames).toMatchObject([{ kind: "weight", weight: "12.50", unit: "kg", mode: "net", scale: 7 }]);
});

test.each([
  [["--dialect", "smaa"], "Did you mean sma?"],
  [["--format", "{T.GWX.1}"], "--format: {T.GWX.1}, at character 1, is not known. Known are ACT,"],
  [["--format", "{T.GWT.1}", "--dialect", "sma"], "cannot be used with option '--dialect <name>'"],
  [["--unit", "stone"], "Allowed choices are lb, kg"],
  [["--decimals", "6"], "It wants a whole number from 0 to 5."],
])("prepuff read %j is wrong", async (options, says) => {
  const { code, frames, err } = await read("", ...options);
  expect({ code, frames }).toEqual({ code: 2, frames: [] });
  expect(err).toContain(says);
});

test("prepuff read tells that a file cannot be read", async () => {
  const { code, err } = await prepuff(["read", "nothing"]);
  expect(code).toBe(1);
  expect(err).toContain("nothing cannot be read");
});

test("prepuff read drops what a device server puts before packets and between prints", async () => {
  const bytes = "\xff\xfd\x18USR-1234S S     100.00 g\r\n\xd8\xb0S S     200.00 g\r\n";
  const { code, frames } = await read(
    bytes,
    ...["--dialect", "mt-sics", "--registration", "USR-1234", "--heartbeat", "\\xd8\\xb0"],
  );
  expect(code).toBe(0);
  expect(frames).toMatchObject([{ weight: "100.00" }, { weight: "200.00" }]);
});

test("prepuff read takes the bytes of a registration that is written wrong as a fault of the command line", async () => {
  const { code, err } = await read("", "--dialect", "mt-sics", "--registration", "\\x5");
  expect(code).toBe(2);
  expect(err).toContain("x with two hexadecimal digits");
});

test("prepuff read drops nothing that could be a part of a weight", async () => {
  const { code, err } = await read("", "--dialect", "mt-sics", "--heartbeat", "00");
  expect(code).toBe(2);
  expect(err).toContain("must have a byte that no number has");
});

test("prepuff read takes parity bits off", async () => {
  const bytes = "S S     100.00 g\r\n".replace(/[^S \r\n]/g, (character) => {
    const isOdd = [...character.charCodeAt(0).toString(2)].filter((bit) => bit === "1").length % 2 === 1;
    return isOdd ? String.fromCharCode(character.charCodeAt(0) | 0x80) : character;
  });
  const { frames } = await read(
    bytes.replaceAll(" ", "\xa0").replace("\r", "\x8d"),
    ...["--dialect", "mt-sics"],
  );
  expect(frames).toEqual([
    {
      kind: "weight",
      ...nothing,
      weight: "100.00",
      unit: "g",
      stable: true,
      raw: "S S     100.00 g",
    },
  ]);
});
