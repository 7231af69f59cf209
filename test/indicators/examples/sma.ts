import type { DialectExamples } from "../examples.ts";

export const smaExamples: DialectExamples = {
  known: [
    // Sartorius PR 5211 p. 54
    ["\n 1G       5.025lb \r", { kind: "weight", weight: "5.025", unit: "lb", mode: "gross", stable: true }],
    // Sartorius PR 5220 p. 130 and 133
    ["\n 1N      100000lb \r", { kind: "weight", weight: "100000", unit: "lb", mode: "net", stable: true }],
    ["\nZ1G       0.000kg \r", { kind: "weight", weight: "0.000", unit: "kg", mode: "gross", stable: true }],
    ["\n 1G       7.650kg \r", { kind: "weight", weight: "7.650", unit: "kg", mode: "gross", stable: true }],
    ["\n 1G       7.025kg \r", { kind: "weight", weight: "7.025", unit: "kg", mode: "gross", stable: true }],
    ["\n?\r", { kind: "error" }],
    ["\nSMA:2/1.0\r", { kind: "other" }],
    ["\nEND:\r", { kind: "other" }],
    // By the layout
    [
      "\n 1GM     12.480kg \r",
      { kind: "weight", weight: "12.480", unit: "kg", mode: "gross", stable: false },
    ],
    ["\n 1T       0.500lb \r", { kind: "other", unit: "lb", mode: "tare" }],
    ["\nI1G  ----------lb \r", { kind: "error", unit: "lb", mode: "gross" }],
  ],
  variants: [
    ["\n 1G      -0.480kg \r", { kind: "weight", weight: "-0.480", unit: "kg", mode: "gross", stable: true }],
    ["\nO1G      99.999kg \r", { kind: "overload", unit: "kg", mode: "gross" }],
    ["\n 1GM ----------lb \r", { kind: "motion", unit: "lb", mode: "gross", stable: false }],
    ["\n 1G       5.025st \r", { kind: "rejected", reason: "unknown_unit" }],
    ["\n 1G      5.025lb \r", { kind: "rejected", reason: "malformed" }],
  ],
};
