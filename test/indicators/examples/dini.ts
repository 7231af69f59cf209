import type { DialectExamples } from "../examples.ts";

export const diniExamples: DialectExamples = {
  known: [
    ["ST,GS,     0.0,kg\r\n", { kind: "weight", weight: "0.0", unit: "kg", mode: "gross", stable: true }],
    [
      "1ST,1,       0.0,PT    20.8,         0,kg,01/02/24 10:11:12\r\n",
      { kind: "weight", weight: "0.0", unit: "kg", mode: "net", stable: true, scale: 1 },
    ],
    ["ERR04\r\n", { kind: "error" }],
  ],
  variants: [
    // DGT4X p. 52
    [
      "01ST,GS,     0.0,kg\r\n",
      { kind: "weight", weight: "0.0", unit: "kg", mode: "gross", stable: true, scale: 1 },
    ],
    ["US,NT,   -12.5,kg\r\n", { kind: "weight", weight: "-12.5", unit: "kg", mode: "net", stable: false }],
    ["ST,GS,   12.50,lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["ST,GS,  0125.0, t\r\n", { kind: "weight", weight: "125.0", unit: "t", mode: "gross", stable: true }],
    ["OL,GS,  999.99,kg\r\n", { kind: "overload", unit: "kg", mode: "gross" }],
    ["UL,NT,  -99.99,kg\r\n", { kind: "underload", unit: "kg", mode: "net" }],
    ["ST,VL,  1234.5,mV\r\n", { kind: "other" }],
    ["ST,RZ,  123456,kg\r\n", { kind: "other" }],
    [
      "021US,1,    12.5,PT     0.5,         0,kg\r\n",
      { kind: "weight", weight: "12.5", unit: "kg", mode: "net", stable: false, scale: 2 },
    ],
    // 3590 p. 69 and 65
    [
      "2,ST,     12.50,PT      0.50,         0,         0,kg\r\n",
      { kind: "weight", weight: "12.50", unit: "kg", mode: "net", stable: true, scale: 2 },
    ],
    [
      "ST,1,     13.00kg,PT      0.50kg\r\n",
      { kind: "weight", weight: "13.00", unit: "kg", mode: "gross", stable: true, scale: 1 },
    ],
    ["00ER,GS,     0.0,kg\r\n", { kind: "error", unit: "kg", mode: "gross" }],
    ["OK\r\n", { kind: "other" }],
    ["ST,GS,     1.5,pcs\r\n", { kind: "other" }],
    ["ST,GS,   12,50,kg\r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    ["ST,GS,  12,500,kg\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["ST,GS,     0.0,vv\r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["ST,GS,    0.0,kg\r\n", { kind: "rejected", reason: "malformed" }],
    ["ST,GS,        ,kg\r\n", { kind: "rejected", reason: "malformed" }],
  ],
};
