import type { DialectExamples } from "../examples.ts";

export const toledoContinuousExamples: DialectExamples = {
  known: [
    // IND231 frames captured in mettler_toledo_bridge
    ["\x0240    046   000\r", { kind: "weight", weight: "0.46", unit: "kg", mode: "gross", stable: true }],
    ["\x0249    072   046\r", { kind: "weight", weight: "0.72", unit: "kg", mode: "net", stable: false }],
    ["\x022!1  1448   450\r", { kind: "weight", weight: "1448", unit: "g", mode: "net", stable: true }],
    // By the layout
    [
      "\x0240    046   000\r\x03",
      { kind: "weight", weight: "0.46", unit: "kg", mode: "gross", stable: true },
    ],
    ["\x02,0   1250     0\r", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    ['\x02,"   1250     0\r', { kind: "weight", weight: "-12.50", unit: "lb", mode: "gross", stable: true }],
    ["\x02*$      0     0\r", { kind: "overload", unit: "lb", mode: "gross" }],
    ["\x02,8   1250     0\r", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: false }],
    ["\x02+  012500\r", { kind: "weight", weight: "1250.0", unit: "lb", mode: "gross", stable: true }],
  ],
  variants: [
    ["\x02+!  12345     0\r\n", { kind: "weight", weight: "1234.5", unit: "lb", mode: "net", stable: true }],
    // Zeros that word A says to follow are among the digits
    ["\x02)0   1440     0\r", { kind: "weight", weight: "1440", unit: "kg", mode: "gross", stable: true }],
    ["\x02(0   1400     0\r", { kind: "weight", weight: "1400", unit: "kg", mode: "gross", stable: true }],
    ["\x02(0      0     0\r", { kind: "weight", weight: "0", unit: "kg", mode: "gross", stable: true }],
    ["\x02)0   1443     0\r", { kind: "rejected", reason: "decimals_unknown" }],
    ["\x02/ !   125     0\r", { kind: "weight", weight: "0.00125", unit: "g", mode: "gross", stable: true }],
    ["\x02.  000000     0\r", { kind: "weight", weight: "0.0000", unit: "lb", mode: "gross", stable: true }],
    ['\x02." 000000     0\r', { kind: "weight", weight: "0.0000", unit: "lb", mode: "gross", stable: true }],
    ["\x02, #   125     0\r", { kind: "weight", weight: "1.25", unit: "oz", mode: "gross", stable: true }],
    ['\x02- "   125     0\r', { kind: "weight", weight: "0.125", unit: "t", mode: "gross", stable: true }],
    ["\x02, '   125     0\r", { kind: "rejected", reason: "unknown_unit" }],
    ["\x02,6    125     0\r", { kind: "underload", unit: "kg", mode: "gross" }],
    ["\x02,$ ------     0\r", { kind: "rejected", reason: "malformed" }],
    ["\x02,p    125     0\r", { kind: "error", unit: "kg", mode: "gross" }],
    ["\x02,0            0\r", { kind: "rejected", reason: "malformed" }],
    ["\x02,0 12 345     0\r", { kind: "rejected", reason: "malformed" }],
    // Fairbanks: five digits, bit 5 of word C clear, and the sum for a check byte
    ["\x02,0\0 1250    0\r", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    [
      "\x02,0\0 1250    0\r\x03",
      { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true },
    ],
    // IND245: the extended form
    [
      '\x011"       12.50    0.00\r',
      { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true },
    ],
    [
      "\x011a!      -1.25    0.50\r",
      { kind: "weight", weight: "-1.25", unit: "lb", mode: "net", stable: false },
    ],
    ['\x011" $     99.99    0.00\r', { kind: "overload", unit: "kg", mode: "gross" }],
    // Without its beginning, and in two pieces
    [
      "0   1250     0\r\x02,0   1250     0\r",
      [
        { kind: "rejected", reason: "malformed" },
        { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true },
      ],
    ],
    [
      "\x02,0   1250  \x02,0   1251     0\r",
      [
        { kind: "rejected", reason: "malformed" },
        { kind: "weight", weight: "12.51", unit: "kg", mode: "gross", stable: true },
      ],
    ],
  ],
};
