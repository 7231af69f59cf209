import { expect, test } from "bun:test";
import { layOutBars } from "../../../../src/board/office/quality/bars-layout.ts";
import { drawTracks } from "../../../../src/board/office/quality/chart-layout.ts";
import {
  chartChoices,
  hasScope,
  readQualityQuery,
  sizeChoices,
} from "../../../../src/board/office/quality/quality-query.ts";
import { rangeSizes } from "../../../../src/quality/constants.ts";
import { chartKinds } from "../../../../src/records/quality/chart-answer.ts";

test("what is drawn stays within the drawing, in its order, with what signals name marked", () => {
  const [drawn] = drawTracks(
    [
      {
        values: [50, 50.2, 51, null],
        lower: [49, 49, 49, 49],
        upper: [50.5, 50.5, 50.5, 50.5],
        center: 50,
        marked: new Set([2, 3]),
      },
    ],
    1,
  );
  const places = drawn?.line.split(" ").map((each) => each.split(",").map(Number)) ?? [];
  expect(places.map(([x]) => x)).toEqual([12.5, 37.5, 62.5]);
  expect(places.flat().every((each) => each > 0 && each < 100)).toBe(true);
  expect(drawn?.dots.map(({ place }) => place)).toEqual([2]);
  expect(drawn?.ticks.length).toBeGreaterThan(2);
});

test("values that are all alike, and such that are none, are drawn too", () => {
  const track = { values: [50, 50], lower: [50, 50], upper: [50, 50], center: 50, marked: new Set<number>() };
  expect(drawTracks([track], 1)[0]?.line).toBe("25.000,50.000 75.000,50.000");
});

test("limits and target are seen beside bars that lie far off, also where there is only one", () => {
  const bars = [{ from: 50, to: 51, bags: 4, expected: 2 }];
  const drawn = layOutBars(bars, { lower: 10, upper: null, target: 60 }, 1);
  expect(drawn.marks.map(({ kind }) => kind)).toEqual(["lower", "target"]);
  expect(drawn.marks.every(({ at }) => at > 0 && at < 1)).toBe(true);
  expect(drawn.bars[0]?.height).toBe(1);
});

test("the page offers what the API takes, and leaves out what makes no sense", () => {
  expect([...chartChoices].sort()).toEqual([...chartKinds].sort());
  expect(sizeChoices.every((size) => Number(size) >= rangeSizes.min && Number(size) <= rangeSizes.max)).toBe(
    true,
  );
  const asked = readQualityQuery(new URLSearchParams("chart=pie&size=7&rule=eu&quantity=50&job=3"));
  expect(asked).toMatchObject({ chart: "xbar_r", size: "5", rule: "eu", quantity: "50", unit: "lb" });
  expect(hasScope(asked)).toBe(true);
  expect(hasScope(readQualityQuery(new URLSearchParams("from=2026-01-01T00:00:00Z")))).toBe(false);
});
