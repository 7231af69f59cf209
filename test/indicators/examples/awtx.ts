import type { DialectExamples } from "../examples.ts";

const program = (net: string) =>
  `\r\nOD\r\nN\r\nq248\r\nQ173,24+0\r\nS2\r\nD8\r\nZT\r\nA18,8,0,3,1,1,N,"12:30:01"\r\nA134,8,0,3,1,1,N,"01/02/24"\r\n` +
  `A30,47,0,4,1,1,N,"G   12.50 lb"\r\nA30,81,0,4,1,1,N,"T    0.50 lb"\r\nA30,116,0,4,1,1,N,"N ${net} lb"\r\nP1\r\n\f`;

/** By the factory formats of the ZM400 family, where nothing else is said. */
export const awtxExamples: DialectExamples = {
  known: [
    // Sterling 7600
    ["SGWGross   0.010 lb\r\n", { kind: "weight", weight: "0.010", unit: "lb", mode: "gross" }],
    ["WGross   0.010 lb\r\n", { kind: "weight", weight: "0.010", unit: "lb", mode: "gross" }],
    ["OCount      15 Pieces\r\n", { kind: "other" }],
    // 1
    [" Gross   12.50 lb\r\n  Tare    0.50 lb\r\n   Net   12.00 lb\r\n", { kind: "other" }],
    // 2
    ["Ticket: 17\r\n Gross   12.50 lb\r\n  Tare    0.50 lb\r\n   Net   12.00 lb\r\n", { kind: "other" }],
    // 3
    ["CNT     17\r\n", { kind: "other" }],
    // 4
    ["NET   12.00 lb\r\n", { kind: "weight", weight: "12.00", unit: "lb", mode: "net" }],
    // 5
    ["G   12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    // 7
    ["  12.50 lb G\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    // 9
    ["\x02   12.50LG \r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    // 10
    ["7 G   12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", scale: 7 }],
    // 11
    ["G   12.50 lb 822\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    // 12
    ["G   12.50 lb S\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["G   12.50 lb M\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: false }],
    // 13
    [
      "12:30:01\t01/02/24\r\n    ID     17\r\n Gross   12.50 lb\r\n  Tare    0.50 lb\r\n   Net   12.00 lb\r\n",
      { kind: "other" },
    ],
    // 14
    [
      "12:30:01 01/02/24\r\n  G   12.50 lb\r\n7 T    0.50 lb\r\n  N   12.00 lb\r\n",
      { kind: "other", scale: 7 },
    ],
    // 20
    [program("  12.00"), { kind: "other" }],
    // 23
    [
      "12:30:01 PM\t01/02/24\r\n Gross:   12.50 lb\r\n   Net:   12.00 lb\r\n  Tare:    0.50 lb\r\n",
      { kind: "other" },
    ],
    // 26
    [" G   12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    [" N    0.50 kg \r\n", { kind: "weight", weight: "0.50", unit: "kg", mode: "net" }],
    // 32
    ["  12.50", { kind: "weight", weight: "12.50" }],
    // 33
    ["@3\rG  12.50 lb\r", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", scale: 3 }],
    // E1070 p. 139: remote display mode 3
    ["G 001250 lb\r\n", { kind: "weight", weight: "1250", unit: "lb", mode: "gross" }],
    // E1070 p. 114: mode 4, gross, in motion, all bars of under lit
    [
      "G 20000 lb\r\x7e\x38\x00\x00\x01\x00\x00\x00\r\n",
      { kind: "weight", weight: "20000", unit: "lb", mode: "gross", stable: false },
    ],
    // Fairbanks 2800 p. 67: TRONIX
    ["GR 001250 LB\r\n", { kind: "weight", weight: "1250", unit: "lb", mode: "gross" }],
    // Rice Lake 680 p. 69: Avery Weigh-Tronix
    [" n 001250 kg\r\n", { kind: "weight", weight: "1250", unit: "kg", mode: "net" }],
  ],
  variants: [
    ["GWGross   0.010 lb\r\n", { kind: "weight", weight: "0.010", unit: "lb", mode: "gross" }],
    ["XWGross   0.010 lb\r\n", { kind: "rejected", reason: "malformed" }],
    ["N   -0.25 kg\r\n", { kind: "weight", weight: "-0.25", unit: "kg", mode: "net" }],
    ["N  -  0.25 kg\r\n", { kind: "weight", weight: "-0.25", unit: "kg", mode: "net" }],
    [" g-001250 lb\r", { kind: "weight", weight: "-1250", unit: "lb", mode: "gross" }],
    ["G   12.50 lb\r", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    ["G   12.50 lb\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    ["G   12.5", { kind: "rejected", reason: "malformed" }],
    ["G   12.50 lb", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    ["G     352 oz\r\n", { kind: "weight", weight: "352", unit: "oz", mode: "gross" }],
    ["G   352.4  g\r\n", { kind: "weight", weight: "352.4", unit: "g", mode: "gross" }],
    ["G   12,50 kg\r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross" }],
    ["G  12,500 kg\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["G  1 lb  8.0 oz\r\n", { kind: "weight", weight: "1.5", unit: "lb", mode: "gross" }],
    ["G  1 lb 18.0 oz\r\n", { kind: "rejected", reason: "malformed" }],
    ["Brutto   12.50 kg\r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross" }],
    ["TARE    0.50 lb\r\n", { kind: "other", unit: "lb", mode: "tare" }],
    ["T    0.50 lb\r\n", { kind: "other", unit: "lb", mode: "tare" }],
    ["  12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb" }],
    ["  12.50 lb N S\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "net", stable: true }],
    // 9: what is displayed is net, what is printed is gross
    ["\x02   12.50KN \r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    ["\x02   -0.50LGM\r\n", { kind: "weight", weight: "-0.50", unit: "lb", mode: "gross", stable: false }],
    ["\x02   99.99LGO\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ["G   12.50 kg 422\r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    ["N   12.50 lb 84:\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "net", stable: false }],
    ["G    0.00 lb 832\r\n", { kind: "weight", weight: "0.00", unit: "lb", mode: "gross", stable: true }],
    ["G   99.99 lb 926\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ["G   -9.99 lb 922\r\n", { kind: "underload", unit: "lb", mode: "gross" }],
    ["G   12.50 lb 422\r\n", { kind: "rejected", reason: "malformed" }],
    ["G   12.50 lb 842\r\n", { kind: "rejected", reason: "malformed" }],
    ["G   99.99 lb O\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ["G   12.50 lb      U\r\n", { kind: "underload", unit: "lb", mode: "gross" }],
    ["G   12.50 lb E\r\n", { kind: "error", unit: "lb", mode: "gross" }],
    ["G  ------- lb\r\n", { kind: "error", unit: "lb", mode: "gross" }],
    // Fairbanks FB3000 p. 56: m and o
    ["G    1250 lb m\r\n", { kind: "weight", weight: "1250", unit: "lb", mode: "gross", stable: false }],
    ["G    1250 lb o\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ["nt 001250 lb\r\n", { kind: "weight", weight: "1250", unit: "lb", mode: "net", stable: false }],
    [
      "N 20000 kg\r\x00\xc0\x00\x0d\x0a\x00\x00\x00\r\nG 00010 kg\r\n",
      [
        { kind: "weight", weight: "20000", unit: "kg", mode: "net", stable: true },
        { kind: "weight", weight: "10", unit: "kg", mode: "gross" },
      ],
    ],
    // Zeros that are lost
    [
      "G 20000 lb\r\x7e\x38\x01\r\nN 20000 lb\r\xc0\r\n",
      [
        { kind: "weight", weight: "20000", unit: "lb", mode: "gross", stable: false },
        { kind: "weight", weight: "20000", unit: "lb", mode: "net", stable: true },
      ],
    ],
    ["0 G   12.50 lb\r\n", { kind: "rejected", reason: "out_of_range" }],
    ["12 G   12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", scale: 12 }],
    ["7   12.50 lb\r\n", { kind: "rejected", reason: "malformed" }],
    ["@12\rN   0.50 kg\r", { kind: "weight", weight: "0.50", unit: "kg", mode: "net", scale: 12 }],
    ["@\rN   0.50 kg\r", { kind: "weight", weight: "0.50", unit: "kg", mode: "net" }],
    ["@12\r", { kind: "rejected", reason: "truncated" }],
    [
      "@1\rG  12.50 lb\r@2\rG  12.60 lb\r",
      [
        { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", scale: 1 },
        { kind: "weight", weight: "12.60", unit: "lb", mode: "gross", scale: 2 },
      ],
    ],
    [
      "  12.50  12.60",
      [
        { kind: "weight", weight: "12.50" },
        { kind: "weight", weight: "12.60" },
      ],
    ],
    ["  12.50 12.6", { kind: "rejected", reason: "malformed" }],
    ["   1250\r", { kind: "weight", weight: "1250" }],
    [
      "G   12.50 lb\r\nN   12.00 lb\r\n",
      [
        { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" },
        { kind: "weight", weight: "12.00", unit: "lb", mode: "net" },
      ],
    ],
    [
      " Gross   12.50 lb\r\n Gross   12.60 lb\r\n",
      [
        { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" },
        { kind: "weight", weight: "12.60", unit: "lb", mode: "gross" },
      ],
    ],
    ["12:30 PM\r\nG   12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    [" Gross   12.50 lb\r\n  Tare    0.50 lb\r\n", { kind: "rejected", reason: "ambiguous" }],
    [
      " Gross   12.50 lb\r  Tare    0.50 lb\r   Net   12.00 lb\r Gross   12.50 lb\r  Tare    0.50 lb\r   Net   12.00 lb",
      [{ kind: "other" }, { kind: "other" }],
    ],
    ["Gross Total  123.50 lb\r\n", { kind: "other" }],
    ["G   12.50 G\r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["G   12.5O lb\r\n", { kind: "rejected", reason: "malformed" }],
    ["Weight   12.50 lb\r\n", { kind: "rejected", reason: "malformed" }],
    ["G   12.50 lb   13.00 lb\r\n", { kind: "rejected", reason: "malformed" }],
  ],
};

/** With the net weight meant. */
export const awtxNetExamples: DialectExamples = {
  known: [
    [
      " Gross   12.50 lb\r\n  Tare    0.50 lb\r\n   Net   12.00 lb\r\n",
      { kind: "weight", weight: "12.00", unit: "lb", mode: "net" },
    ],
    [
      "12:30:01 01/02/24\r\n  G   12.50 lb\r\n7 T    0.50 lb\r\n  N   12.00 lb\r\n",
      { kind: "weight", weight: "12.00", unit: "lb", mode: "net", scale: 7 },
    ],
    [program("  12.00"), { kind: "weight", weight: "12.00", unit: "lb", mode: "net" }],
  ],
  variants: [
    ["G   12.50 lb\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross" }],
    [" Gross   12.50 lb\r\n  Tare    0.50 lb\r\n", { kind: "rejected", reason: "ambiguous" }],
    [program("  12.O0"), { kind: "rejected", reason: "ambiguous" }],
  ],
  settings: { weight: "net" },
};
