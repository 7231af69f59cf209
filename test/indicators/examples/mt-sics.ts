import type { DialectExamples } from "../examples.ts";

export const mtSicsExamples: DialectExamples = {
  known: [
    ["S S     100.00 g\r\n", { kind: "weight", weight: "100.00", unit: "g", stable: true }],
    ["S D     129.07 g\r\n", { kind: "weight", weight: "129.07", unit: "g", stable: false }],
    ["S S     129.07 g\r\n", { kind: "weight", weight: "129.07", unit: "g", stable: true }],
    ["S S      12.345 kg\r\n", { kind: "weight", weight: "12.345", unit: "kg", stable: true }],
    ["S I\r\n", { kind: "error" }],
    ["S +\r\n", { kind: "overload" }],
    ["Z A\r\n", { kind: "other" }],
    ["T S      10.00 g\r\n", { kind: "other", unit: "g", mode: "tare" }],
    ["TA A      10.00 g\r\n", { kind: "other", unit: "g", mode: "tare" }],
    ['I4 A "1234567"\r\n', { kind: "other" }],
    ["EL\r\n", { kind: "error" }],
    ["ET\r\n", { kind: "error" }],
    [
      "SIX1 S 0 N R R 0 0 0 1 N     12.50     12.00      0.50 kg\r\n",
      { kind: "weight", weight: "12.00", unit: "kg", mode: "net", stable: true },
    ],
    // KERN KCP reference manual, 3
    ["S S    -100.00 g\r\n", { kind: "weight", weight: "-100.00", unit: "g", stable: true }],
    // Balances before SICS
    ["S     1.27 g\r\n", { kind: "weight", weight: "1.27", unit: "g", stable: true }],
    ["SD -12.69 g\r\n", { kind: "weight", weight: "-12.69", unit: "g", stable: false }],
    // Radwag
    ["S    -      8.5 g  \r\n", { kind: "weight", weight: "-8.5", unit: "g", stable: true }],
    ["SI ?       18.5 kg \r\n", { kind: "weight", weight: "18.5", unit: "kg", stable: false }],
    ["S A\r\n", { kind: "other" }],
    ["S E\r\n", { kind: "error" }],
  ],
  variants: [
    ["S -\r\n", { kind: "underload" }],
    ["ES\r\n", { kind: "error" }],
    ["SI+\r\n", { kind: "overload" }],
    ["SI-\r\n", { kind: "underload" }],
    ["S ^\r\n", { kind: "overload" }],
    ["Z I\r\n", { kind: "error" }],
    ["Z +\r\n", { kind: "error" }],
    ["TAC A\r\n", { kind: "other" }],
    ["TI D       0.50 kg\r\n", { kind: "other", unit: "kg", mode: "tare" }],
    ["ZI S\r\n", { kind: "other" }],
    ['I0 B 0 "I0"\r\n', { kind: "other" }],
    ["S S     100.0[0] g\r\n", { kind: "weight", weight: "100.00", unit: "g", stable: true }],
    ["S S       0.5950 oz\r", { kind: "weight", weight: "0.5950", unit: "oz", stable: true }],
    ["S S      00012.5 lb\n", { kind: "weight", weight: "12.5", unit: "lb", stable: true }],
    ["S S         17 PCS\r\n", { kind: "other" }],
    ["S S       1.25 st\r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["S S       1.25\r\n", { kind: "rejected", reason: "malformed" }],
    ["S X       1.25 g\r\n", { kind: "rejected", reason: "malformed" }],
    ["S S      1,234 kg\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["S S      12,34 kg\r\n", { kind: "weight", weight: "12.34", unit: "kg", stable: true }],
  ],
};
