import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { systemClock } from "../../../src/runtime/clock.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { until } from "../../support/until.ts";

afterEach(stopListening);

async function scale(port: number) {
  let closed = false;
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: () => undefined,
      close: () => {
        closed = true;
      },
    },
  });
  return {
    print: (text: string | Uint8Array) => socket.write(text),
    end: () => socket.end(),
    isClosed: () => closed,
  };
}

test("a frame without a terminator counts after the silence that is configured", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "50" });
  const one = await scale(side.port);
  one.print("1,20.00 lb");
  await until("it counts", () => side.entries.length === 1);
  expect(side.weights()).toEqual(["20.00"]);
});

test("a whole frame counts after silence also where a terminator was used before", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20" });
  const one = await scale(side.port);
  one.print("ZM405 V2.10\r\n1,20.00 lb\r\n1,21.00 lb");
  await until("all count", () => side.entries.length === 3);
  expect(side.weights()).toEqual(["malformed", "20.00", "21.00"]);
});

test("bytes that do not become a frame are stale after the age that is configured", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20", PREPUFF_FRAME_MAX_AGE_MS: "150" });
  const one = await scale(side.port);
  one.print("0001");
  await until("they are stale", () => side.entries.length === 1);
  one.print("1,45.20 lb\r\n");
  await until("the print counts", () => side.entries.length === 2);
  expect(side.entries).toMatchObject([
    { kind: "rejected", reason: "stale", raw: "0001", ofUid: null },
    { kind: "weighed", scale: 1, weight: "45.20" },
  ]);
});

test("what came while the process stood still is read before anything is taken for silence or stale", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20", PREPUFF_FRAME_MAX_AGE_MS: "100" });
  const one = await scale(side.port);
  one.print("1,45.");
  await until("it is read", () => side.presence.connections()[0]?.bytes === 5);
  one.print("20 lb\r\n2,46.10 lb\r\n");
  const until300 = performance.now() + 300;
  while (performance.now() < until300);
  await until("both count", () => side.entries.length === 2);
  expect(side.weights()).toEqual(["45.20", "46.10"]);
});

test("what contradicts a print that silence completed says behind which bag it came", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20" });
  const one = await scale(side.port);
  one.print("1,45 lb");
  await until("it counts", () => side.entries.length === 1);
  one.print(" 3 oz\r\n");
  await until("the rest came", () => side.entries.length === 2);
  const [bag] = side.entries;
  expect(side.entries[1]).toMatchObject({
    reason: "remainder",
    raw: "3 oz",
    ofUid: bag?.kind === "weighed" ? bag.uid : "no bag",
  });
});

test("prints with parity bits are bags, and the connection says so", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20" });
  const one = await scale(side.port);
  one.print(Buffer.from("b1acb4352eb230a06ce28d0a", "hex"));
  await until("it counts", () => side.entries.length === 1);
  expect(side.weights()).toEqual(["45.20"]);
  expect(side.presence.connections()).toMatchObject([{ hasParity: true }]);
});

test("an indicator that connects anew is known, so that a heartbeat before its print is no digit of its id", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20", PREPUFF_FRAME_MAX_AGE_MS: "5000" });
  const before = await scale(side.port);
  before.print("1,44.00 lb\r\n");
  await until("it is known", () => side.entries.length === 1);
  before.end();
  const one = await scale(side.port);
  one.print("0001");
  await until("it is read", () => side.presence.connections().some(({ bytes }) => bytes === 4));
  await Bun.sleep(100);
  one.print("1,45.20 lb\r\n");
  await until("all count", () => side.entries.length === 3);
  expect(side.entries.slice(1)).toMatchObject([
    { reason: "stale", raw: "0001" },
    { scale: 1, weight: "45.20" },
  ]);
});

test("a raw frame is published when it is on the disk, not before, in order", async () => {
  const side = listening();
  const heard: string[] = [];
  const forget = side.rawFrames.subscribe("test", (frame) => heard.push(frame === "end" ? frame : frame.raw));
  const letThrough = side.holdDisk();
  const one = await scale(side.port);
  one.print("1,20.00 lb\r\nnonsense\r\n1,21.00 lb\r\n");
  await until("all are taken", () => side.entries.length === 3);
  expect(heard).toEqual([]);
  letThrough();
  expect(heard).toEqual(["1,20.00 lb", "nonsense", "1,21.00 lb"]);
  forget();
});

test("presence knows each connection and each scale on it", async () => {
  const side = listening({ PREPUFF_SCALE_ALIASES: "3:2" });
  const one = await scale(side.port);
  await until("it is connected", () => side.presence.connections().length === 1);
  one.print("3,20.00 lb\r\n7,--- lb\r\n3,20.00 lb\r\n");
  await until("all came", () => side.entries.length === 3);
  expect(side.presence.connections()).toMatchObject([
    { id: 1, remoteAddress: "127.0.0.1", scales: [2], readings: 2, rejected: 1, bytes: 34 },
  ]);
  expect(side.presence.scales()).toMatchObject([
    { id: 2, connected: true, lastWeight: "20.00", unit: "lb", readings: 2, rejected: 0 },
  ]);
  expect(side.presence.standIns()).toMatchObject([
    { id: 3, connected: true, lastWeight: "20.00", unit: "lb", readings: 2, rejected: 0 },
  ]);
  expect(side.entries).toMatchObject([
    { kind: "weighed", scale: 2, printedScale: 3, repeatSuspected: false },
    { kind: "rejected", scale: 7, reason: "overload" },
    { kind: "weighed", scale: 2, printedScale: 3, repeatSuspected: true },
  ]);
  one.end();
  await until("it is gone", () => side.presence.connections().length === 0);
  expect(side.presence.scales()).toMatchObject([{ connected: false }]);
});

test("a frame cut off by the disconnect is kept as truncated", async () => {
  const side = listening();
  const one = await scale(side.port);
  one.print("1,20.00 lb\r\n1,2");
  one.end();
  await until("both came", () => side.entries.length === 2);
  expect(side.entries[1]).toMatchObject({ kind: "rejected", reason: "truncated", raw: "1,2" });
});

test("what a scale sent before it reset its line is read, also where the reset comes before the line is taken", async () => {
  const side = listening();
  // Nothing is taken as long as this process waits for the other one.
  const script = `
    const socket = require("node:net").connect(${side.port}, "127.0.0.1", () =>
      socket.write("1,20.00 lb\\r\\n", () => socket.resetAndDestroy()));`;
  expect(Bun.spawnSync([process.execPath, "-e", script]).success).toBe(true);
  await until("the bag came", () => side.entries.length === 1);
  await until("the line is forgotten", () => side.presence.connections().length === 0);
  expect(side.weights()).toEqual(["20.00"]);
});

test("addresses that are not allowed are closed and counted", async () => {
  const strict = listening({ PREPUFF_SCALE_ALLOW: "10.0.0.0/8" });
  const stranger = await scale(strict.port);
  await until("the stranger is turned away", stranger.isClosed);
  expect(
    await strict.metrics.registry.getSingleMetricAsString("prepuff_connections_refused_total"),
  ).toContain('reason="not_allowed"} 1');
});

test("a flood on a few lines is taken in small parts: everything else is served in between", async () => {
  const side = listening();
  const frames = 60_000;
  const script = `
    const block = Buffer.from("1,20.00 lb\\r\\n".repeat(${frames}));
    for (let line = 0; line < 3; line++) require("node:net").connect(${side.port}, "127.0.0.1").end(block);`;
  let most = 0;
  let seen = 0;
  let isOver = false;
  const look = () => {
    most = Math.max(most, side.entries.length - seen);
    seen = side.entries.length;
    if (!isOver) setImmediate(look);
  };
  look();
  const flooding = Bun.spawn([process.execPath, "-e", script]);
  await until("all came", () => side.entries.length === 3 * frames, 60_000);
  isOver = true;
  await flooding.exited;
  expect(most).toBeLessThan(15_000);
});

test("while the journal is not writable nothing is read: TCP holds the bags back", async () => {
  const side = listening();
  const one = await scale(side.port);
  await until("it is connected", () => side.presence.connections().length === 1);
  side.setWritable(false);
  one.print("1,20.00 lb\r\n");
  const late = await scale(side.port);
  late.print("2,21.00 lb\r\n");
  await Bun.sleep(100);
  expect(side.entries).toEqual([]);
  side.setWritable(true);
  await until("both came", () => side.entries.length === 2);
});

test("a person may let a scale stand in for another, or for none where the configuration says so", async () => {
  const side = listening({ PREPUFF_SCALE_ALIASES: "3:2" });
  const line = await scale(side.port);
  const none = { station: null, enabled: null };
  line.print("3,20.00 lb\r\n4,20.00 lb\r\n");
  await until("both came", () => side.entries.length === 2);
  side.stations.set({ scale: 4, ...none, aliasOf: 2, weighsGross: false });
  side.stations.set({ scale: 3, ...none, aliasOf: 3, weighsGross: false });
  line.print("3,30.00 lb\r\n4,30.00 lb\r\n");
  await until("all came", () => side.entries.length === 4);
  expect(side.entries).toMatchObject([
    { scale: 2, printedScale: 3 },
    { scale: 4, printedScale: 4 },
    { scale: 3, printedScale: 3 },
    { scale: 2, printedScale: 4 },
  ]);
});

test("stations, and whether a scale is wanted, follow what a person set, then the configuration", async () => {
  const side = listening({ PREPUFF_STATIONS: "1:Line A", PREPUFF_UNKNOWN_SCALES: "reject" });
  const one = await scale(side.port);
  one.print("1,20.00 lb\r\n2,20.00 lb\r\n");
  await until("both came", () => side.entries.length === 2);
  side.stations.set({ scale: 2, station: "Line B", enabled: true, aliasOf: null, weighsGross: false });
  side.stations.set({ scale: 1, station: null, enabled: false, aliasOf: null, weighsGross: false });
  one.print("1,30.00 lb\r\n2,30.00 lb\r\n");
  await until("all came", () => side.entries.length === 4);
  expect(side.entries).toMatchObject([
    { kind: "weighed", station: "Line A" },
    { kind: "rejected", reason: "unknown_scale", scale: 2 },
    { kind: "rejected", reason: "unknown_scale", scale: 1 },
    { kind: "weighed", station: "Line B" },
  ]);
});

describe("a connection that begins as no scale's does", () => {
  const page = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n\r\n\r\n1,50.00 lb\r\n";

  test.each([
    ["at once", [page]],
    ["with the method apart", ["POST", page.slice(4)]],
    ["in the middle of the method, behind line ends", ["\r\n\r\nPO", page.slice(2)]],
    ["byte by byte", [...page]],
    ["pipelined", [`GET / HTTP/1.1\r\n\r\n${page}`]],
    ["with its beginning before a longer silence", ["POST", "", page.slice(4)]],
    ["in TLS", ["\x16\x03", "\x01\x02\0\x01\0\r\n1,50.00 lb\r\n"]],
  ])("is closed, and is one rejected frame and no bag: %s", async (_, pieces) => {
    const side = listening({ PREPUFF_FRAME_IDLE_MS: "20" });
    const foreigner = await scale(side.port);
    for (const piece of pieces) {
      foreigner.print(piece);
      await Bun.sleep(piece === "" ? 100 : 2);
    }
    await until("it is turned away", foreigner.isClosed);
    await until("it is forgotten", () => side.presence.connections().length === 0);
    expect(side.entries.filter(({ kind }) => kind === "weighed")).toEqual([]);
    expect(
      side.entries.filter((entry) => entry.kind === "rejected" && entry.reason === "greeting"),
    ).toHaveLength(1);
    const counted = await side.metrics.registry.getSingleMetricAsString("prepuff_greetings_total");
    expect(counted).toMatch(/\{protocol="(http|tls)"\} 1$/m);
  });

  test("is what a page in a browser sends, whatever it posts", async () => {
    const side = listening();
    const bodies = [
      "\r\n1,50.00 lb\r\n",
      "1,50.00 lb",
      "\r\n\r\n1,50.00 lb\r\nPOST / HTTP/1.1\r\n\r\n1,51.00 lb\r\n",
    ];
    for (const body of bodies) {
      await expect(fetch(`http://127.0.0.1:${side.port}`, { method: "POST", body })).rejects.toThrow();
    }
    const socket = new WebSocket(`ws://127.0.0.1:${side.port}`);
    await once(socket, "error");
    await expect(
      fetch(`https://127.0.0.1:${side.port}`, { method: "POST", body: "\r\n1,50.00 lb" }),
    ).rejects.toThrow();
    await until("all are forgotten", () => side.presence.connections().length === 0);
    expect(new Set(side.weights())).toEqual(new Set(["greeting"]));
  });

  test("takes no bag of a scale with it", async () => {
    const side = listening();
    const one = await scale(side.port);
    const foreigner = await scale(side.port);
    one.print("1,20.");
    foreigner.print(page);
    await until("it is turned away", foreigner.isClosed);
    one.print("00 lb\r\nG   12.50 lb\r\nGET / HTTP/1.1\r\n2,21.00 lb\r\n");
    await until("all came", () => side.entries.length === 5);
    expect(side.weights()).toEqual(["greeting", "20.00", "malformed", "malformed", "21.00"]);
    expect(one.isClosed()).toBe(false);
  });
});

test("a port that is taken is told in plain words", () => {
  const side = listening();
  expect(() => listening({ PREPUFF_SCALE_PORT: String(side.port) })).toThrow(
    `the scales' port 127.0.0.1:${side.port} cannot be opened: another program uses it`,
  );
});

describe("a scale that prints on a new connection", () => {
  test("replaces its older one from the same address, which was silent since", async () => {
    const side = listening();
    using ghost = await silentLine(side.port);
    ghost.print("1,20.00 lb\r\n");
    await until("the first came", () => side.entries.length === 1);
    await Bun.sleep(5);
    const back = await scale(side.port);
    await until("both are open", () => side.presence.connections().length === 2);
    back.print("1,21.00 lb\r\n");
    await until("the older one is gone", () => side.presence.connections().length === 1);
    expect(side.presence.connections()).toMatchObject([{ id: 2 }]);
    expect(side.presence.scales()).toMatchObject([{ id: 1, connected: true, readings: 2 }]);
  });

  test("leaves a connection alone on which another scale printed that it has not taken over", async () => {
    const side = listening();
    using converter = await silentLine(side.port);
    converter.print("1,20.00 lb\r\n2,20.00 lb\r\n");
    await until("the first two came", () => side.entries.length === 2);
    await Bun.sleep(5);
    const other = await scale(side.port);
    await until("both are open", () => side.presence.connections().length === 2);
    other.print("1,21.00 lb\r\n");
    await until("the third came", () => side.entries.length === 3);
    await Bun.sleep(100);
    expect(converter.hasGoodbye()).toBe(false);
    other.print("2,21.00 lb\r\n");
    await until("the converter's line is given up", () => side.presence.connections().length === 1);
  });

  test("leaves a connection alone that was heard from since", async () => {
    const side = listening();
    const one = await scale(side.port);
    const other = await scale(side.port);
    await until("both are open", () => side.presence.connections().length === 2);
    await Bun.sleep(5);
    for (let i = 1; i <= 10; i++) {
      one.print(`1,${i}.00 lb\r\n`);
      await until("the one came", () => side.entries.length === 2 * i - 1);
      other.print(`1,${i}.50 lb\r\n`);
      await until("the other came", () => side.entries.length === 2 * i);
    }
    await Bun.sleep(50);
    expect([one.isClosed(), other.isClosed()]).toEqual([false, false]);
  });

  test("leaves a live one alone for good, once it answered the goodbye", async () => {
    let aheadMs = 0;
    const side = listening({}, { ...systemClock, now: () => systemClock.now() + aheadMs });
    async function comesAndPrints(count: number) {
      const line = await scale(side.port);
      await until("it is connected", () => side.presence.connections().length === 2);
      await Bun.sleep(5);
      line.print(`1,${count}.00 lb\r\n`);
      await until("it came", () => side.entries.length === count);
      return line;
    }
    const one = await scale(side.port);
    one.print("1,1.00 lb\r\n");
    await until("the first came", () => side.entries.length === 1);
    await Bun.sleep(5);
    const other = await comesAndPrints(2);
    await until("the first one is taken for a ghost, and says goodbye", one.isClosed);
    await until("that is noticed", () => side.presence.connections().length === 1);
    // Long after a scale's connections may be replaced again.
    aheadMs = 120_000;
    await comesAndPrints(3);
    await Bun.sleep(100);
    expect(other.isClosed()).toBe(false);
  });

  test("never fights a live one: who answers the goodbye was alive, and is left alone from then on", async () => {
    const side = listening();
    let connections = 1;
    const one = { line: await scale(side.port) };
    const other = { line: one.line };
    // Two indicators of one id, each connecting again as soon as it is cut off, printing in turns.
    async function print(
      indicator: { line: Awaited<ReturnType<typeof scale>> },
      weight: string,
      count: number,
    ) {
      if (indicator.line.isClosed()) {
        indicator.line = await scale(side.port);
        connections++;
      }
      indicator.line.print(`1,${weight} lb\r\n`);
      await until("it came", () => side.entries.length === count);
      await Bun.sleep(20);
    }
    await print(one, "1.00", 1);
    other.line = await scale(side.port);
    connections++;
    await Bun.sleep(20);
    for (let i = 1; i <= 10; i++) {
      await print(other, `${i}.50`, 2 * i);
      await print(one, `${i + 1}.00`, 2 * i + 1);
    }
    // The one was cut off once, and came back; nothing was lost.
    expect(connections).toBe(3);
    expect(side.entries).toHaveLength(21);
    expect(side.presence.connections()).toHaveLength(2);
  });
});

/** A line whose other end says nothing more, not even goodbye: it is never read, and stays open on its side. */
async function silentLine(port: number) {
  let hasEnded = false;
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  socket.on("error", () => undefined);
  socket.on("end", () => {
    hasEnded = true;
  });
  socket.resume();
  await once(socket, "connect");
  return {
    print: (text: string) => socket.write(text),
    hasGoodbye: () => hasEnded,
    [Symbol.dispose]: () => socket.destroy(),
  };
}
