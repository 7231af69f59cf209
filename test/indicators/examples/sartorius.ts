import type { DialectExamples } from "../examples.ts";

export const sartoriusExamples: DialectExamples = {
  known: [
    // numat/sartorius, tests
    ["N     +   0.1234 g  \r\n", { kind: "weight", weight: "0.1234", unit: "g", mode: "net", stable: true }],
    [
      "G     +   9.9999 kg \r\n",
      { kind: "weight", weight: "9.9999", unit: "kg", mode: "gross", stable: true },
    ],
    // Combics 1 p. 98; GC803S p. 57
    [
      "G#    +   1255.7 g  \r\n",
      { kind: "weight", weight: "1255.7", unit: "g", mode: "gross", stable: true },
    ],
    ["+   123.56 g  \r\n", { kind: "weight", weight: "123.56", unit: "g", stable: true }],
    // By the layout
    [
      "N     -   12.345 kg \r\n",
      { kind: "weight", weight: "-12.345", unit: "kg", mode: "net", stable: true },
    ],
    ["+   1255.7 g  \r\n", { kind: "weight", weight: "1255.7", unit: "g", stable: true }],
    ["+ 123.5[6] g  \r\n", { kind: "weight", weight: "123.56", unit: "g", stable: true }],
    ["Stat        L       \r\n", { kind: "underload" }],
    ["Stat     Err   02   \r\n", { kind: "error" }],
  ],
  variants: [
    ["+   1255.7    \r\n", { kind: "weight", weight: "1255.7", stable: false }],
    ["N     +   1255.7    \r\n", { kind: "weight", weight: "1255.7", mode: "net", stable: false }],
    ["N     +   1255.7\r\n", { kind: "weight", weight: "1255.7", mode: "net", stable: false }],
    ["-    12.30 lb \r\n", { kind: "weight", weight: "-12.30", unit: "lb", stable: true }],
    ["     0.000 kg \r\n", { kind: "weight", weight: "0.000", unit: "kg", stable: true }],
    ["+   12,345 kg \r\n", { kind: "rejected", reason: "ambiguous" }],
    ["+   123,45 kg \r\n", { kind: "weight", weight: "123.45", unit: "kg", stable: true }],
    ["N     + 123.5[6] g  \r\n", { kind: "weight", weight: "123.56", unit: "g", mode: "net", stable: true }],
    ["+  123.5[6]g  \r\n", { kind: "weight", weight: "123.56", unit: "g", stable: true }],
    ["N     +  123.5!6 g  \r\n", { kind: "weight", weight: "123.56", unit: "g", mode: "net", stable: true }],
    ["N     +   123.56 g! \r\n", { kind: "weight", weight: "123.56", unit: "g", mode: "net", stable: true }],
    ["T     +    0.500 kg \r\n", { kind: "other", unit: "kg", mode: "tare" }],
    ["Qnt   +       17 pcs\r\n", { kind: "other" }],
    ["Setp  +    25.00 kg \r\n", { kind: "other" }],
    ["Stat        H       \r\n", { kind: "overload" }],
    ["Stat        HH      \r\n", { kind: "overload" }],
    ["Stat        C       \r\n", { kind: "other" }],
    ["Stat     ERR 054    \r\n", { kind: "error" }],
    ["Stat     DIS.ER     \r\n", { kind: "error" }],
    ["      High    \r\n", { kind: "overload" }],
    ["      Low     \r\n", { kind: "underload" }],
    ["      --      \r\n", { kind: "other" }],
    ["   Err  02    \r\n", { kind: "error" }],
    ["Ser.no       1234567\r\n", { kind: "other" }],
    ["WGross   0.010 lb\r\n", { kind: "rejected", reason: "malformed" }],
    ["+   1255.7 st \r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["+  1255.7 g  \r\n", { kind: "rejected", reason: "malformed" }],
    ["    +   1255.7 g  \r\n", { kind: "rejected", reason: "malformed" }],
  ],
};
