import { afterEach, expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { startIndicator } from "../../support/fake-indicator.ts";
import { freePort } from "../../support/free-port.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { until } from "../../support/until.ts";

afterEach(stopListening);

const print = "\n 1G       5.025lb \r";

function calling(port: number, poll: object | null = null) {
  const connection = { kind: "connect", host: "127.0.0.1", port, poll };
  const mode = poll === null ? "print" : "stream";
  const source = sourceSchema.parse({ name: "Indicator", connection, dialect: "sma", mode, scale: 7 });
  return listening({}, undefined, { sources: [source] });
}

type Side = ReturnType<typeof listening>;
const weighed = (side: Side) => side.entries.filter(({ kind }) => kind === "weighed").length;
async function samples(side: Side): Promise<number> {
  const { values } = await side.metrics.samples.get();
  return values.find(({ labels }) => labels.kind === "weight")?.value ?? 0;
}
const connected = async (side: Side) =>
  (await side.metrics.sourceConnected.get()).values.map(({ value }) => value);
async function polls(side: Side, result: string): Promise<number> {
  const { values } = await side.metrics.sourcePolls.get();
  return values.find(({ labels }) => labels.result === result)?.value ?? 0;
}

test("an indicator that listens and sends by itself is read", async () => {
  await using indicator = await startIndicator();
  const side = calling(indicator.port);
  await until("it is connected", async () => (await connected(side))[0] === 1);
  indicator.send(print);
  await until("its print came", () => side.entries.length === 1);
  expect(side.entries).toMatchObject([{ kind: "weighed", scale: 7, weight: "5.025", unit: "lb" }]);
  expect(side.presence.scales()).toMatchObject([{ id: 7, connected: true, remoteAddress: "127.0.0.1" }]);
});

test("one that is not there yet is tried again, and one that resets is called again", async () => {
  const port = freePort();
  const side = calling(port);
  await Bun.sleep(300);
  expect(await connected(side)).toEqual([0]);
  await using indicator = await startIndicator(undefined, port);
  await until("it is connected", async () => (await connected(side))[0] === 1);
  indicator.reset();
  await until("it is connected again", () => indicator.connections() === 2);
  await until("that is seen", async () => (await connected(side))[0] === 1);
  indicator.send(print);
  await until("its print came", () => weighed(side) === 1);
});

test("one that is to be asked is asked, and each answer is read", async () => {
  await using indicator = await startIndicator((command, send) => {
    if (command === "\nW\r") send(print);
  });
  const side = calling(indicator.port, { every_ms: 50 });
  await until("three answers came", async () => (await samples(side)) >= 3);
  expect(await polls(side, "answered")).toBeGreaterThanOrEqual(2);
  expect(await polls(side, "no_answer")).toBe(0);
});

test("a command of one's own is sent as it is written", async () => {
  await using indicator = await startIndicator((_, send) => send(print));
  const side = calling(indicator.port, { command: "\\x05RW\\r\\n", every_ms: 50 });
  await until("an answer came", async () => (await samples(side)) >= 1);
  expect(indicator.asked()).toStartWith("\x05RW\r\n");
});

test("half an answer is none, the rest of it no weight of the next, and after three without an answer it connects anew", async () => {
  await using indicator = await startIndicator((_, send) => send("\n 1G       5.0"));
  const side = calling(indicator.port, { every_ms: 50, answer_ms: 40 });
  await until("it connects anew", () => indicator.connections() >= 2);
  expect(await samples(side)).toBe(0);
  expect(await polls(side, "no_answer")).toBeGreaterThanOrEqual(3);
});

test("one that resets in the middle of its answer is called again and read", async () => {
  let answers = 0;
  await using indicator = await startIndicator((_, send, reset) => {
    if (++answers === 1) {
      send("\n 1G       5.0");
      reset();
    } else send(print);
  });
  const side = calling(indicator.port, { every_ms: 50 });
  await until("a print came", async () => (await samples(side)) >= 1);
  expect(indicator.connections()).toBe(2);
  await until("it is shown", () => side.liveWeights.at(-1)?.weight === "5.025");
  expect(side.liveWeights.every(({ weight }) => weight === "5.025")).toBe(true);
});

test("the connection of a source that goes is closed, and it is not called again", async () => {
  await using indicator = await startIndicator();
  const side = listening();
  const connection = { kind: "connect", host: "127.0.0.1", port: indicator.port };
  side.sources.set([sourceSchema.parse({ name: "Indicator", connection, dialect: "sma", scale: 7 })]);
  await until("it is connected", async () => (await connected(side))[0] === 1);
  side.sources.set([]);
  await until("it is gone", () => side.presence.connections().length === 0);
  await until("it is no longer measured", async () => (await connected(side)).length === 0);
  await Bun.sleep(1_500);
  expect(indicator.connections()).toBe(1);
});
