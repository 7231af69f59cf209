import type { DialectExamples } from "../examples.ts";

export const toledo8217Examples: DialectExamples = {
  known: [
    ["\x0201.250\r", { kind: "weight", weight: "1.250", unit: "kg", stable: true }],
    ["\x0212.34N\r", { kind: "weight", weight: "12.34", unit: "lb", mode: "net", stable: true }],
    ["\x02?I\r", { kind: "motion", stable: false }],
    ["\x02?B\r", { kind: "overload" }],
    ["\x02?P\r", { kind: "other" }],
    ["\x02?@\r", { kind: "other" }],
    // pywebdriver: Baxtran, grams
    ["\x0200125\r", { kind: "weight", weight: "125", unit: "g", stable: true }],
  ],
  variants: [
    ["\x02?D\r", { kind: "underload" }],
    ["\x02?a\r", { kind: "motion", mode: "net", stable: false }],
    ["\x02?C\r", { kind: "overload" }],
    // 8213
    ["\x02012.34\r", { kind: "weight", weight: "12.34", unit: "lb", stable: true }],
    ["\x02000500\r", { kind: "weight", weight: "500", unit: "g", stable: true }],
    ["\x0200.000\r", { kind: "weight", weight: "0.000", unit: "kg", stable: true }],
    // Cut off: 1.250
    ["\x0201.25", { kind: "rejected", reason: "malformed" }],
    ["01.250\r", { kind: "rejected", reason: "malformed" }],
    ["\x02-1.250\r", { kind: "rejected", reason: "malformed" }],
    ["\x02?0\r", { kind: "rejected", reason: "malformed" }],
    [
      "W\x0201.250\r",
      [
        { kind: "rejected", reason: "malformed" },
        { kind: "weight", weight: "1.250", unit: "kg", stable: true },
      ],
    ],
  ],
};
