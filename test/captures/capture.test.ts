import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { type CaptureRecord, readCapture } from "../../src/captures/capture-file.ts";
import { sourceSchema } from "../../src/config/sources/source.ts";
import { prepuff } from "../cli/captured.ts";
import { capturing } from "../support/capturing.ts";
import { stopListening } from "../support/listening.ts";
import { connectScale, type ScaleLine } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const main = resolve(import.meta.dir, "../../src/main.ts");
const indicator = sourceSchema.parse({
  name: "Old indicator",
  connection: { kind: "listen", registration: "OLD-1" },
  dialect: "sma",
  scale: 7,
});

let appliance: Awaited<ReturnType<typeof capturing>>;
const lines: ScaleLine[] = [];
const captures: { end(): Promise<void> }[] = [];
beforeAll(async () => {
  appliance = await capturing({ sources: [indicator] });
});
afterEach(async () => {
  for (const capture of captures.splice(0)) await capture.end();
  for (const line of lines.splice(0)) line[Symbol.dispose]();
  await until("nobody is connected", () => appliance.side.presence.connections().length === 0);
});
afterAll(async () => {
  await stopListening();
  await appliance.stop();
});

async function connected(): Promise<ScaleLine> {
  const before = appliance.side.presence.connections().length;
  const line = await connectScale(appliance.side.port);
  lines.push(line);
  await until("it is connected", () => appliance.side.presence.connections().length === before + 1);
  return line;
}

async function capture(query: string) {
  let started = await appliance.start(query);
  // The one before may be just about to end.
  await until("it may begin", async () => {
    if (started.status === 409) started = await appliance.start(query);
    return started.status === 200;
  });
  captures.push(started);
  await until("it has begun", () => started.text.includes("\n"));
  return started;
}

/** Without what differs from run to run. */
function plain(record: CaptureRecord): unknown {
  const { t, connection, ...rest } = { connection: 0, ...record };
  expect(t).toBeGreaterThanOrEqual(0);
  return rest;
}

test("a capture has what was sent byte by byte, what became of it, and how it was read", async () => {
  const one = await capture("seconds=60");
  expect(one.headers.get("content-type")).toBe("application/x-ndjson");
  expect(one.headers.get("content-disposition")).toMatch(
    /^attachment; filename="prepuff-capture-\d{8}T\d{6}Z\.jsonl"$/,
  );
  const line = await connected();
  await line.send("\x021,45.20 lb\xff\r\n2,9 stone\r\n");
  await line.close();
  await until("it is closed", () => one.text.includes('"close"'));
  const { header, records, isTorn } = readCapture(one.text);
  expect(isTorn).toBe(false);
  expect(header).toEqual({
    format: 1,
    program: packageJson.version,
    at: expect.any(String),
    source: null,
    address: null,
    settings: { decimal_mark: "auto", idle_ms: 250, max_age_ms: 3000 },
  });
  expect(records.map(plain)).toEqual([
    {
      dir: "open",
      address: "127.0.0.1",
      port: null,
      source: "default",
      registered: [indicator],
      scales: expect.any(Array),
      before: false,
    },
    { dir: "in", bytes: "\x021,45.20 lb\xff\r\n2,9 stone\r\n" },
    { raw: "1,45.20 lb\xff", verdict: { kind: "rejected", reason: "malformed", scale: 1 } },
    { raw: "2,9 stone", verdict: { kind: "rejected", reason: "unknown_unit", scale: 2 } },
    { dir: "close" },
  ]);
  // Nothing but ASCII, so that no program that passes it on changes a byte.
  expect(one.text).toMatch(/^[\n -~]*$/);
  expect(one.text).toContain(String.raw`"bytes":"\u00021,45.20 lb\u00ff\r\n2,9 stone\r\n"`);
});

test("a connection that is open already is captured from then on, and only the one that was asked for", async () => {
  const other = await connected();
  const line = await connected();
  await line.send("1,45.20 lb\r\n");
  await until("it came", () => appliance.side.entries.some(({ scale }) => scale === 1));
  const id = Math.max(...appliance.side.presence.connections().map((each) => each.id));
  const one = await capture(`connection=${id}`);
  await other.send("3,45.20 lb\r\n");
  await line.send("1,46.20 lb\r\n");
  await until("it came", () => one.text.includes("verdict"));
  const { records } = readCapture(one.text);
  expect(records.map(plain)).toMatchObject([
    { dir: "open", before: true, scales: expect.arrayContaining([1]) },
    { dir: "in", bytes: "1,46.20 lb\r\n" },
    { raw: "1,46.20 lb", verdict: { kind: "bag", scale: 1, weight: "46.20", unit: "lb" } },
  ]);
});

test("a source's capture has the connections that may be the source's, told by a registration or not", async () => {
  const one = await capture("source=Old%20indicator");
  const line = await connected();
  await line.send("OLD-1\n 1G       5.025lb \r");
  await until("it came", () => one.text.includes('"weight":"5.025"'));
  const { header, records } = readCapture(one.text);
  expect(header.source).toEqual(indicator);
  expect(records.slice(-2).map(plain)).toEqual([
    { dir: "in", bytes: "OLD-1\n 1G       5.025lb \r" },
    { raw: " 1G       5.025lb ", verdict: { kind: "bag", scale: 7, weight: "5.025", unit: "lb" } },
  ]);
});

test("it ends when it is as large, or as long, as was asked for, and says which", async () => {
  const large = await capture("bytes=1000");
  const line = await connected();
  for (let index = 0; index < 40; index++) await line.send(`1,45.${10 + index} lb\r\n`);
  await until("it is over", () => large.isOver);
  expect(readCapture(large.text).records.at(-1)).toMatchObject({ end: "size" });
  expect(large.text.length).toBeLessThanOrEqual(1_100);
  const long = await capture("seconds=1");
  await until("it is over", () => long.isOver);
  expect(readCapture(long.text).records.at(-1)).toMatchObject({ end: "time" });
  // The connection goes on.
  const before = appliance.side.entries.length;
  await line.send("1,45.99 lb\r\n");
  await until("it counts", () => appliance.side.entries.length === before + 1);
});

test("one capture at a time; what does not exist, or says two things, is refused", async () => {
  await capture("seconds=60");
  const asked = async (query: string, token?: string) => {
    const answer = await appliance.app.request("GET", `/api/captures?${query}`, token ? { token } : {});
    return `${answer.status} ${JSON.parse(await answer.text()).detail}`;
  };
  expect(await asked("seconds=1")).toBe("409 another capture goes on; end it, or wait until it has ended");
  expect(await asked("source=Nobody")).toBe("404 there is no source Nobody");
  expect(await asked("connection=99999")).toBe("404 there is no connection 99999");
  expect(await asked("address=silo-3")).toBe("422 address: must be an IP address");
  expect(await asked("address=10.0.0.1&source=default")).toBe(
    "422 query: must have one of source, address and connection at most",
  );
  expect(await asked("seconds=0")).toStartWith("422 seconds: ");
  expect(await asked("seconds=1", appliance.app.tokens.operator)).toStartWith("403 ");
});

test("the command writes a capture to a file, and Ctrl-C ends it as a whole one", async () => {
  using folder = tempFolder();
  const child = Bun.spawn(
    [
      process.execPath,
      main,
      "capture",
      "--source",
      "default",
      "--for",
      "10m",
      "-o",
      "one.jsonl",
      "--url",
      appliance.url,
    ],
    { cwd: folder.path, env: { PATH: process.env.PATH, ...appliance.env }, stderr: "pipe", stdout: "pipe" },
  );
  const file = join(folder.path, "one.jsonl");
  const read = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
  await until("it has begun", () => read().includes("\n"));
  const line = await connected();
  await line.send("1,45.20 lb\r\n");
  await until("it came", () => read().includes("verdict"));
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  expect(await new Response(child.stderr).text()).toBe("4 lines captured: ended by a signal\n");
  const { records, isTorn } = readCapture(read());
  expect(isTorn).toBe(false);
  expect(records.map(plain)).toMatchObject([{ dir: "open" }, { dir: "in" }, { verdict: { kind: "bag" } }]);
});

test("the command says why there is no capture", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "there.jsonl"), "");
  const asked = (...args: string[]) =>
    prepuff(["capture", "--url", appliance.url, ...args], { env: appliance.env, cwd: folder.path });
  expect(await asked("--source", "Nobody")).toEqual({
    code: 1,
    out: "",
    err: "prepuff: the appliance answered 404: there is no source Nobody\n",
  });
  expect(await asked("-o", "there.jsonl")).toMatchObject({
    code: 1,
    err: "prepuff: there.jsonl exists already; name a new file\n",
  });
  for (const [args, said] of [
    [["--for", "soon"], "It wants a time such as 60s, 10m or 2h, at most 24h."],
    [["--for", "25h"], "at most 24h"],
    [["--max", "10"], "It wants a size such as 500kB or 10MB, from 1kB to 1000MB."],
    [["--address", "silo"], "It wants an IP address, such as 192.168.7.21."],
    [["--address", "10.0.0.1", "--source", "x"], "cannot be used with option"],
  ] as const) {
    const { code, err } = await asked(...args);
    expect(code).toBe(2);
    expect(err).toContain(said);
  }
  const nobody = await prepuff(["capture", "--url", "http://127.0.0.1:1"], { env: appliance.env });
  expect(nobody).toMatchObject({ code: 1 });
  expect(nobody.err).toContain("the appliance at http://127.0.0.1:1 cannot be reached (ECONNREFUSED)");
});

test("the command ends with the time that was given, and writes to standard output", async () => {
  const { code, out, err } = await prepuff(["capture", "--for", "1s", "--url", appliance.url], {
    env: appliance.env,
  });
  expect(code).toBe(0);
  expect(err).toBe("2 lines captured: the time is over (--for)\n");
  expect(readCapture(out).records).toEqual([{ t: expect.any(Number), end: "time" }]);
});
