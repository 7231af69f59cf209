import { describe, expect, test } from "bun:test";
import { type PlantOptions, plantDefaults, runPlant, startPlant } from "../../src/simulate/plant.ts";
import { itemsOf } from "../../src/simulate/script.ts";
import { weightAt } from "../../src/simulate/weights.ts";
import { isInTime } from "../support/in-time.ts";
import { until } from "../support/until.ts";
import { openSink } from "./sink.ts";

const one = { scales: 1, faults: {} };

/** The lines of bags from … to − 1 of scale 1, in the default format. */
function bags(from: number, to: number, options: Partial<PlantOptions> = {}): string {
  let text = "";
  for (let i = from; i < to; i++) text += `1,${weightAt({ ...plantDefaults, ...options }, 1, i)} lb\r\n`;
  return text;
}

/** A port where nobody listens. */
function deadPort(): number {
  using sink = openSink();
  return sink.port;
}

describe("when the other side breaks the connection", () => {
  test("what is lost is one run of bags that ends at the break, and nothing comes twice", async () => {
    using sink = openSink({
      onData(socket, connection, total) {
        if (connection === 0 && total > 100_000) socket.terminate();
      },
    });
    const counts = await runPlant({ ...one, port: sink.port, bags: 500_000 });
    const [first = "", second = ""] = sink.texts();
    const [breakAt = -1] = counts.perScale[0]?.breaks ?? [];
    expect(counts).toMatchObject({ bags: 500_000, breaks: 1, complete: 1 });
    expect(bags(0, 50_000).startsWith(first)).toBe(true);
    expect(second === bags(breakAt, 500_000)).toBe(true);
  });

  test("a frame that the kernel took only in part is sent again from its beginning", async () => {
    using sink = openSink({
      onOpen(socket, connection) {
        if (connection > 0) return;
        socket.pause();
        setTimeout(() => socket.terminate(), 200);
      },
    });
    const counts = await runPlant({ ...one, port: sink.port, bags: 1_000_000 });
    const [breakAt = -1] = counts.perScale[0]?.breaks ?? [];
    expect(breakAt).toBeWithin(10_000, 999_999);
    expect(sink.texts()[1] === bags(breakAt, 1_000_000)).toBe(true);
    expect(counts.bags).toBe(1_000_000);
  });

  test("in the pause of a cut frame, that frame is sent again from its beginning", async () => {
    using sink = openSink({
      onData(socket, connection) {
        if (connection === 0) socket.terminate();
      },
    });
    const options = { ...one, bags: 2, rate: 6000, cutPauseMs: 200, faults: { cut: 1 } };
    const counts = await runPlant({ ...options, port: sink.port });
    const [first = "", second = ""] = sink.texts();
    expect(first.length).toBeWithin(1, bags(0, 1).length);
    expect(counts.perScale[0]?.breaks).toEqual([0]);
    expect(second).toBe(bags(0, 2, options));
  });

  test("while the scale has nothing to send, it connects again at once", async () => {
    using sink = openSink({
      onOpen(socket, connection) {
        if (connection === 0) setTimeout(() => socket.end(), 50);
      },
    });
    const halt = new AbortController();
    const { done } = startPlant({ ...one, port: sink.port, rate: 0.01 }, { signal: halt.signal });
    await until("the scale is back", () => sink.connections.length === 2);
    halt.abort();
    expect(await done).toMatchObject({ bags: 0, breaks: 0, failedConnects: 1 });
  });
});

describe("when the appliance is away", () => {
  test("the scales wait for it, and then send everything", async () => {
    const port = deadPort();
    const plant = startPlant({ port, scales: 20, bags: 50 });
    await until("an attempt has failed", () => plant.counts().failedConnects > 0);
    using sink = openSink({ port });
    const counts = await plant.done;
    expect(counts).toMatchObject({ bags: 1000, complete: 20, breaks: 0 });
    expect(counts.failedConnects).toBeGreaterThan(0);
    expect(sink.byScale().get(1)).toBe(bags(0, 50));
  });

  test("they give up after the time that was set", async () => {
    const counts = await runPlant({ port: deadPort(), scales: 3, connectTimeoutMs: 400 });
    expect(counts).toMatchObject({ bags: 0, complete: 0, scales: 3 });
    expect(counts.seconds).toBeWithin(0.3, 2);
    expect(counts.lastFailure).toMatch(/connect/i);
  });

  test("being refused time and again counts as being away", async () => {
    using sink = openSink({ onOpen: (socket) => void socket.end() });
    const counts = await runPlant({ ...one, port: sink.port, rate: 1, connectTimeoutMs: 400 });
    expect(counts).toMatchObject({ bags: 0, complete: 0 });
    // 0.1, 0.2, 0.4 s … apart: a scale that is refused must not hammer.
    expect(sink.connections.length).toBeWithin(2, 8);
  });

  test("a name that nobody knows is an attempt that failed", async () => {
    const counts = await runPlant({ ...one, host: "scale.invalid", connectTimeoutMs: 100 });
    expect(counts).toMatchObject({ complete: 0, bags: 0 });
    expect(counts.failedConnects).toBeGreaterThan(0);
  });
});

describe("an orderly close", () => {
  test("that the other side does not confirm is waited for, then counted as a break", async () => {
    using sink = openSink({ allowHalfOpen: true });
    const counts = await runPlant({ ...one, port: sink.port, bags: 5, closeTimeoutMs: 150 });
    expect(counts).toMatchObject({ bags: 5, complete: 1, breaks: 1 });
    expect(counts.perScale[0]?.breaks).toEqual([5]);
    expect(sink.texts()[0]).toBe(bags(0, 5));
  });

  test("loses nothing where the reader is slower than the wait for it", async () => {
    using sink = openSink({
      onOpen(socket) {
        socket.pause();
        setTimeout(() => socket.resume(), 400);
      },
    });
    const counts = await runPlant({ ...one, port: sink.port, bags: 1000, closeTimeoutMs: 50 });
    expect(counts.breaks).toBe(1);
    await until("everything is read", () => sink.texts()[0] === bags(0, 1000));
  });
});

describe("when it is stopped", () => {
  test("every scale ends with a whole frame, and the count is what arrived", async () => {
    using sink = openSink();
    const halt = new AbortController();
    const plant = startPlant({ port: sink.port, scales: 10, bags: 0 }, { signal: halt.signal });
    await until("it is under way", () => plant.counts().bags > 20_000);
    halt.abort();
    const counts = await plant.done;
    expect(counts).toMatchObject({ breaks: 0, connected: 0, complete: 0 });
    for (const { scale, bags } of counts.perScale) {
      const sent = [...itemsOf({ ...plantDefaults, bags: 0 }, scale, bags)];
      const expected = sent.map(({ text }) => `${text}\r\n`).join("");
      expect((sink.byScale().get(scale) ?? "") === expected).toBe(true);
    }
  });

  test("nobody waits for a reader that never reads", async () => {
    using sink = openSink({ onOpen: (socket) => void socket.pause() });
    const halt = new AbortController();
    const plant = startPlant(
      { ...one, port: sink.port, bags: 0, closeTimeoutMs: 200 },
      { signal: halt.signal },
    );
    await until("the buffers are full", async () => {
      const before = plant.counts().bytes;
      await Bun.sleep(50);
      return before > 0 && plant.counts().bytes === before;
    });
    const stoppedAt = performance.now();
    halt.abort();
    expect(await isInTime(plant.done, 5_000)).toBe(true);
    expect(performance.now() - stoppedAt).toBeGreaterThan(150);
    expect((await plant.done).breaks).toBe(1);
  });

  test("before it began, nothing is sent", async () => {
    using sink = openSink();
    const counts = await runPlant({ port: sink.port }, { signal: AbortSignal.abort() });
    expect(counts).toMatchObject({ frames: 0, complete: 0 });
    expect(sink.connections).toHaveLength(0);
  });
});

describe("the rate", () => {
  test("is kept by the clock: an hour of a bag a minute is 60 bags", async () => {
    using sink = openSink();
    let now = 0;
    const naps: number[] = [];
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        naps.push(ms);
        now += ms;
      },
    };
    const counts = await runPlant({ ...one, port: sink.port, bags: 61, rate: 1 }, { clock });
    expect(sink.texts()[0]).toBe(bags(0, 61, { rate: 1 }));
    // The first bag comes somewhere within the first minute, the others 60 minutes from there.
    expect(counts.seconds).toBeWithin(3600, 3660);
    expect(naps.slice(1).every((ms) => Math.abs(ms - 60_000) < 0.001)).toBe(true);
    expect(naps).toHaveLength(61);
  });

  test("holds on the wall clock, for every scale", async () => {
    using sink = openSink();
    const counts = await runPlant({ port: sink.port, scales: 20, bags: 50, rate: 6000 });
    expect(counts.bags).toBe(1000);
    expect(counts.seconds).toBeWithin(0.48, 1.5);
  });

  test("is caught up with after an outage", async () => {
    const port = deadPort();
    using stack = new DisposableStack();
    let sink: ReturnType<typeof openSink> | undefined;
    let now = 0;
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
        // The appliance is back.
        if (now >= 450) sink ??= stack.use(openSink({ port }));
      },
    };
    const counts = await runPlant({ ...one, port, bags: 60, rate: 6000 }, { clock });
    expect(sink?.texts()[0]).toBe(bags(0, 60, { rate: 6000 }));
    // 600 ms of bags and 450 ms of outage, but not one after the other, unless the back-off just missed it.
    expect(counts.seconds).toBeWithin(0.58, 1.4);
  });
});
