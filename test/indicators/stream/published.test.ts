import { expect, test } from "bun:test";
import { Scripted } from "./scripted.ts";

// Traces of real indicators that others have published: weight × samples, `?` marked as moving.

/** `0.005?x3` is three samples of 0.005, marked as moving. */
function play(on: Scripted, trace: string): Scripted {
  for (const [, weight = "", moving, times = "1"] of trace.matchAll(/(-?[\d.]+)(\?)?(?:x(\d+))?/g)) {
    on.show(weight, Number(times), { stable: moving === undefined });
  }
  return on;
}

const placed =
  "-1.640x759 0.000x51 0.000?x3 0.005?x3 0.025?x4 0.060?x3 0.115?x4 0.170?x3 0.225?x3 0.415?x4 0.380?x3 0.365?x4 0.360?x34 0.360x741";

test("Ohaus Defender: an overshoot of 15 % is not the bag", () => {
  for (const division of ["0.005", null]) {
    const on = play(new Scripted({ unit: "kg", division }), `${placed} 0.210?x3 0.060?x3 0.000?x20 0.000x40`);
    expect(on.end().found).toMatchObject([{ kind: "bag", weight: "0.360", stillMark: true }]);
  }
});

test("Ohaus Defender: what is still on at the end was not seen to leave", () => {
  expect(play(new Scripted({ unit: "kg", division: "0.005" }), placed).end().said).toEqual([
    "connection_lost 0.360",
  ]);
});

const added =
  "85.5x141 85.5?x3 85.5x26 92.6?x3 88.8?x3 88.7?x3 93.1?x3 96.3?x3 96.8?x6 96.9?x12 97.7?x3 100.8?x3 104.8?x3 106.8?x2 106.2?x112 106.2x52 106.1?x6 106.2?x56 106.2x23";

test("NHB: what is added to a load is of that load, and a mark that drops out is no new one", () => {
  const on = play(new Scripted({ unit: "g", division: "0.1" }), `${added} 60.0?x3 20.0?x3 0.0?x6 0.0x30`);
  expect(on.end().found).toMatchObject([{ kind: "bag", weight: "106.2", stillMark: true }]);
});

test("QHW: a load that stays and drifts is no bag", () => {
  const on = new Scripted({ unit: "g", division: "0.1" });
  for (const weight of ["8.0", "7.9", "8.1", "8.2", "7.6"]) {
    on.show(weight, 90, { stable: true })
      .show(weight, 3, { stable: false })
      .show(weight, 7, { stable: true });
  }
  expect(on.end().said).toEqual(["connection_lost 7.6"]);
});

test("a step that is marked as stable throughout is a bag of a weight that was sent", () => {
  for (const stepMs of [100, 200, 500]) {
    const on = new Scripted({ unit: "kg", division: "0.2" }, stepMs).show("0.0", 10, { stable: true });
    on.each(["59.6", "59.6", "60.0", "60.2", "60.4", "59.8", "60.0", "60.2"], { stable: true });
    on.show("0.0", 10, { stable: true }).end();
    expect(on.said).toHaveLength(1);
    expect(["60.0", "60.2"]).toContain(on.said[0] ?? "");
  }
});
