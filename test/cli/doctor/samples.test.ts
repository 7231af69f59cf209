import { expect, test } from "bun:test";
import { Counter, Registry } from "prom-client";
import { samplesOf } from "../../../src/cli/doctor/samples.ts";

test("reads what the metrics' own library writes, labels of any text with it", async () => {
  const registry = new Registry();
  const counter = new Counter({
    name: "bags_total",
    help: 'not a "sample"',
    labelNames: ["station", "verdict"],
    registers: [registry],
  });
  const station = 'Line "2"} 7 \\ left\nright, a="b"';
  counter.inc({ station, verdict: "in" }, 3);
  counter.inc({ station: "1", verdict: "over" }, 0.5);
  new Counter({ name: "bags", help: "without labels", registers: [registry] }).inc(2);
  const text = await registry.metrics();
  expect(samplesOf(text, "bags_total")).toEqual([
    { labels: { station, verdict: "in" }, value: 3 },
    { labels: { station: "1", verdict: "over" }, value: 0.5 },
  ]);
  expect(samplesOf(text, "bags")).toEqual([{ labels: {}, value: 2 }]);
  expect(samplesOf(text, "bag")).toEqual([]);
});
