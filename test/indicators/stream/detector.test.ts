import { describe, expect, test } from "bun:test";
import type { StreamBag } from "../../../src/indicators/stream/outcome.ts";
import { Scripted } from "./scripted.ts";

const up = ["4.10", "19.30", "38.90", "49.00"];
const down = ["47.90", "30.10", "12.20", "1.10"];

/** A bag of 50.20 lb on the platform and off, from empty to empty. */
function bag(on: Scripted, weight = "50.20"): Scripted {
  return on.show("0.00", 20).each(up).show(weight, 40).each(down).show("0.00", 20);
}

describe("a bag", () => {
  test("is what the scale showed last and still before the load left", () => {
    const on = bag(new Scripted()).end();
    expect(on.found).toMatchObject([
      {
        kind: "bag",
        atMs: 3350,
        loadedAtMs: 1000,
        settledAtMs: 1200,
        weight: "50.20",
        unit: "lb",
        stillMark: false,
      },
    ]);
  });

  test("is not the peak of its fall, and not the mean of what was sent", () => {
    const on = new Scripted().show("0.00", 20).each(["31.00", "57.70", "57.70", "46.10", "51.90", "49.30"]);
    on.each(["50.20", "50.22", "50.20", "50.22"])
      .show("50.20", 20)
      .show("50.22", 20)
      .each(down)
      .show("0.00", 20);
    expect(on.said).toEqual(["50.22"]);
  });

  test("is topped up: what it weighed at last counts, once", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("48.60", 40).each(["48.90", "49.60"]);
    on.show("50.10", 30).show("50.20", 30).each(down).show("0.00", 20).end();
    expect(on.said).toEqual(["50.20"]);
  });

  test("of which something is taken out is one bag", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("52.40", 40).each(["55.00", "51.00"]);
    expect(on.show("50.20", 40).each(down).show("0.00", 20).end().said).toEqual(["50.20"]);
  });

  test("is marked where the indicator marked its weight as stable", () => {
    const on = new Scripted().show("0.00", 20, { stable: true }).each(up, { stable: false });
    on.show("50.20", 6, { stable: false }).show("50.20", 6, { stable: true });
    on.each(down, { stable: false }).show("0.00", 20, { stable: true });
    expect(on.found).toMatchObject([{ weight: "50.20", stillMark: true }]);
  });

  test("settles in a third of the time where the indicator marks it, not where its marks mean nothing", () => {
    const honest = new Scripted().show("0.00", 20, { stable: true }).each(up, { stable: false });
    honest.show("50.20", 6, { stable: true }).each(down, { stable: false }).show("0.00", 20);
    expect(honest.said).toEqual(["50.20"]);
    const always = new Scripted().show("0.00", 20, { stable: true }).each(up, { stable: true });
    always.show("50.20", 6, { stable: true }).each(down, { stable: true }).show("0.00", 20, { stable: true });
    expect(always.said).toEqual(["not_settled"]);
  });

  test("is one bag although its mark drops out at the same weight", () => {
    const on = new Scripted().show("0.00", 20, { stable: true }).each(up, { stable: false });
    for (let n = 0; n < 10; n++) on.show("50.20", 12, { stable: true }).show("50.20", 3, { stable: false });
    expect(on.each(down, { stable: false }).show("0.00", 20).end().said).toEqual(["50.20"]);
  });

  test("of the same weight as the last one is a bag", () => {
    expect(bag(bag(new Scripted())).said).toEqual(["50.20", "50.20"]);
  });

  test("counts as it settles where it is set so, and once", () => {
    const on = new Scripted({ commit: "settled" }).show("0.00", 20).each(up).show("48.60", 14);
    expect(on.said).toEqual(["48.60"]);
    expect(on.show("50.20", 40).each(down).show("0.00", 20).end().said).toEqual(["48.60"]);
  });

  test("has its trace: what came before, its changes, and its end", () => {
    const on = bag(new Scripted());
    const { trace } = on.found[0] as StreamBag;
    expect(trace.map(({ weight }) => weight)).toEqual([
      ...["0.00", "0.00", ...up, "50.20", "50.20"],
      ...down.slice(0, 3),
      ...["1.10"],
    ]);
  });

  test("that stays for hours has at most 200 samples of evidence, its peak among them", () => {
    const on = new Scripted().show("0.00", 20).each(["20.00", "58.00"]);
    for (let n = 0; n < 20_000; n++) on.show(n % 2 === 0 ? "50.20" : "50.22", 1);
    const [found] = on.each(down).show("0.00", 20).found;
    expect(found?.trace.length).toBeLessThanOrEqual(200);
    expect(found?.trace.some(({ weight }) => weight === "58.00")).toBe(true);
  });
});

test("one conversion that is sent four times is no rest, even if that takes longer than the settle time", () => {
  const on = new Scripted({}, 200).show("0.00", 20);
  for (const weight of ["16.70", "33.40"]) on.show(weight, 4);
  on.show("50.20", 12);
  for (const weight of ["30.10", "12.30"]) on.show(weight, 4);
  expect(on.show("0.00", 20).end().said).toEqual(["50.20"]);
});

test("a load on a floor that shakes settles by what the empty platform showed", () => {
  const shaken = (level: number, samples: number) =>
    Array.from({ length: samples }, (_, index) => (level + 0.14 * Math.sin(2.1 * index)).toFixed(2));
  const on = new Scripted({ division: "0.01" }).each(shaken(0, 100)).each(up).each(shaken(50.2, 60));
  on.each(down).each(shaken(0, 20)).end();
  expect(on.said).toHaveLength(1);
  expect(Math.abs(Number(on.said[0]) - 50.2)).toBeLessThan(0.011);
});

describe("two bags without an empty platform between them", () => {
  test("are two where the weight fell below half and came up again", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40);
    on.each(["31.00", "22.00", "20.50", "20.50", "20.50", "21.00", "35.00"]).show("49.10", 40);
    expect(on.each(down).show("0.00", 20).end().said).toEqual(["50.20", "49.10"]);
  });

  test("are two where it fell by more than a fifth and is another one then", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).each(["44.00", "34.00", "41.00"]);
    expect(on.show("49.10", 40).each(down).show("0.00", 20).end().said).toEqual(["50.20", "49.10"]);
  });

  test("are one where it comes back to the same weight: it was only touched", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).each(["44.00", "34.00", "41.00"]);
    expect(on.show("50.22", 40).each(down).show("0.00", 20).end().said).toEqual(["50.22"]);
  });

  test("are known where the next is put beside the first, which then leaves", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).each(["71.00", "95.00"]);
    on.show("99.60", 40).each(["90.00", "60.00"]).show("49.40", 40);
    expect(on.each(down).show("0.00", 20).end().said).toEqual(["50.20", "49.40"]);
  });

  test("are one bag and a rejected load where what was put on top leaves again", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).each(["171.00", "225.00"]);
    on.show("230.10", 40).each(["190.00", "90.00"]).show("50.20", 40);
    expect(on.each(down).show("0.00", 20).end().said).toEqual(["set_on_top 230.10", "50.20"]);
  });

  test("a part that is taken off is a bag, and so is what remains", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).each(["40.00", "33.00"]);
    expect(on.show("30.00", 40).each(["20.00", "2.00"]).show("0.00", 20).end().said).toEqual([
      "50.20",
      "30.00",
    ]);
  });
});

describe("no bag", () => {
  test("is a load that left before it settled", () => {
    const on = new Scripted()
      .show("0.00", 20)
      .each([...up, "56.00", "47.00", "53.00", "48.00", "52.00", "49.00"]);
    on.each(["51.00", "49.50", "50.90", "50.00", "50.60", ...down]).show("0.00", 20);
    expect(on.found).toMatchObject([
      { kind: "rejected", reason: "not_settled", weight: null, peak: "56.00" },
    ]);
    expect(on.found[0]?.trace.length).toBeGreaterThan(15);
  });

  test("is a bump of the empty platform, shorter than the settle time", () => {
    const on = new Scripted()
      .show("0.00", 20)
      .each(["3.00", "7.70", "-4.00", "1.50", "-0.80"])
      .show("0.00", 40);
    expect(on.end().said).toEqual(["bumped"]);
  });

  test("is one wrong line between two that agree", () => {
    const on = new Scripted().show("0.00", 20).show("95.00", 1).show("0.00", 20).each(up).show("50.20", 20);
    on.show("0.00", 1).show("50.20", 20).show("999.00", 1).show("50.20", 20).each(down).show("0.00", 20);
    expect(on.end().said).toEqual(["50.20"]);
  });

  test("is a zero that drifts, also far", () => {
    const on = new Scripted();
    for (let d = 0; d < 100; d++) on.show((d * 0.02).toFixed(2), 30);
    for (let d = 100; d > -50; d--) on.show((d * 0.02).toFixed(2), 30);
    expect(on.end().said).toEqual([]);
  });

  test("is what a bag leaves on the platform, nor when it is wiped off", () => {
    const on = new Scripted()
      .show("0.00", 20)
      .each(up)
      .show("50.20", 40)
      .each(["47.00", "20.00"])
      .show("3.40", 40);
    on.each(["30.00", "49.00"]).show("53.10", 40).each(["45.00", "15.00"]).show("6.80", 40).each(["4.00"]);
    expect(on.show("0.00", 40).end().said).toEqual(["50.20", "53.10"]);
  });

  test("is a weight below the least, set or of 20 divisions", () => {
    expect(new Scripted().show("0.00", 20).show("0.38", 40).show("0.00", 20).end().said).toEqual([]);
    expect(new Scripted().show("0.00", 20).show("0.42", 40).show("0.00", 20).end().said).toEqual(["0.42"]);
    const set = new Scripted({ leastWeight: "5" }).show("0.00", 20).show("4.98", 40).show("0.00", 20);
    expect(set.end().said).toEqual([]);
  });

  test("is a load below zero, or zero with a sign", () => {
    const on = new Scripted().show("-0.00", 20).show("-50.20", 40).show("-0.00", 40);
    expect(on.end().said).toEqual([]);
  });
});

describe("the end of the samples", () => {
  test("rejects a load that is on, with the weight that it had", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).end();
    expect(on.found).toMatchObject([
      { kind: "rejected", reason: "connection_lost", weight: "50.20", peak: "50.20" },
    ]);
    expect(on.detector.view().state).toBe("empty");
  });

  test("rejects one that did not settle yet, without a weight", () => {
    expect(new Scripted().show("0.00", 20).each(up).end().said).toEqual(["connection_lost"]);
  });

  test("keeps a bag that was leaving", () => {
    expect(
      new Scripted().show("0.00", 20).each(up).show("50.20", 40).each(["47.00", "20.00"]).end().said,
    ).toEqual(["50.20"]);
  });

  test("a minute of silence is one", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).silence(59_000).tick();
    expect(on.said).toEqual([]);
    expect(on.silence(1000).tick().said).toEqual(["connection_lost 50.20"]);
  });

  test("a shorter one is none: a load that is on before and after it is one load", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).silence(30_000);
    expect(on.show("50.20", 20).each(down).show("0.00", 20).said).toEqual(["50.20"]);
    const gone = new Scripted().show("0.00", 20).each(up).show("50.20", 40).silence(30_000).show("0.00", 20);
    expect(gone.said).toEqual(["50.20"]);
  });

  test("an indicator that repeats its last value makes no bag, until the load leaves", () => {
    const on = new Scripted({}, 200).show("0.00", 20).each(up).show("50.20", 20_000);
    expect(on.said).toEqual([]);
    expect(on.each(down).show("0.00", 20).said).toEqual(["50.20"]);
  });
});

describe("what a sample says beside the weight", () => {
  test("beyond the range while a bag is on: it is what it weighs afterwards", () => {
    const on = new Scripted()
      .show("0.00", 20)
      .each(up)
      .show("50.20", 40)
      .miss("overload", 20)
      .each(["51.00"]);
    expect(on.show("50.24", 40).each(down).show("0.00", 20).end().said).toEqual(["50.24"]);
  });

  test("beyond the range from empty to empty is rejected", () => {
    const on = new Scripted().show("0.00", 20).miss("overload", 40).each(["30.00"]).show("0.00", 40);
    expect(on.said).toEqual(["overload"]);
  });

  test("below the range is an empty platform", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).miss("underload", 20);
    expect(on.said).toEqual(["50.20"]);
  });

  test("without a number while it moves: the numbers in between count", () => {
    const on = new Scripted().show("0.00", 20).miss("motion", 10).show("50.20", 40).miss("motion", 10);
    expect(on.show("0.00", 20).end().said).toEqual(["50.20"]);
  });

  test("net in place of gross: the load is weighed from another zero, and is rejected", () => {
    const on = new Scripted().show("0.00", 20, { mode: "gross" }).show("1.20", 40, { mode: "gross" });
    on.show("0.00", 20, { mode: "net" })
      .show("50.20", 40, { mode: "net" })
      .show("-1.20", 20, { mode: "net" });
    expect(on.show("0.00", 20, { mode: "gross" }).end().said).toEqual(["tared 1.20", "50.20"]);
  });

  test("another unit: the load is one bag, in the unit in which it settled last", () => {
    const on = new Scripted().show("0.00", 20).each(up).show("50.20", 40).show("22.77", 40, { unit: "kg" });
    on.each(["20.00", "3.00"], { unit: "kg" }).show("0.00", 20, { unit: "kg" });
    expect(on.found).toMatchObject([{ kind: "bag", weight: "22.77", unit: "kg" }]);
    const early = new Scripted().show("0.00", 20).each(up).show("50.20", 40);
    early.each(["22.77", "15.00"], { unit: "kg" }).show("0.00", 20, { unit: "kg" });
    expect(early.said).toEqual(["unit_changed"]);
  });
});

describe("the view", () => {
  test("follows each sample", () => {
    const on = new Scripted().show("0.00", 20);
    const empty = { unit: "lb", stable: null } as const;
    expect(on.detector.view()).toEqual({ ...empty, state: "empty", weight: "0.00", loadedAtMs: null });
    on.each(up);
    expect(on.detector.view()).toEqual({ ...empty, state: "loading", weight: "49.00", loadedAtMs: 1000 });
    on.show("49.40", 14);
    expect(on.detector.view()).toEqual({ ...empty, state: "settled", weight: "49.40", loadedAtMs: 1000 });
    on.show("0.00", 4);
    expect(on.detector.view()).toEqual({ ...empty, state: "empty", weight: "0.00", loadedAtMs: null });
  });
});

test("a clock that goes back for a moment does not lose a bag", () => {
  const on = new Scripted().show("0.00", 20).each(up).show("50.20", 30);
  on.nowMs -= 300;
  on.show("50.20", 10);
  on.nowMs += 300;
  expect(on.show("50.20", 20).each(down).show("0.00", 20).said).toEqual(["50.20"]);
});

test("a setting or a sample without a weight that can be read is told", () => {
  expect(() => new Scripted({ division: "small" })).toThrow('"small" is no weight: a decimal such as 50.20');
  expect(() => new Scripted().show("5O.20", 1)).toThrow('"5O.20" is no weight: a decimal such as 50.20');
});
