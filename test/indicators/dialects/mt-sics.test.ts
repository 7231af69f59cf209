import { describe } from "bun:test";
import { mtSics } from "../../../src/indicators/dialects/mt-sics.ts";
import { mtSicsExamples } from "../examples/mt-sics.ts";
import { holds } from "../holds.ts";

describe("MT-SICS", () => {
  holds(mtSics, mtSicsExamples, {
    writes: ({ weight, unit, stable }) => ({ kind: "weight", weight, unit, stable }),
  });

  describe("of a source that means gross", () => {
    holds(
      mtSics,
      {
        known: [
          [
            "SIX1 D 0 N R R 0 0 0 1 M     12.50     12.00      0.50 kg\r\n",
            { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: false },
          ],
        ],
        variants: [],
        settings: { weight: "gross" },
      },
      { writes: ({ weight, unit, stable }) => ({ kind: "weight", weight, unit, stable }) },
    );
  });
});
