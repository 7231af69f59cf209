import { expect, test } from "bun:test";
import fc from "fast-check";
import { takeCommands } from "../../src/simulate/commands-received.ts";
import { createLoads, loadRateMost, shownSteps } from "../../src/simulate/loads.ts";
import { plantDefaults } from "../../src/simulate/plant.ts";
import { weightAt } from "../../src/simulate/weights.ts";

test("each bag is put on, swings beyond its weight, lies still at it, and is taken off", () => {
  const spec = { ...plantDefaults, rate: 15, seed: 3 };
  const loads = createLoads(spec, 4, 2);
  expect(loads.endMs).toBe(9_500);
  const shown = (ms: number) => {
    const { steps, isStill, resting, takenOff } = loads.at(ms);
    return [shownSteps(steps, 2), isStill, resting, takenOff];
  };
  const [first, second] = [weightAt(spec, 4, 0), weightAt(spec, 4, 1)];
  expect(shown(0)).toEqual(["0.00", true, null, 0]);
  expect(shown(799)).toEqual(["0.00", true, null, 0]);
  expect(loads.at(1_000)).toMatchObject({ isStill: false, takenOff: 0 });
  expect(Number(shown(1_200)[0])).toBeCloseTo(Number(first) * 1.12, 1);
  expect(shown(2_400)).toEqual([first, true, 0, 0]);
  expect(shown(3_599)).toEqual([first, true, 0, 0]);
  expect(loads.at(3_750)).toMatchObject({ isStill: false, takenOff: 0 });
  expect(shown(3_900)).toEqual(["0.00", true, null, 1]);
  expect(shown(7_000)).toEqual([second, true, 1, 1]);
  expect(shown(9_400)).toEqual(["0.00", true, null, 2]);
});

test("every bag has a time at rest of more than a second, and none is counted before it is off", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: loadRateMost, noNaN: true }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 4 }),
      (rate, bags, decimals) => {
        const loads = createLoads({ ...plantDefaults, rate, decimals }, 1, bags);
        const rests = new Map<number, number>();
        let takenOff = 0;
        for (let ms = 0; ms <= loads.endMs; ms += 50) {
          const moment = loads.at(ms);
          expect(moment.takenOff).toBeGreaterThanOrEqual(takenOff);
          takenOff = moment.takenOff;
          if (moment.resting !== null) rests.set(moment.resting, (rests.get(moment.resting) ?? 0) + 50);
        }
        expect(takenOff).toBe(bags);
        expect([...rests.keys()]).toEqual(Array.from({ length: bags }, (_, bag) => bag));
        expect(Math.min(...rests.values())).toBeGreaterThan(1_000);
      },
    ),
    { numRuns: 30 },
  );
});

test("steps are shown with their decimals and sign", () => {
  expect([
    shownSteps(0, 2),
    shownSteps(-5, 2),
    shownSteps(12_345, 2),
    shownSteps(7, 0),
    shownSteps(-12_345, 3),
  ]).toEqual(["0.00", "-0.05", "123.45", "7", "-12.345"]);
});

test("commands are found wherever they are cut, and what is none is dropped", () => {
  const commands = { weight: "\nW\r", stillWeight: "\nP\r", print: "\nP\r", zero: "\nZ\r" };
  const sent = "\nW\rrubbish\nP\r\nZ\r\nW";
  fc.assert(
    fc.property(fc.array(fc.nat(sent.length), { maxLength: 4 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), sent.length];
      const all: string[] = [];
      let held = "";
      for (let index = 1; index < places.length; index++) {
        const { found, rest } = takeCommands(held + sent.slice(places[index - 1], places[index]), commands);
        all.push(...found);
        held = rest;
      }
      expect(all).toEqual(["weight", "stillWeight", "zero"]);
      expect(held).toBe("\nW");
    }),
  );
});
