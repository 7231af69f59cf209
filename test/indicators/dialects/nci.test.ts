import { describe } from "bun:test";
import { nci } from "../../../src/indicators/dialects/nci.ts";
import { nciExamples } from "../examples/nci.ts";
import { holds } from "../holds.ts";

describe("NCI", () => {
  holds(nci, nciExamples);

  describe("of a source whose unit is set", () => {
    holds(nci, {
      known: [["\n  12.34\r\n00\r\x03", { kind: "weight", weight: "12.34", unit: "lb", stable: true }]],
      variants: [],
      settings: { unit: "lb" },
    });
  });
});
