import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type CaptureHeader, captureLine, readCapture } from "../../src/captures/capture-file.ts";
import { compareCapture } from "../../src/captures/compare.ts";
import { prepuff } from "../cli/captured.ts";
import { capturing } from "../support/capturing.ts";
import { stopListening } from "../support/listening.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

type Line = Parameters<typeof captureLine>[0];

const header: CaptureHeader = {
  format: 1,
  program: "0.9.0",
  at: "2026-01-01T00:00:00.000Z",
  source: null,
  address: null,
  settings: { decimal_mark: "auto", idle_ms: 250, max_age_ms: 3000 },
};
const open: Line = { t: 0, connection: 1, dir: "open", address: "10.0.0.1", port: null, source: "default" };
const bytes = (t: number, text: string): Line => ({ t, connection: 1, dir: "in", bytes: text });
const bag = (t: number, raw: string, weight: string): Line => ({
  t,
  connection: 1,
  raw,
  verdict: { kind: "bag", scale: 1, weight, unit: "lb" },
});
const reject = (t: number, raw: string, reason: string, scale: number | null = null): Line => ({
  t,
  connection: 1,
  raw,
  verdict: { kind: "rejected", reason, scale },
});
const end: Line = { t: 10_000, end: "time" };

function textOf(...lines: Line[]): string {
  return [header, ...lines].map(captureLine).join("");
}
const compare = (...lines: Line[]) => compareCapture(readCapture(textOf(...lines)));

describe("a capture of an appliance", () => {
  let appliance: Awaited<ReturnType<typeof capturing>>;
  beforeAll(async () => {
    appliance = await capturing();
  });
  afterEach(stopListening);
  afterAll(() => appliance.stop());

  test("says the same again: cut and glued prints, silences, what is stale, no scale, and a broken end", async () => {
    const capture = await appliance.start("seconds=60");
    const line = await connectScale(appliance.side.port);
    const count = (wanted: number) => until(`${wanted} came`, () => appliance.side.entries.length === wanted);
    await line.send("1,45.");
    await Bun.sleep(20);
    await line.send("20 lb\r\n1,46.20 lb\r1,47.20 lb M\n");
    await count(3);
    await line.send("1,48.20 lb");
    await count(4);
    await line.send("0001");
    await count(5);
    await line.send("1,49.20 l");
    await line.close();
    await count(6);
    const other = await connectScale(appliance.side.port);
    await other.send("GET / HTTP/1.1\r\nHost: silo\r\n\r\n1,50.00 lb\r\n");
    await count(7);
    other[Symbol.dispose]();
    await until("all is captured", () => capture.text.split('"close"').length === 3);
    await capture.end();
    expect(compareCapture(readCapture(capture.text))).toEqual({ prints: 7, same: 7, differences: [] });
  });
});

test("what another version made of a print is a difference, with its time and its bytes", () => {
  expect(
    compare(
      open,
      bytes(1_000, "1,45.20 lb\r\n1,46.20 lb\r\n"),
      bag(1_000, "1,45.20 lb", "45.20"),
      bag(1_000, "1,46.20 lb", "46.2"),
      bytes(2_000, "1,47.20 st\r\n"),
      reject(2_000, "1,47.20 st", "malformed", 1),
      end,
    ),
  ).toEqual({
    prints: 3,
    same: 1,
    differences: [
      {
        t: 1_000,
        connection: 1,
        raw: "1,46.20 lb",
        before: { kind: "bag", scale: 1, weight: "46.2", unit: "lb" },
        now: { kind: "bag", scale: 1, weight: "46.20", unit: "lb" },
      },
      {
        t: 2_000,
        connection: 1,
        raw: "1,47.20 st",
        before: { kind: "rejected", reason: "malformed", scale: 1 },
        now: { kind: "rejected", reason: "unknown_unit", scale: 1 },
      },
    ],
  });
});

test("prints that were cut in another way do not make those behind them differ", () => {
  const found = compare(
    open,
    bytes(0, "1,45.20 lb\r\n1,46.20 lb\r\n1,47.20 lb\r\n"),
    reject(0, "1,45.20 lb1,46.20 lb", "ambiguous", 1),
    bag(0, "1,47.20 lb", "47.20"),
    end,
  );
  expect(found).toMatchObject({ prints: 3, same: 1 });
  expect(found.differences.map(({ raw, before, now }) => [raw, before?.kind, now?.kind])).toEqual([
    ["1,45.20 lb1,46.20 lb", "rejected", "bag"],
    ["1,46.20 lb", undefined, "bag"],
  ]);
});

test("a bag that was lost, and one that was made of nothing, are differences", () => {
  expect(compare(open, bytes(0, "1,45.20 lb\r\n"), end).differences).toMatchObject([
    { raw: "1,45.20 lb", before: null, now: { kind: "bag" } },
  ]);
  expect(compare(open, bag(0, "1,45.20 lb", "45.20"), end).differences).toMatchObject([
    { raw: "1,45.20 lb", before: { kind: "bag" }, now: null },
  ]);
});

test("the silence between bytes ends a print, as it did when they came", () => {
  const lines = (gap: number) => [
    open,
    bytes(0, "1,45"),
    bytes(gap, ".20 lb\r\n"),
    bag(gap, "1,45.20 lb", "45.20"),
    end,
  ];
  expect(compare(...lines(240)).differences).toEqual([]);
  expect(compare(...lines(3_300)).differences).toMatchObject([
    { raw: "1,45.20 lb", now: { reason: "stale" } },
    {},
  ]);
});

test("what no version can know is left out", () => {
  const before: Line = {
    t: 0,
    connection: 1,
    dir: "open",
    address: "10.0.0.1",
    port: null,
    source: "default",
    before: true,
  };
  // The beginning came before the capture.
  expect(
    compare(
      before,
      bytes(0, "5.20 lb\r\n1,46.20 lb\r\n"),
      bag(0, "1,45.20 lb", "45.20"),
      bag(0, "1,46.20 lb", "46.20"),
      end,
    ),
  ).toEqual({ prints: 1, same: 1, differences: [] });
  // The capture was cut off between bytes and verdict.
  expect(compare(open, bytes(5, "1,45.20 lb\r\n"))).toEqual({ prints: 0, same: 0, differences: [] });
  // Which scales are taken is a setting.
  expect(compare(open, bytes(5, "1,45.20 lb\r\n"), reject(5, "1,45.20 lb", "unknown_scale", 1), end)).toEqual(
    {
      prints: 1,
      same: 1,
      differences: [],
    },
  );
});

test("a line is read as it was written, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      const text = Buffer.from(data).toString("latin1");
      const { records } = readCapture(textOf(bytes(1, text)));
      expect(records).toEqual([{ t: 1, connection: 1, dir: "in", bytes: text }]);
    }),
  );
});

test("a capture may be cut off anywhere behind its first line", () => {
  const whole = textOf(open, bytes(0, "1,45.20 lb\r\n"), bag(0, "1,45.20 lb", "45.20"), end);
  const first = captureLine(header).length;
  for (let length = first; length < whole.length; length++) {
    const capture = readCapture(whole.slice(0, length));
    expect(capture.isTorn).toBe(whole[length - 1] !== "\n");
    expect(compareCapture(capture).differences).toEqual([]);
  }
});

describe("the command", () => {
  test("ends with 0 where nothing differs, else with 1, and lists what does", async () => {
    using folder = tempFolder();
    const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
    write("same.jsonl", textOf(open, bytes(0, "1,45.20 lb\r\n"), bag(0, "1,45.20 lb", "45.20"), end));
    write(
      "torn.jsonl",
      textOf(open, bytes(1_500, "1,45.20 lb\x02"), reject(1_500, "1,45.20 lb", "motion", 1), end).slice(
        0,
        -5,
      ),
    );
    const run = (...files: string[]) => prepuff(["compare", ...files], { cwd: folder.path });
    expect(await run("same.jsonl")).toEqual({
      code: 0,
      out: "same.jsonl (version 0.9.0, 2026-01-01T00:00:00.000Z): 1 prints, 1 the same, 0 different\n",
      err: "",
    });
    expect(await run("torn.jsonl", "same.jsonl")).toEqual({
      code: 1,
      out:
        "torn.jsonl (version 0.9.0, 2026-01-01T00:00:00.000Z): 1 prints, 0 the same, 1 different\n" +
        '  1.500 s, connection 1, "1,45.20 lb": before rejected as motion of scale 1, now a bag of 45.20 lb of scale 1\n' +
        "same.jsonl (version 0.9.0, 2026-01-01T00:00:00.000Z): 1 prints, 1 the same, 0 different\n",
      err: "prepuff: torn.jsonl: its last line is cut off, and left out\n",
    });
  });

  test("says what is wrong with a file", async () => {
    using folder = tempFolder();
    const said = async (text: string) => {
      writeFileSync(join(folder.path, "one.jsonl"), text);
      const { code, err } = await prepuff(["compare", "one.jsonl"], { cwd: folder.path });
      expect(code).toBe(1);
      return err;
    };
    expect(await said("")).toBe(
      "prepuff: one.jsonl cannot be read: it has no first line: it is no capture, or was cut off at once\n",
    );
    expect(await said("1,45.20 lb\n")).toBe("prepuff: one.jsonl cannot be read: line 1 is no JSON\n");
    expect(await said("{}\n")).toContain("line 1 is no capture's: format: ");
    expect(await said('{"format":2}\n')).toBe(
      "prepuff: one.jsonl cannot be read: it has format 2; this version reads up to 1: use a later one\n",
    );
    expect(await said(`${captureLine(header)}{"t":1}\n`)).toBe(
      "prepuff: one.jsonl cannot be read: line 2 is none of a capture; its form is in docs/captures.md\n",
    );
    const { code, err } = await prepuff(["compare", "nothing.jsonl"], { cwd: folder.path });
    expect([code, err]).toEqual([1, "prepuff: nothing.jsonl cannot be read (ENOENT)\n"]);
    expect((await prepuff(["compare"])).code).toBe(2);
  });
});
