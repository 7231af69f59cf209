import { describe, expect, test } from "bun:test";
import { defaultFaults } from "../../src/simulate/faults.ts";
import { type PlantOptions, plantDefaults, runPlant, startPlant } from "../../src/simulate/plant.ts";
import { itemsOf, type Play, wire } from "../../src/simulate/script.ts";
import { until } from "../support/until.ts";
import { openSink } from "./sink.ts";

const quick: Partial<PlantOptions> = { scales: 5, firstScale: 7, bags: 300, pad: 8, cutPauseMs: 2 };

function expectedBytes(options: Partial<PlantOptions>, scale: number): string {
  const play: Play = { ...plantDefaults, ...options };
  return [...itemsOf(play, scale)].map((item) => wire(play, item)).join("");
}

/** Every byte of every scale arrived, once and in order, and the counts say so. */
async function expectAllArrives(options: Partial<PlantOptions>) {
  using sink = openSink();
  const counts = await runPlant({ ...options, port: sink.port });
  const arrived = sink.byScale();
  const { scales, firstScale, bags } = { ...plantDefaults, ...options };
  expect([...arrived.keys()].sort((a, b) => a - b)).toEqual(
    Array.from({ length: scales }, (_, i) => firstScale + i),
  );
  // Not toEqual on the whole map: its message would print megabytes.
  for (const [scale, text] of arrived) {
    expect(text.length).toBe(expectedBytes(options, scale).length);
    expect(text === expectedBytes(options, scale)).toBe(true);
  }
  expect(counts).toMatchObject({ scales, complete: scales, bags: scales * bags, connected: 0 });
  expect(counts).toMatchObject({ breaks: 0, failedConnects: 0 });
  expect(counts.bytes).toBe(sink.texts().reduce((all, text) => all + text.length, 0));
  expect(sink.connections).toHaveLength(scales + counts.disconnects);
  const items = counts.perScale.flatMap(({ scale }) => [...itemsOf({ ...plantDefaults, ...options }, scale)]);
  const { motion, overload, zero } = counts.rejects;
  expect(counts.frames).toBe(items.length);
  expect(counts.garbage).toBe(items.filter(({ kind }) => kind === "garbage").length);
  expect(motion + overload + zero).toBe(counts.frames - counts.bags - counts.garbage);
  return { counts, sink };
}

describe("every line arrives exactly once, in order", () => {
  const faults = [
    ["no fault", {}],
    ["cut", { cut: 0.2 }],
    ["glue", { glue: 0.5 }],
    ["garbage", { garbage: 0.1 }],
    ["disconnect", { disconnect: 0.05 }],
    ["reject", { reject: 0.2 }],
    ["all faults", defaultFaults],
  ] as const;
  for (const terminator of ["crlf", "cr", "lf", "none"] as const) {
    test.each(faults)(`${terminator}: %s`, async (_name, faults) => {
      await expectAllArrives({ ...quick, terminator, faults });
    });
  }

  test("at a rate, with everything that can go wrong", async () => {
    await expectAllArrives({ ...quick, bags: 60, rate: 6000, faults: { ...defaultFaults, disconnect: 0.1 } });
  });

  test("from 500 scales at once", async () => {
    await expectAllArrives({ scales: 500, bags: 50, faults: { garbage: 0.05, disconnect: 0.02 } });
  });

  test("from the largest scale ids", async () => {
    await expectAllArrives({ scales: 2, firstScale: 2_147_483_646, bags: 10 });
  });
});

test("two runs of a seed send the same bytes, another seed sends others", async () => {
  const bytes = async (seed: number) => {
    const { sink } = await expectAllArrives({ ...quick, seed, faults: { ...defaultFaults, cut: 0 } });
    return [...sink.byScale()].sort(([a], [b]) => a - b).join();
  };
  const first = await bytes(3);
  expect((await bytes(3)) === first).toBe(true);
  expect((await bytes(4)) === first).toBe(false);
});

describe("how the bytes are cut", () => {
  /** What one scale sent before each of its pauses; none ends before the other side has read that. */
  async function chunksOf(options: Partial<PlantOptions>): Promise<string[]> {
    using sink = openSink();
    let now = 0;
    const isRead = () => sink.connections.reduce((sum, { bytes }) => sum + bytes, 0) === plant.counts().bytes;
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
        await until("it is read", isRead);
      },
    };
    const plant = startPlant({ ...options, port: sink.port, scales: 1 }, { clock });
    await plant.done;
    return sink.connections[0]?.chunks.map((chunk) => chunk.toString("latin1")) ?? [];
  }

  test("a cut frame comes in two parts with a pause between them", async () => {
    const chunks = await chunksOf({ bags: 40, rate: 60_000, cutPauseMs: 20, faults: { cut: 1 } });
    expect(chunks.filter((chunk) => !chunk.startsWith("1,")).length).toBeGreaterThan(20);
    expect(chunks.join("")).toBe(expectedBytes({ bags: 40, rate: 60_000 }, 1));
  });

  test("glued frames come together, others one by one", async () => {
    const linesAChunk = async (glue: number) =>
      (await chunksOf({ bags: 30, rate: 12_000, faults: { glue } })).map(
        (chunk) => chunk.split("\r\n").length - 1,
      );
    expect(Math.max(...(await linesAChunk(0.7)))).toBeGreaterThan(2);
    expect(await linesAChunk(0)).toEqual(Array(30).fill(1));
  });
});

describe("a slow reader", () => {
  test("gets everything: what does not fit into the buffers waits", async () => {
    using sink = openSink({
      onOpen(socket) {
        socket.pause();
        setTimeout(() => socket.resume(), 300);
      },
    });
    // 12 MB on one connection are more than both kernels' buffers hold.
    const options = { port: sink.port, scales: 1, bags: 1_000_000, seed: 9 };
    const counts = await runPlant(options);
    expect(counts).toMatchObject({ bags: 1_000_000, breaks: 0, complete: 1 });
    expect(sink.texts()[0] === expectedBytes(options, 1)).toBe(true);
    expect(counts.seconds).toBeGreaterThan(0.29);
  });

  test("holds back only its own scale, and is waited for before the scale connects again", async () => {
    const opened: number[] = [];
    using sink = openSink({
      onOpen(socket, connection) {
        opened.push(performance.now());
        if (connection > 0) return;
        socket.pause();
        setTimeout(() => socket.resume(), 300);
      },
    });
    const options = { port: sink.port, scales: 1, bags: 3, faults: { disconnect: 1 } };
    const counts = await runPlant(options);
    expect(counts).toMatchObject({ bags: 3, disconnects: 2, breaks: 0 });
    expect((opened[1] ?? 0) - (opened[0] ?? 0)).toBeGreaterThan(290);
    expect(sink.texts().join("")).toBe(expectedBytes(options, 1));
  });
});
