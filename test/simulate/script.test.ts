import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Framer } from "../../src/scale/frames/framer.ts";
import { zm405 } from "../../src/scale/frames/zm405.ts";
import { defaultFaults, parseFaults } from "../../src/simulate/faults.ts";
import type { Item } from "../../src/simulate/frames.ts";
import { plantDefaults } from "../../src/simulate/plant.ts";
import { type Batch, createScript, itemsOf, type Play, wire } from "../../src/simulate/script.ts";
import { weightAt } from "../../src/simulate/weights.ts";

const troubled: Play = {
  ...plantDefaults,
  bags: 300,
  faults: { cut: 0.2, glue: 0.4, garbage: 0.2, disconnect: 0.05, reject: 0.2 },
};

const anySetting: fc.Arbitrary<Play> = fc.record({
  dialect: fc.constant(null),
  seed: fc.nat(),
  bags: fc.integer({ min: 1, max: 60 }),
  rate: fc.constantFrom(0, 30),
  target: fc.constantFrom(0.7, 5, 50, 1200.5),
  unit: fc.constantFrom("lb" as const, "kg" as const, "g" as const, "oz" as const),
  spread: fc.constant(2),
  drift: fc.constant(0),
  decimals: fc.integer({ min: 0, max: 4 }),
  terminator: fc.constantFrom("crlf" as const, "cr" as const, "lf" as const, "none" as const),
  decimalComma: fc.boolean(),
  pad: fc.constantFrom(0, 8),
  faults: fc.constantFrom({}, defaultFaults, troubled.faults),
  cutPauseMs: fc.constant(5),
});
/** Three decimals behind a comma are never guessed: the appliance would have to be told. */
const anyPlay = anySetting.filter(({ decimals, decimalComma }) => !(decimalComma && decimals === 3));
const anyScale = fc.integer({ min: 1, max: 2_147_483_647 });

function batchesOf(play: Play, scale: number, batchBytes = 500): Batch[] {
  const script = createScript(play, scale, batchBytes);
  const batches: Batch[] = [];
  for (let batch = script(); batch !== null; batch = script()) batches.push(batch);
  return batches;
}
const bytesOf = (batches: readonly Batch[]) =>
  Buffer.concat(batches.map(({ bytes }) => bytes)).toString("latin1");

describe("the lines of a scale", () => {
  test("are what the appliance makes of them: each good frame a bag, every other one a rejected frame", () => {
    fc.assert(
      fc.property(anyPlay, anyScale, fc.integer({ min: 1, max: 40 }), (play, scale, chunk) => {
        const read: string[] = [];
        const options = { decimalMark: "auto", scales: new Set<number>() } as const;
        const framer = new Framer(zm405, options, (outcome) => {
          if (outcome.kind === "remainder") return void read.push(outcome.kind);
          if (outcome.kind === "broken") return void read.push(outcome.reason);
          const { parsed } = outcome;
          if (!parsed.ok) return void read.push(parsed.reason);
          const { printedScale, weight, unit } = parsed.reading;
          read.push(`${printedScale} ${weight} ${unit}`);
        });
        const items = [...itemsOf(play, scale)];
        const bytes = Buffer.from(items.map((item) => wire(play, item)).join(""), "latin1");
        for (let at = 0; at < bytes.length; at += chunk) framer.push(bytes.subarray(at, at + chunk), 0);
        framer.end();

        let index = 0;
        const expected = (item: Item) =>
          item.reason ?? `${scale} ${weightAt(play, scale, index++)} ${play.unit}`;
        expect(read).toEqual(items.map(expected));
      }),
    );
  });

  test("are the same on every run of a seed, and others with another seed", () => {
    const text = (play: Play) => [...itemsOf(play, 1)].map(({ text }) => text).join("\n");
    expect(text(troubled)).toBe(text(troubled));
    expect(text({ ...troubled, seed: 2 })).not.toBe(text(troubled));
  });

  test("have each fault about as often as was asked", () => {
    const items = [...itemsOf({ ...troubled, bags: 20_000 }, 1)];
    const share = (kinds: readonly Item["kind"][]) =>
      items.filter(({ kind }) => kinds.includes(kind)).length / 20_000;
    expect(share(["bag"])).toBe(1);
    expect(share(["garbage"])).toBeWithin(0.185, 0.215);
    expect(share(["motion", "overload", "zero"])).toBeWithin(0.185, 0.215);
    expect(share(["zero"])).toBeWithin(0.055, 0.08);
    expect(new Set(items.map(({ reason }) => reason))).toEqual(
      new Set([null, "malformed", "too_long", "motion", "overload", "not_positive"]),
    );
  });

  test("look as an indicator prints them", () => {
    const first = (play: Partial<Play>) =>
      itemsOf({ ...plantDefaults, ...play, spread: 0 }, 12).next().value?.text;
    expect(first({})).toBe("12,50.00 lb");
    expect(first({ pad: 8 })).toBe("12,   50.00 lb");
    expect(first({ decimalComma: true, unit: "kg", target: 22.7, decimals: 1 })).toBe("12,22,7 kg");
  });
});

describe("batches", () => {
  test("hold every line once and in order, and know where each one ends", () => {
    fc.assert(
      fc.property(anyPlay, anyScale, (play, scale) => {
        const batches = batchesOf(play, scale);
        const items = [...itemsOf(play, scale)];
        expect(bytesOf(batches)).toBe(items.map((item) => wire(play, item)).join(""));
        expect(batches.flatMap(({ kinds }) => kinds)).toEqual(items.map(({ kind }) => kind));
        expect(batches.at(-1)?.lastBag).toBe(play.bags - 1);
        for (const batch of batches) {
          expect(batch.ends.at(-1)).toBe(batch.bytes.length);
          let start = 0;
          for (const [i, end] of batch.ends.entries()) {
            const textEnd = batch.textEnds[i] ?? 0;
            expect(textEnd).toBeWithin(start + 1, end + 1);
            start = end;
          }
        }
      }),
    );
  });

  test("are cut within a bag's frame, the last of its batch", () => {
    const cut = batchesOf(troubled, 1).filter((batch) => batch.cut !== null);
    expect(cut.length).toBeGreaterThan(30);
    for (const { cut: where, ends, kinds, bytes } of cut) {
      expect(kinds.at(-1)).toBe("bag");
      expect(where?.at).toBeWithin((ends.at(-2) ?? 0) + 1, bytes.length);
      expect(where?.pauseMs).toBeWithin(1, 21);
    }
  });

  test("are one bag each at a rate, or several where they are glued", () => {
    const bags = (batch: Batch) => batch.kinds.filter((kind) => kind === "bag").length;
    const paced = { ...plantDefaults, rate: 30 };
    expect(batchesOf(paced, 1).every((batch) => bags(batch) === 1)).toBe(true);
    const glued = batchesOf({ ...paced, faults: { glue: 0.4 } }, 1);
    expect(Math.max(...glued.map(bags))).toBeGreaterThan(1);
    expect(glued.length).toBeWithin(45, 75);
  });

  test("are as large as asked at full speed, for one write a batch", () => {
    const sizes = batchesOf({ ...plantDefaults, bags: 10_000 }, 1, 4096).map(({ bytes }) => bytes.length);
    for (const size of sizes.slice(0, -1)) expect(size).toBeWithin(4096, 4096 + 20);
  });

  test("end before a disconnect, and the last one is none", () => {
    const batches = batchesOf({ ...plantDefaults, bags: 500, faults: { disconnect: 1 } }, 1);
    expect(batches.filter(({ disconnect }) => disconnect)).toHaveLength(499);
    expect(batches.at(-1)?.disconnect).toBe(false);
  });
});

describe("faults on the command line", () => {
  test("are all, none, or a list with or without chances", () => {
    expect(parseFaults("all")).toEqual(defaultFaults);
    expect(parseFaults("none")).toEqual({});
    expect(parseFaults("cut, garbage=0.5,glue=1")).toEqual({ cut: 0.1, garbage: 0.5, glue: 1 });
  });

  test.each(["", "cutt", "cut,", "toString", "all,cut"])("%j names the faults that there are", (text) => {
    expect(() => parseFaults(text)).toThrow(/There is no fault ".*": all, none, cut, glue, garbage, /);
  });

  test.each(["cut=", "cut=2", "cut=-1", "cut=x", "cut=0.1=2"])("%j asks for a chance", (text) => {
    expect(() => parseFaults(text)).toThrow("The chance of cut is a number from 0 to 1, as in cut=0.5.");
  });
});
