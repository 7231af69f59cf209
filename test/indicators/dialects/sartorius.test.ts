import { describe } from "bun:test";
import { sartorius } from "../../../src/indicators/dialects/sartorius.ts";
import { sartoriusExamples } from "../examples/sartorius.ts";
import { holds } from "../holds.ts";

describe("Sartorius SBI", () => {
  holds(sartorius, sartoriusExamples, {
    writes: ({ weight, unit, mode, stable }) => ({
      kind: "weight",
      weight,
      unit: stable ? unit : null,
      mode,
      stable,
    }),
  });
});
