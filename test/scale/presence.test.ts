import { afterEach, expect, test } from "bun:test";
import { listening, stopListening } from "../support/listening.ts";
import { connectScale } from "../support/scale-line.ts";
import { until } from "../support/until.ts";

afterEach(stopListening);

const invented = (first: number, count: number, rest: string) =>
  Array.from({ length: count }, (_, at) => `${first + at},${rest}\r\n`).join("");

test("10,000 invented scales push out neither a configured one nor one that is still heard", async () => {
  const side = listening({ PREPUFF_STATIONS: "1:Line A", PREPUFF_SCALE_ALIASES: "9:8" });
  side.stations.set({ scale: 3, station: "Line B", enabled: null, aliasOf: null, weighsGross: false });
  using line = await connectScale(side.port);
  await line.send("1,20.00 lb\r\n9,21.00 lb\r\n3,22.00 lb\r\n4,23.00 lb\r\n5,24.00 lb\r\n");
  await line.send(invented(100_000, 5_000, "30.00 lb"));
  await line.send("4,25.00 lb\r\n");
  await line.send(invented(200_000, 500, "30.00 lb"));
  await line.send(invented(300_000, 5_000, "-- lb") + invented(400_000, 5_000, "-1.00 lb"));
  await line.send("2,26.00 lb\r\n");
  await until("all came", () => side.entries.length === 15_507 + 0, 30_000);
  const known = new Set(side.presence.scales().map(({ id }) => id));
  expect([1, 8, 3, 4, 2].filter((id) => !known.has(id))).toEqual([]);
  expect(known.has(5)).toBe(false);
  expect([...known].filter((id) => id >= 300_000)).toEqual([]);
  // The configured ones are 1, 8 and 3.
  expect(known.size).toBe(1_003);
  expect(side.presence.connections()[0]?.scales.length).toBeLessThanOrEqual(256);
  const labels = await side.metrics.registry.getSingleMetricAsString("prepuff_readings_total");
  expect(labels.match(/result="accepted"/g)).toHaveLength(1_003);
  expect(labels).toContain('prepuff_readings_total{scale="2",result="accepted"} 1');
  expect(labels).toContain('prepuff_readings_total{scale="other",result="rejected"} 10000');
});

test("what is rejected makes no scale, and is counted for one that is configured", async () => {
  const side = listening({ PREPUFF_STATIONS: "1:Line A", PREPUFF_UNKNOWN_SCALES: "reject" });
  using line = await connectScale(side.port);
  await line.send("1,-- lb\r\n2,20.00 lb\r\n3,-- lb\r\n");
  await until("all came", () => side.entries.length === 3);
  expect(side.presence.scales()).toMatchObject([{ id: 1, readings: 0, rejected: 1, connected: true }]);
});

test("a scale that a person forgets is gone with its metrics, until it prints again", async () => {
  const side = listening();
  using line = await connectScale(side.port);
  await line.send("7,20.00 lb\r\n7,-- lb\r\n");
  await until("both came", () => side.entries.length === 2);
  const labels = () => side.metrics.registry.getSingleMetricAsString("prepuff_readings_total");
  expect(await labels()).toContain('scale="7"');
  side.presence.forget(7);
  expect(side.presence.scales()).toEqual([]);
  expect(side.presence.connections()).toMatchObject([{ scales: [] }]);
  expect(await labels()).not.toContain('scale="7"');
  await line.send("7,21.00 lb\r\n");
  await until("it is back", () => side.presence.isKnown(7));
  expect(side.presence.scales()).toMatchObject([{ id: 7, readings: 1, rejected: 0 }]);
});
