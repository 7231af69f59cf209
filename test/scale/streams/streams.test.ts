import { afterEach, expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { weighed } from "../../../src/indicators/print.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { createStreams } from "../../../src/scale/streams/streams.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { connectScale, type ScaleLine } from "../../support/scale-line.ts";
import { until } from "../../support/until.ts";

afterEach(stopListening);

const stream = { division: "0.02", settle_ms: 100 };
const source = sourceSchema.parse({
  name: "Platform",
  connection: { kind: "listen" },
  dialect: "sma",
  mode: "stream",
  scale: 7,
  station: "Station 7",
  stream,
});

/** Shows a weight 20 times a second for so long. */
async function shows(line: ScaleLine, weight: string, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    await line.send(`\n 1G ${" "}${weight.padStart(10)}lb \r`);
    await Bun.sleep(50);
  }
}

test("the bag is found in the stream, counts once, and brings its trace", async () => {
  const side = listening({}, undefined, { sources: [source] });
  using line = await connectScale(side.port);
  for (let bag = 0; bag < 2; bag++) {
    await shows(line, "0.00", 500);
    for (const weight of ["10.00", "30.00", "52.00", "49.60"]) await shows(line, weight, 50);
    await shows(line, "50.20", 1_000);
    await shows(line, "20.00", 50);
    await shows(line, "0.00", 500);
  }
  await until("both bags came", () => side.entries.length === 2);
  expect(side.entries).toMatchObject([
    {
      kind: "weighed",
      scale: 7,
      weight: "50.20",
      unit: "lb",
      station: "Station 7",
      repeatSuspected: false,
      doubt: null,
    },
    { kind: "weighed", scale: 7, weight: "50.20", unit: "lb", repeatSuspected: false, doubt: null },
  ]);
  const evidence = JSON.parse(side.entries[0]?.raw ?? "");
  expect(evidence).toMatchObject({ weight: "50.20", still_mark: true });
  expect(evidence.trace.map(([, weight]: unknown[]) => weight)).toContain("52.00");
  const samples = (await side.metrics.samples.get()).values;
  expect(samples).toMatchObject([{ labels: { source: "Platform", kind: "weight" } }]);
  expect(samples[0]?.value).toBeGreaterThan(80);
});

test("a load that is taken off before it settles is rejected, and the line is no bag", async () => {
  const side = listening({}, undefined, {
    sources: [{ ...source, stream: { ...source.stream, settle_ms: 5_000 } }],
  });
  using line = await connectScale(side.port);
  await shows(line, "0.00", 500);
  for (const weight of ["10.00", "30.00", "35.00", "40.00", "41.00", "45.00", "47.00"])
    await shows(line, weight, 250);
  await shows(line, "0.00", 500);
  await until("it is told", () => side.entries.length > 0);
  expect(side.entries).toMatchObject([{ kind: "rejected", scale: 7 }]);
  expect(["bumped", "not_settled"]).toContain(side.weights()[0] ?? "");
});

test("the weight of the moment is passed on, and that it is no longer known", async () => {
  const side = listening({}, undefined, { sources: [source] });
  using line = await connectScale(side.port);
  await shows(line, "0.00", 300);
  await shows(line, "50.20", 500);
  await until("it is shown", () => side.liveWeights.at(-1)?.weight === "50.20");
  expect(side.liveWeights[0]).toMatchObject({ scale: 7, station: "Station 7", unit: "lb", state: "empty" });
  expect(side.liveWeights.at(-1)?.state).toBe("settled");
  await until("silence is shown", () => side.liveWeights.at(-1)?.weight === null);
});

test("what is on the platform when the appliance stops is rejected, with its weight", async () => {
  const side = listening({}, undefined, { sources: [source] });
  using line = await connectScale(side.port);
  await shows(line, "0.00", 300);
  await shows(line, "50.20", 500);
  await until("it has settled", () => side.liveWeights.at(-1)?.state === "settled");
  await side.streams.stop();
  expect(side.entries).toMatchObject([{ kind: "rejected", reason: "connection_lost", scale: 7 }]);
  expect(JSON.parse(side.entries[0]?.raw ?? "").weight).toBe("50.20");
});

test("prints that are no samples are counted, and one of them is kept", async () => {
  const side = listening({}, undefined, { sources: [source] });
  using line = await connectScale(side.port);
  for (let nth = 0; nth < 20; nth++) await line.send("rubbish\r");
  const counted = async () =>
    (await side.metrics.samples.get()).values.find(({ labels }) => labels.kind === "rejected")?.value;
  await until("all are counted", async () => (await counted()) === 20);
  expect(side.weights()).toEqual(["malformed"]);
});

test("the print of today can be a stream, too: zero is the empty platform", async () => {
  const line = sourceSchema.parse({
    name: "ZM405",
    connection: { kind: "listen" },
    dialect: "line",
    mode: "stream",
    stream,
  });
  const side = listening({}, undefined, { sources: [line] });
  using connection = await connectScale(side.port);
  const shown = [...Array(8).fill("0.00"), "30.10", ...Array(12).fill("50.20"), ...Array(6).fill("0.00")];
  for (const weight of shown) {
    await connection.send(`3,${weight} lb\r\n`);
    await Bun.sleep(50);
  }
  await until("the bag came", () => side.entries.length === 1);
  expect(side.entries).toMatchObject([
    { kind: "weighed", scale: 3, weight: "50.20", unit: "lb", doubt: null },
  ]);
});

test("ids that noise invents do not fill the memory: the one sampled longest ago is ended", () => {
  const entered: string[] = [];
  const streams = createStreams({
    intake: ({ text }) => void entered.push(text),
    presence: { sampled: () => undefined },
    live: { show: () => undefined },
    sources: { all: () => [], onChange: () => () => undefined },
    clock: systemClock,
    monotonic: () => now,
    count: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  let now = 0;
  const origin = { connectionId: 1, remoteAddress: "", source, lastBagUid: null, tap: null };
  const show = (scale: number, weight: string) =>
    streams.sample(weighed(weight, { unit: "lb", stable: true, scale }), "", source, origin);
  for (const weight of ["0.00", "50.20", "50.20", "50.20", "50.20"]) {
    show(1, weight);
    now += 500;
  }
  for (let scale = 2; scale <= 1_001; scale++) show(scale, "0.00");
  expect(entered.map((text) => JSON.parse(text).weight)).toEqual(["50.20"]);
});
