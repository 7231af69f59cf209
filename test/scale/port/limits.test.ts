import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { listening, stopListening } from "../../support/listening.ts";
import { connectScale, type ScaleLine } from "../../support/scale-line.ts";
import { until } from "../../support/until.ts";

afterEach(stopListening);

type Side = ReturnType<typeof listening>;

async function refused(side: Side, reason: string): Promise<number> {
  const text = await side.metrics.registry.getSingleMetricAsString("prepuff_connections_refused_total");
  return Number(new RegExp(`reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

/** Scales that connect one after the other, print one bag, and are gone before the next one comes. */
function shortConnections(port: number, count: number): string {
  return `
    const { connect } = require("node:net");
    const print = (number) => new Promise((done, fail) => {
      const socket = connect(${port}, "127.0.0.1");
      socket.on("error", fail);
      socket.on("connect", () => socket.write("1," + number + ".00 lb\\r\\n", () => socket.destroy()));
      socket.on("close", done);
    });
    for (let number = 1; number <= ${count}; number++) await print(number);`;
}

const weights = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}.00`);

describe("a connection that is closed already does not count", () => {
  test.each([
    ["for its address", { PREPUFF_SCALE_MAX_PER_ADDRESS: "4" }],
    ["in all", { PREPUFF_SCALE_MAX_CONNECTIONS: "4" }],
  ])("%s: 300 that came and went while the event loop stood still are all read", async (_, env) => {
    const side = listening(env);
    // Nothing is accepted as long as this process waits for the other one.
    expect(Bun.spawnSync([process.execPath, "-e", shortConnections(side.port, 300)]).success).toBe(true);
    await until("all bags came", () => side.entries.length === 300);
    expect(side.weights()).toEqual(weights(300));
    await until("all are forgotten", () => side.presence.connections().length === 0);
    expect(await refused(side, "too_many_from_address")).toBe(0);
    expect(await refused(side, "too_many_connections")).toBe(0);
  });

  test("also where the journal takes nothing for a while", async () => {
    const side = listening({ PREPUFF_SCALE_MAX_PER_ADDRESS: "4" });
    side.setWritable(false);
    expect(Bun.spawnSync([process.execPath, "-e", shortConnections(side.port, 100)]).success).toBe(true);
    await until("all are there", () => side.presence.connections().length === 100);
    await Bun.sleep(300);
    expect(await refused(side, "too_many_from_address")).toBe(0);
    side.setWritable(true);
    await until("all bags came", () => side.entries.length === 100);
    expect(side.weights()).toEqual(weights(100));
  });
});

describe("at a limit", () => {
  test("of an address the oldest connection that never printed gives its place to the newcomer", async () => {
    const side = listening({ PREPUFF_SCALE_MAX_PER_ADDRESS: "3" });
    using printed = await connectScale(side.port);
    await printed.send("1,20.00 lb\r\n");
    await until("it printed", () => side.entries.length === 1);
    using silent = await connectScale(side.port);
    using laterSilent = await connectScale(side.port);
    using newcomer = await connectScale(side.port);
    await until("the oldest silent one is told goodbye", () => !silent.isOpen);
    await newcomer.send("2,21.00 lb\r\n");
    await until("the newcomer's bag came", () => side.entries.length === 2);
    expect([printed.isOpen, laterSilent.isOpen, newcomer.isOpen]).toEqual([true, true, true]);
    expect(await refused(side, "displaced")).toBe(1);
  });

  test("a bag that is on its way when its connection gives its place away is still read", async () => {
    const side = listening({ PREPUFF_SCALE_MAX_PER_ADDRESS: "1" });
    const displaced = connect({ host: "127.0.0.1", port: side.port, allowHalfOpen: true });
    displaced.on("end", () => displaced.end("1,20.00 lb\r\n"));
    displaced.resume();
    await until("it is connected", () => side.presence.connections().length === 1);
    using newcomer = await connectScale(side.port);
    await until("its bag came", () => side.entries.length === 1);
    expect(newcomer.isOpen).toBe(true);
    expect(await refused(side, "displaced")).toBe(1);
  });

  test("one that gave its place away and does not go is cut off", async () => {
    const side = listening({ PREPUFF_SCALE_MAX_PER_ADDRESS: "1" });
    const deaf = connect({ host: "127.0.0.1", port: side.port, allowHalfOpen: true });
    deaf.on("error", () => undefined);
    await until("it is connected", () => side.presence.connections().length === 1);
    using newcomer = await connectScale(side.port);
    await until("both are there", () => side.presence.connections().length === 2);
    await until("it is gone", () => side.presence.connections().length === 1, 10_000);
    expect(newcomer.isOpen).toBe(true);
    deaf.destroy();
  });

  test("the newcomer goes where all others have printed, after what it had sent was read", async () => {
    const side = listening({ PREPUFF_SCALE_MAX_PER_ADDRESS: "2" });
    using one = await connectScale(side.port);
    using two = await connectScale(side.port);
    await one.send("1,20.00 lb\r\n");
    await two.send("2,21.00 lb\r\n");
    await until("both printed", () => side.entries.length === 2);
    using third = await connectScale(side.port);
    await until("the third is turned away", () => !third.isOpen);
    expect([one.isOpen, two.isOpen]).toEqual([true, true]);
    expect(await refused(side, "too_many_from_address")).toBe(1);
    await one.close();
    await until("there is room again", () => side.presence.connections().length === 1);
    using fourth = await connectScale(side.port);
    await fourth.send("3,22.00 lb\r\n");
    await until("its bag came", () => side.entries.length === 3);
  });

  test("silent connections of one address lock out neither a scale of another nor one that comes back", async () => {
    const side = listening({
      PREPUFF_SCALE_HOST: "0.0.0.0",
      PREPUFF_SCALE_MAX_CONNECTIONS: "16",
      PREPUFF_SCALE_MAX_PER_ADDRESS: "16",
    });
    await using scale = await connectFrom(side.port, "127.0.0.2");
    await scale.print("1,20.00 lb\r\n");
    await until("it printed", () => side.entries.length === 1);
    await scale.end();
    await until("it is gone", () => side.presence.connections().length === 0);
    const silent: ScaleLine[] = [];
    for (let count = 0; count < 16; count++) silent.push(await connectScale(side.port));
    await using back = await connectFrom(side.port, "127.0.0.2");
    await until("it has a place", () => silent.filter(({ isOpen }) => !isOpen).length === 1);
    // A flood of new ones, while the scale is silent until its next bag.
    for (let count = 0; count < 40; count++) silent.push(await connectScale(side.port));
    await until("the flood went round", () => silent.filter(({ isOpen }) => isOpen).length <= 16);
    await back.print("1,21.00 lb\r\n");
    await until("the scale weighs", () => side.entries.length === 2);
    await using stranger = await connectFrom(side.port, "127.0.0.3");
    await stranger.print("2,22.00 lb\r\n");
    await until("so does a new one", () => side.entries.length === 3);
    expect(side.presence.connections().length).toBeLessThanOrEqual(16 + 57);
    for (const each of silent) each[Symbol.dispose]();
  });
});

/** A scale that connects from an address of its own; all of 127.0.0.0/8 is this machine on Linux. */
async function connectFrom(port: number, address: string) {
  const child = Bun.spawn(
    [
      process.execPath,
      "-e",
      `const socket = require("node:net").connect({ host: "127.0.0.1", port: ${port}, localAddress: "${address}" });
      socket.on("connect", () => console.log("connected"));
      process.stdin.pipe(socket);
      socket.resume();`,
    ],
    { stdin: "pipe", stdout: "pipe" },
  );
  await child.stdout.getReader().read();
  return {
    async print(text: string) {
      child.stdin.write(text);
      await child.stdin.flush();
    },
    async end() {
      await child.stdin.end();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
