import { afterEach, expect, test } from "bun:test";
import { connect } from "node:net";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { freePort } from "../../support/free-port.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { connectScale } from "../../support/scale-line.ts";
import { until } from "../../support/until.ts";

afterEach(stopListening);

function sma(given: { readonly name?: string; readonly scale?: number; readonly connection: unknown }) {
  return sourceSchema.parse({ name: "Indicator", dialect: "sma", scale: 7, station: "Station 7", ...given });
}
const smaPrint = "\n 1G       5.025lb \r";

test("two dialects come in on one port, told by their addresses", async () => {
  const from = { kind: "listen", from: ["127.0.0.2"] };
  const side = listening({}, undefined, { sources: [sma({ connection: from })] });
  using line = await connectScale(side.port);
  using other = await connectFrom("127.0.0.2", side.port);
  await line.send("1,45.20 lb\r\n");
  other.write(smaPrint);
  await until("both came", () => side.entries.length === 2);
  const bags = side.entries.map(
    (entry) => entry.kind === "weighed" && [entry.scale, entry.weight, entry.station],
  );
  expect(bags.toSorted()).toEqual([
    [1, "45.20", "Station 1"],
    [7, "5.025", "Station 7"],
  ]);
});

test("of two networks the narrower one tells", async () => {
  const source = (name: string, scale: number, from: string) =>
    sma({ name, scale, connection: { kind: "listen", from: [from] } });
  const side = listening({}, undefined, {
    sources: [source("wide", 8, "127.0.0.0/8"), source("narrow", 9, "127.0.0.2/32")],
  });
  using narrow = await connectFrom("127.0.0.2", side.port);
  using wide = await connectFrom("127.0.0.3", side.port);
  narrow.write(smaPrint);
  wide.write(smaPrint);
  await until("both came", () => side.entries.length === 2);
  expect(side.entries.map(({ scale, remoteAddress }) => `${scale} ${remoteAddress}`).sort()).toEqual([
    "8 127.0.0.3",
    "9 127.0.0.2",
  ]);
});

test("a source has a port of its own, which is closed when the source goes", async () => {
  const port = freePort();
  const side = listening({}, undefined);
  side.sources.set([sma({ connection: { kind: "listen", port } })]);
  await until("its port is open", () => canConnect(port));
  using line = await connectScale(port);
  await line.send(smaPrint);
  await until("it came", () => side.entries.length === 1);
  expect(side.weights()).toEqual(["5.025"]);
  side.sources.set([]);
  await until("its connection is closed", () => !line.isOpen);
  await until("its port is closed", async () => !(await canConnect(port)));
});

test("the registration of a device server tells the source, wherever it is cut", async () => {
  const connection = { kind: "listen", registration: "\\x55SR-1234" };
  const side = listening({}, undefined, { sources: [sma({ connection })] });
  using server = await connectScale(side.port);
  await server.send("US");
  await Bun.sleep(50);
  await server.send(`R-1234${smaPrint}`);
  using line = await connectScale(side.port);
  await line.send("1,45.20 lb\r\n");
  await until("all came", () => side.entries.length === 2);
  expect(side.weights().toSorted()).toEqual(["45.20", "5.025"]);
});

test("before each packet the registration is no part of a print, nor are heartbeats", async () => {
  const connection = { kind: "listen", registration: "USR-1234" };
  const side = listening({}, undefined, { sources: [{ ...sma({ connection }), heartbeat: "\\x01\\x02" }] });
  using server = await connectScale(side.port);
  await server.send(`USR-1234${smaPrint}\x01\x02USR-1234\n 1G   USR-1234    6.025lb \r`);
  await until("both came", () => side.entries.length === 2);
  expect(side.weights()).toEqual(["5.025", "6.025"]);
});

test("a device server that negotiates telnet is refused, and its prints are read", async () => {
  const side = listening({}, undefined, { sources: [sma({ connection: { kind: "listen" } })] });
  using server = await connectFrom("127.0.0.1", side.port);
  const answers: Buffer[] = [];
  server.on("data", (bytes: Buffer) => answers.push(bytes));
  server.write(Buffer.from(`\xff\xfd\x2c\xff\xfb\x01${smaPrint}`, "latin1"));
  await until("it came", () => side.entries.length === 1);
  await until("both are refused", () => Buffer.concat(answers).length === 6);
  expect(side.weights()).toEqual(["5.025"]);
  expect(Buffer.concat(answers).toString("hex")).toBe("fffc2cfffe01");
});

test("what is no bag says why", async () => {
  const side = listening({}, undefined, { sources: [sma({ connection: { kind: "listen" } })] });
  using line = await connectScale(side.port);
  await line.send(
    "\n 1GM      5.025lb \r\nO1G       5.025lb \r\nU1G       5.025lb \r\nI1G  ----------lb \r\n?\r" +
      "\n 1T       0.500lb \r\nZ1G       0.000kg \r\n 1G      -0.500kg \r\n 1G   1234567.0kg \r\nrubbish\r",
  );
  await until("all came", () => side.entries.length === 10);
  expect(side.weights()).toEqual([
    "motion",
    "overload",
    "underload",
    "indicator_error",
    "indicator_error",
    "no_weighing",
    "not_positive",
    "not_positive",
    "out_of_range",
    "malformed",
  ]);
  expect(side.entries.every(({ scale }) => scale === 7)).toBe(true);
});

async function canConnect(port: number): Promise<boolean> {
  try {
    (await connectScale(port))[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

test("prints of a format string of the indicator's own are read by it", async () => {
  const source = sourceSchema.parse({
    name: "Edited",
    connection: { kind: "listen" },
    dialect: "format",
    format: "ID {A.2.1} NET {NWT.1} {UNIT}#CR#LF",
  });
  const side = listening({}, undefined, { sources: [source] });
  using line = await connectScale(side.port);
  await line.send("ID 12 NET   45.20 lb\r\nID 12 GROSS   46.00 lb\r\n");
  await until("both came", () => side.entries.length === 2);
  expect(side.entries).toMatchObject([
    { kind: "weighed", scale: 12, weight: "45.20", unit: "lb" },
    { kind: "rejected", reason: "malformed" },
  ]);
});

/** A connection from another of this machine's own addresses. */
function connectFrom(localAddress: string, port: number) {
  return new Promise<ReturnType<typeof connect> & Disposable>((done, fail) => {
    const socket = connect({ host: "127.0.0.1", port, localAddress });
    socket.once("error", fail);
    socket.once("connect", () =>
      done(Object.assign(socket, { [Symbol.dispose]: () => void socket.destroy() })),
    );
  });
}
