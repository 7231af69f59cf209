import { afterEach, expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Entry } from "../../src/journal/entry.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { createIntake } from "../../src/scale/intake.ts";
import { type Listener, startListener } from "../../src/scale/listener.ts";
import { createPresence } from "../../src/scale/presence.ts";
import { createStations } from "../../src/scale/stations.ts";
import { zm405 } from "../../src/scale/zm405.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

const listeners: Listener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.stop();
});

/** The scales' side of an appliance; what would be journaled is kept in `entries`. */
function listening(env: Record<string, string> = {}) {
  const { config } = loadConfig({
    env: { PREPUFF_SCALE_HOST: "127.0.0.1", PREPUFF_SCALE_PORT: "0", ...env },
    cwd: "/nonexistent",
  });
  const clock = systemClock;
  const metrics = createMetrics();
  const presence = createPresence();
  const stations = createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined });
  const entries: Entry[] = [];
  let onWritable: (writable: boolean) => void = () => undefined;
  const journal = {
    writable: true,
    append: (entry: Entry) => entries.push(entry),
    onWritable: (listener: typeof onWritable) => {
      onWritable = listener;
    },
  };
  const intake = createIntake({
    config,
    dialect: zm405,
    journal,
    stations,
    presence,
    clock,
    logger,
    metrics,
  });
  const listener = startListener({
    config,
    dialect: zm405,
    intake,
    journal,
    presence,
    clock,
    logger,
    metrics,
  });
  listeners.push(listener);
  return {
    port: listener.port,
    listener,
    presence,
    entries,
    stations,
    metrics,
    weights: () => entries.map((entry) => (entry.kind === "weighed" ? entry.weight : entry.reason)),
    setWritable(writable: boolean) {
      journal.writable = writable;
      onWritable(writable);
    },
  };
}

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
  return { print: (text: string) => socket.write(text), end: () => socket.end(), isClosed: () => closed };
}

test("a frame without a terminator counts after the silence that is configured", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "50" });
  const one = await scale(side.port);
  one.print("1,20.00 lb");
  await until("it counts", () => side.entries.length === 1);
  expect(side.weights()).toEqual(["20.00"]);
});

test("once a connection has used a terminator, silence completes nothing on it", async () => {
  const side = listening({ PREPUFF_FRAME_IDLE_MS: "20" });
  const one = await scale(side.port);
  one.print("1,20.00 lb\r\n1,21.00 lb");
  await until("the first counts", () => side.entries.length === 1);
  await Bun.sleep(100);
  expect(side.weights()).toEqual(["20.00"]);
  one.print("s\r\n");
  await until("the second counts", () => side.entries.length === 2);
});

test("presence knows each connection and each scale on it", async () => {
  const side = listening({ PREPUFF_SCALE_ALIASES: "3:2" });
  const one = await scale(side.port);
  await until("it is connected", () => side.presence.connections().length === 1);
  one.print("3,20.00 lb\r\n7,--- lb\r\n3,20.00 lb\r\n");
  await until("all came", () => side.entries.length === 3);
  expect(side.presence.connections()).toMatchObject([
    { id: 1, remoteAddress: "127.0.0.1", scales: [2, 7], readings: 2, rejected: 1, bytes: 34 },
  ]);
  expect(side.presence.scales()).toMatchObject([
    { id: 2, connected: true, lastWeight: "20.00", unit: "lb", readings: 2, rejected: 0 },
    { id: 7, connected: true, lastWeight: null, readings: 0, rejected: 1 },
  ]);
  expect(side.entries).toMatchObject([
    { kind: "weighed", scale: 2, printedScale: 3, repeatSuspected: false },
    { kind: "rejected", scale: 7, reason: "overload" },
    { kind: "weighed", scale: 2, printedScale: 3, repeatSuspected: true },
  ]);
  one.end();
  await until("it is gone", () => side.presence.connections().length === 0);
  expect(side.presence.scales()).toMatchObject([{ connected: false }, { connected: false }]);
});

test("a frame cut off by the disconnect is kept as truncated", async () => {
  const side = listening();
  const one = await scale(side.port);
  one.print("1,20.00 lb\r\n1,2");
  one.end();
  await until("both came", () => side.entries.length === 2);
  expect(side.entries[1]).toMatchObject({ kind: "rejected", reason: "truncated", raw: "1,2" });
});

test("addresses that are not allowed, and connections beyond a limit, are closed and counted", async () => {
  const strict = listening({ PREPUFF_SCALE_ALLOW: "10.0.0.0/8" });
  const stranger = await scale(strict.port);
  await until("the stranger is turned away", stranger.isClosed);

  const small = listening({ PREPUFF_SCALE_MAX_PER_ADDRESS: "2" });
  const first = await scale(small.port);
  await scale(small.port);
  const third = await scale(small.port);
  await until("the third is turned away", third.isClosed);
  expect(small.presence.connections()).toHaveLength(2);
  first.end();
  await until("one has gone", () => small.presence.connections().length === 1);
  const again = await scale(small.port);
  again.print("1,20.00 lb\r\n");
  await until("there is room again", () => small.entries.length === 1);
  expect(await small.metrics.registry.getSingleMetricAsString("prepuff_connections_refused_total")).toContain(
    'reason="too_many_from_address"} 1',
  );
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

test("stations, and whether a scale is wanted, follow what a person set, then the configuration", async () => {
  const side = listening({ PREPUFF_STATIONS: "1:Line A", PREPUFF_UNKNOWN_SCALES: "reject" });
  const one = await scale(side.port);
  one.print("1,20.00 lb\r\n2,20.00 lb\r\n");
  await until("both came", () => side.entries.length === 2);
  side.stations.set({ scale: 2, station: "Line B", enabled: true });
  side.stations.set({ scale: 1, station: null, enabled: false });
  one.print("1,30.00 lb\r\n2,30.00 lb\r\n");
  await until("all came", () => side.entries.length === 4);
  expect(side.entries).toMatchObject([
    { kind: "weighed", station: "Line A" },
    { kind: "rejected", reason: "unknown_scale", scale: 2 },
    { kind: "rejected", reason: "unknown_scale", scale: 1 },
    { kind: "weighed", station: "Line B" },
  ]);
});

test("a port that is taken is told in plain words", () => {
  const side = listening();
  expect(() => listening({ PREPUFF_SCALE_PORT: String(side.port) })).toThrow(
    `the scales' port 127.0.0.1:${side.port} cannot be opened: another program uses it`,
  );
});
