import type { DialectExamples } from "../examples.ts";

export const ohausExamples: DialectExamples = {
  known: [
    // NSerialCommTools, captures of a DEFENDER 3000
    ["   0.360 kg    G\r\n", { kind: "weight", weight: "0.360", unit: "kg", mode: "gross", stable: true }],
    ["   0.170 kg   ?G\r\n", { kind: "weight", weight: "0.170", unit: "kg", mode: "gross", stable: false }],
    ["   0.355 kg   ?G\r\n", { kind: "weight", weight: "0.355", unit: "kg", mode: "gross", stable: false }],
    // Ohaus manuals
    ["     192.21 g \r\n", { kind: "weight", weight: "192.21", unit: "g", stable: true }],
    ["       0.01 g ?\r\n", { kind: "weight", weight: "0.01", unit: "g", stable: false }],
    ["     207.80 g TOTAL\r\n", { kind: "other", unit: "g" }],
    ["      0.5950 oz   ?\r\n", { kind: "weight", weight: "0.5950", unit: "oz", stable: false }],
    ["        200 g  \r\n", { kind: "weight", weight: "200", unit: "g", stable: true }],
  ],
  variants: [
    ["  -1.640 kg    N\r\n", { kind: "weight", weight: "-1.640", unit: "kg", mode: "net", stable: true }],
    ["-    0.250 kg    N\r\n", { kind: "weight", weight: "-0.250", unit: "kg", mode: "net", stable: true }],
    ["   12.50 lb    NET\r", { kind: "weight", weight: "12.50", unit: "lb", mode: "net", stable: true }],
    ["    12.50 lb ? NET\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "net", stable: false }],
    ["    12.50 lb   B/G\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["    0.500 kg    T\r\n", { kind: "other", unit: "kg", mode: "tare" }],
    ["    0.500 kg    PT\r\n", { kind: "other", unit: "kg", mode: "tare" }],
    [
      "   10.20 kg    G  Accept\r\n",
      { kind: "weight", weight: "10.20", unit: "kg", mode: "gross", stable: true },
    ],
    ["     192.21 g   10:23:45\r\n", { kind: "weight", weight: "192.21", unit: "g", stable: true }],
    ["Net:       12.50 kg \r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "net", stable: true }],
    [
      "G               12.50 kg ?\r\n",
      { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: false },
    ],
    ["Tare:       0.50 kg \r\n", { kind: "other", unit: "kg", mode: "tare" }],
    [
      "   1 lb    2.50 oz ? G\r\n",
      { kind: "weight", weight: "1.15625", unit: "lb", mode: "gross", stable: false },
    ],
    ["           3 PCS ?\r\n", { kind: "other" }],
    ["     100.0 %\r\n", { kind: "other" }],
    ["SCALE: 1\r\n", { kind: "other" }],
    ["ES\r\n", { kind: "error" }],
    ["Err 8.3\r\n", { kind: "error" }],
    ["OVERLOAD\r\n", { kind: "overload" }],
    ["     12,34 kg    G\r\n", { kind: "weight", weight: "12.34", unit: "kg", mode: "gross", stable: true }],
    ["     12,345 kg    G\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["     12.34 kg    X\r\n", { kind: "rejected", reason: "malformed" }],
    ["     12.34 st\r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["     12.34\r\n", { kind: "rejected", reason: "malformed" }],
    ["  +  12.34 kg\r\n", { kind: "rejected", reason: "malformed" }],
  ],
};
