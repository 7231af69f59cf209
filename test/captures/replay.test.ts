import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture } from "../../src/captures/capture-file.ts";
import { sourceSchema } from "../../src/config/sources/source.ts";
import { prepuff } from "../cli/captured.ts";
import { capturing } from "../support/capturing.ts";
import { listening, stopListening } from "../support/listening.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const own = sourceSchema.parse({
  name: "SMA",
  connection: { kind: "listen", registration: "\\x02SMA\\r" },
  dialect: "sma",
  scale: 7,
});
const sources = [own];

/** Of a plant: what is cut and glued, ends by silence, is stale, is rejected, comes at once, and in another dialect. */
let captured = "";
let entries: unknown[] = [];
let folder: ReturnType<typeof tempFolder>;

beforeAll(async () => {
  const appliance = await capturing({ sources });
  const { side } = appliance;
  const capture = await appliance.start("seconds=60");
  await until("it has begun", () => capture.text.includes("\n"));
  const one = await connectScale(side.port);
  const two = await connectScale(side.port);
  const sma = await connectScale(side.port);
  const count = (wanted: number) => until(`${wanted} came`, () => side.entries.length === wanted);
  await one.send("1,45.");
  await Bun.sleep(30);
  await one.send("20 lb\r\n1,46.20 lb\r1,47.20 lb M\n");
  await count(3);
  await two.send("2,48.20 lb");
  await count(4);
  await two.send("2,48.30 lb");
  await count(5);
  await two.send("0002");
  await count(6);
  await two.send("2,48.40 lb");
  await count(7);
  await sma.send("\x02SMA\r\n 1G       5.025lb \r\n 1GM      5.100lb \r");
  await count(9);
  await one.send("1,49.10 lb\r\n".repeat(3));
  await count(12);
  for (const line of [one, two, sma]) await line.close();
  await until("all is captured", () => capture.text.split('"close"').length === 4);
  await capture.end();
  captured = capture.text;
  entries = said(side);
  await appliance.stop();
  await stopListening();
  folder = tempFolder();
  writeFileSync(join(folder.path, "plant.jsonl"), captured);
}, 60_000);
afterEach(stopListening);
afterAll(() => folder[Symbol.dispose]());

/** What came, of each scale in its order: what two scales send at once has none. */
function said(side: Pick<ReturnType<typeof listening>, "entries">): unknown[] {
  return side.entries
    .map((entry) =>
      entry.kind === "weighed"
        ? { scale: entry.scale, weight: entry.weight, unit: entry.unit, raw: entry.raw }
        : {
            scale: entry.kind === "rejected" ? entry.scale : null,
            reason: entry.kind,
            raw: "raw" in entry ? entry.raw : "",
          },
    )
    .sort((a, b) => (a.scale ?? 0) - (b.scale ?? 0));
}

const run = (...args: string[]) => prepuff(["replay", "plant.jsonl", ...args], { cwd: folder.path });

describe("played into another appliance", () => {
  test.each(["1", "20", "max"])(
    "at speed %s it is the same bags and the same rejected prints",
    async (speed) => {
      const side = listening({}, undefined, { sources });
      const { code, out, err } = await run("--port", String(side.port), "--speed", speed);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toMatch(
        /^connections {2}3\nbytes sent {3}\d+\nbags {9}9 when it was captured\nrejected {5}3 when it was captured\n$/,
      );
      expect(side.entries).toHaveLength(12);
      expect(said(side)).toEqual(entries);
    },
  );

  test("whoever does not listen, or hangs up, is said, with which connection", async () => {
    const nobody = await run("--port", "1", "--speed", "max");
    expect(nobody.code).toBe(1);
    expect(nobody.err).toMatch(/^(prepuff: connection \d+ could not be made: .+\n){3}$/);
    using server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket) => void socket.end() },
    });
    const gone = await run("--port", String(server.port));
    expect(gone.code).toBe(1);
    expect(gone.err).toContain(" was ended by the other side\n");
  });
});

describe("a dry run", () => {
  const lines = (out: string) =>
    out
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  test("says what each print is and becomes, as the capture's sources say", async () => {
    const { code, out, err } = await run("--dry-run");
    expect([code, err]).toEqual([0, ""]);
    const prints = lines(out);
    expect(prints).toHaveLength(12);
    const { records } = readCapture(captured);
    const verdicts = records.flatMap((record) =>
      "verdict" in record ? [[record.connection, record.verdict]] : [],
    );
    expect(prints.map(({ connection, verdict }) => [connection, verdict])).toEqual(verdicts);
    expect(prints.find(({ raw }) => raw === " 1G       5.025lb ")).toEqual({
      t: expect.any(Number),
      connection: 3,
      kind: "weight",
      weight: "5.025",
      unit: "lb",
      mode: "gross",
      stable: true,
      scale: null,
      reason: null,
      raw: " 1G       5.025lb ",
      verdict: { kind: "bag", scale: 7, weight: "5.025", unit: "lb" },
    });
  });

  test("reads it as another source or dialect says", async () => {
    const asSma = lines((await run("--dry-run", "--source", "SMA")).out);
    expect(asSma.find(({ raw }) => raw === "1,46.20 lb")?.verdict).toEqual({
      kind: "rejected",
      reason: "malformed",
      scale: 7,
    });
    const asDialect = lines((await run("--dry-run", "--dialect", "sma", "--scale", "9")).out);
    expect(asDialect.find(({ raw }) => raw === " 1G       5.025lb ")?.verdict).toMatchObject({ scale: 9 });
    const format = "{A.1.1},{T.GWT.1} {T.UNIT.1}#CR#LF";
    const asFormat = lines((await run("--dry-run", "--format", format)).out);
    expect(asFormat.find(({ raw }) => raw === "1,46.20 lb")).toMatchObject({
      mode: "gross",
      verdict: { kind: "bag", scale: 1, weight: "46.20", unit: "lb" },
    });
    const asDefault = lines((await run("--dry-run", "--source", "default")).out);
    expect(asDefault.find(({ raw }) => raw.includes("5.025lb"))?.verdict.kind).toBe("rejected");
    expect(asDefault.filter(({ verdict }) => verdict.kind === "bag")).toHaveLength(8);
  });
});

test("bad input is answered with what would be right", async () => {
  expect(await run("--dry-run", "--source", "Nobody")).toMatchObject({
    code: 1,
    err: "prepuff: there is no source Nobody: there are SMA\n",
  });
  for (const [args, said] of [
    [["--speed", "fast"], "It wants a number above 0, such as 10 or 0.5, or max."],
    [["--speed", "0"], "It wants a number above 0"],
    [["--source", "SMA"], "--source, --dialect and --format are for --dry-run"],
    [["--format", "{T.GWT.1}"], "--source, --dialect and --format are for --dry-run"],
    [["--dry-run", "--format", "{T.GWX.1}"], "--format: {T.GWX.1}, at character 1, is not known"],
    [["--dry-run", "--format", "{T.GWT.1}", "--dialect", "sma"], "cannot be used with option"],
    [["--dry-run", "--listen", "4001"], "cannot be used with option"],
    [["--dry-run", "--dialect", "smaa"], "sma"],
    [["--port", "0"], "It wants a whole number from 1 to 65535."],
    [["--dry-run", "--source", "a", "--dialect", "sma"], "cannot be used with option"],
  ] as const) {
    const { code, err } = await run(...args);
    expect([args, code]).toEqual([args, 2]);
    expect(err).toContain(said);
  }
  expect(await prepuff(["replay", "nothing.jsonl"], { cwd: folder.path })).toMatchObject({
    code: 1,
    err: "prepuff: nothing.jsonl cannot be read (ENOENT)\n",
  });
});
