import { afterEach, describe, expect, test } from "bun:test";
import { sourceSchema } from "../../src/config/sources/source.ts";
import { noSettings } from "../../src/indicators/dialect.ts";
import { sma } from "../../src/indicators/dialects/sma.ts";
import { dialects } from "../../src/indicators/dialects.ts";
import type { Print } from "../../src/indicators/print.ts";
import { PrintReader } from "../../src/indicators/print-reader.ts";
import { plantDefaults, runPlant } from "../../src/simulate/plant.ts";
import { weightAt } from "../../src/simulate/weights.ts";
import { freePort } from "../support/free-port.ts";
import { listening, stopListening } from "../support/listening.ts";
import { until } from "../support/until.ts";
import { openSink } from "./sink.ts";

afterEach(stopListening);

const weights = (scale: number, bags: number, rate: number) =>
  Array.from({ length: bags }, (_, bag) => weightAt({ ...plantDefaults, rate }, scale, bag));

/** The values of a row, each once where it is repeated. */
function runs<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => value !== values[index - 1]);
}

test.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
  "what it prints as %s, cut and glued, becomes the bags that it sent",
  async (name, dialect) => {
    const carriesScale = ["awtx", "dini"].includes(name);
    const source = sourceSchema.parse({
      name: "simulated",
      connection: { kind: "listen" },
      dialect: name,
      unit: "lb",
      decimals: 2,
      digits: "reversed",
      scale: 7,
    });
    const side = listening({ PREPUFF_REPEAT_LIMIT: "0" }, undefined, { sources: [source] });
    const options = { port: side.port, scales: 1, firstScale: 7, bags: 60, dialect };
    const counts = await runPlant({ ...options, faults: { cut: 0.2, glue: 0.3, disconnect: 0.05 } });
    expect(counts).toMatchObject({ bags: 60, breaks: 0 });
    await until("all came", () => side.entries.length >= 60);
    expect(side.weights()).toEqual(weights(7, 60, 0));
    if (!carriesScale) expect(new Set(side.entries.map(({ scale }) => scale))).toEqual(new Set([7]));
  },
);

describe("a stream", () => {
  test("shows each bag from empty to empty, still only where it lies still, and counts the bags", async () => {
    using sink = openSink();
    const options = { port: sink.port, scales: 1, bags: 2, rate: 15, dialect: sma, streamHz: 20 };
    const counts = await runPlant(options);
    expect(counts).toMatchObject({ bags: 2, complete: 1, breaks: 0 });
    const prints: Print[] = [];
    const reader = new PrintReader(sma, noSettings, (print) => prints.push(print));
    reader.push(sink.texts().join(""));
    expect(prints).toHaveLength(counts.samples);
    // 9.5 s at 20 a second; a machine that stands still loses some.
    expect(counts.samples).toBeGreaterThan(95);
    expect(counts.samples).toBeLessThanOrEqual(192);
    const still = prints.flatMap(({ stable, weight }) =>
      stable === true && weight !== null ? [weight] : [],
    );
    const [first = "", second = ""] = weights(1, 2, 15);
    expect(runs(still)).toEqual(["0.00", first, "0.00", second, "0.00"]);
    expect(Math.max(...prints.map(({ weight }) => Number(weight)))).toBeGreaterThan(Number(first));
  }, 60_000);
});

describe("an indicator that is a server", () => {
  async function connectTo(port: number) {
    let text = "";
    let isOpen = true;
    let socket: Awaited<ReturnType<typeof Bun.connect>> | null = null;
    await until("it listens", async () => {
      try {
        socket = await Bun.connect({
          hostname: "127.0.0.1",
          port,
          socket: {
            data: (_, bytes) => {
              text += bytes.toString("latin1");
            },
            close: () => {
              isOpen = false;
            },
          },
        });
        return true;
      } catch {
        return false;
      }
    });
    return { ask: (bytes: string) => socket?.write(bytes), text: () => text, isOpen: () => isOpen };
  }

  test("answers what it is asked, and prints each bag once to those who ask nothing", async () => {
    const port = freePort();
    const running = runPlant({ listenPort: port, scales: 1, bags: 1, rate: 15, dialect: sma });
    const listener = await connectTo(port);
    const asker = await connectTo(port);
    asker.ask("\nW\r");
    await until("the weight came", () => asker.text() !== "");
    expect(asker.text()).toBe("\nZ1G        0.00lb \r");
    const [weight = ""] = weights(1, 1, 15);
    const print = `\n 1G  ${weight.padStart(10)}lb \r`;
    await until("it moves", async () => {
      asker.ask("\nW\r");
      await Bun.sleep(20);
      return /M/.test(asker.text());
    });
    const before = asker.text().length;
    asker.ask("\nP\r");
    await until("it is still", () => asker.text().slice(before).includes(print));
    const counts = await running;
    expect(counts).toMatchObject({ bags: 1, samples: 1, complete: 1, lastFailure: null });
    expect(counts.answers).toBe(asker.text().split("\r").length - 1);
    await until("it hangs up", () => !listener.isOpen() && !asker.isOpen());
    expect(listener.text()).toBe(print);
  }, 60_000);

  test("the appliance that connects to it finds each bag", async () => {
    const port = freePort();
    const source = sourceSchema.parse({
      name: "server",
      connection: { kind: "connect", host: "127.0.0.1", port },
      dialect: "sma",
      scale: 7,
    });
    const running = runPlant({ listenPort: port, scales: 1, firstScale: 7, bags: 2, rate: 15, dialect: sma });
    const side = listening({}, undefined, { sources: [source] });
    expect((await running).bags).toBe(2);
    await until("all came", () => side.entries.length === 2);
    expect(side.weights()).toEqual(weights(7, 2, 15));
  }, 60_000);

  test("a port that is taken is said", async () => {
    using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    const counts = await runPlant({ listenPort: taken.port, scales: 1, bags: 1, rate: 15, dialect: sma });
    expect(counts).toMatchObject({ failedConnects: 1, complete: 0 });
    expect(counts.lastFailure).toContain("EADDRINUSE");
  });
});
