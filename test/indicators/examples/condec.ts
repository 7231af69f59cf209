import type { DialectExamples } from "../examples.ts";

export const condecExamples: DialectExamples = {
  known: [
    // Gram Z3 p. 17, K3 p. 35 (the status)
    ["\x02i   0.000kg\r\x03", { kind: "weight", weight: "0.000", unit: "kg", mode: "gross", stable: true }],
    ["\x02b   1.250kg\r\x03", { kind: "weight", weight: "1.250", unit: "kg", mode: "net", stable: true }],
    // Rice Lake 520 p. 68, 880 p. 84; Cardinal 200 p. 28; by the layout
    ["\x02   12.50LG \r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["\x02-   0.25KN \r\n", { kind: "weight", weight: "-0.25", unit: "kg", mode: "net", stable: true }],
    ["\x02  125.00LGM\r\n", { kind: "weight", weight: "125.00", unit: "lb", mode: "gross", stable: false }],
    ["\x02 5000.00LGO\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ["\x02 -------LGI\r\n", { kind: "error", unit: "lb", mode: "gross" }],
    ["\x02    0.00LGZ\r\n", { kind: "weight", weight: "0.00", unit: "lb", mode: "gross", stable: true }],
    ["GROSS    1250 lb\r\n", { kind: "weight", weight: "1250", unit: "lb", mode: "gross" }],
    // Rice Lake 880 p. 105
    ["\x02A 1234.00 lb\r\n\x03\r", { kind: "weight", weight: "1234.00", unit: "lb" }],
    // Transcell TI-500 p. 20
    ["\x02    12.50 LB NT\r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "net" }],
    // GSE 355 p. 63
    [
      "\x02   12.50 lb Gross \r\n",
      { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true },
    ],
    // Doran 4100 p. 72
    ["\x02  12.50 lb MOT.\r\n", { kind: "weight", weight: "12.50", unit: "lb", stable: false }],
    // Cardinal 200 p. 28: WI-110, SB-400, SB-200
    ["G   12.5 lb\r\n", { kind: "weight", weight: "12.5", unit: "lb", mode: "gross" }],
    [" 0012.50lbG  \r", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["\r 0012.50 lbG\x03", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    // Fairbanks 2800 p. 69, p. 66
    [" 001250 LB gr", { kind: "weight", weight: "1250", unit: "lb", mode: "gross", stable: false }],
    ["\x0240001250\x03", { kind: "weight", weight: "1250", unit: "lb", mode: "gross" }],
    ["\x02  1250L \r", { kind: "weight", weight: "1250", unit: "lb", stable: true }],
    // rinstrum R320 p. 46
    ["\x02   12.50GSI   \x03", { kind: "weight", weight: "12.50", mode: "gross", stable: true }],
    ["\x02   12.50G\x03", { kind: "weight", weight: "12.50", mode: "gross", stable: true }],
    ["\x02   12.50G  - kg\x03", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    // Rice Lake: GFMT, NFMT
    [
      "GROSS    1250 lb\r\n\r\n01/02/2024 10:11 AM\r\n",
      { kind: "weight", weight: "1250", unit: "lb", mode: "gross" },
    ],
    [
      "GROSS    1250 lb\r\nTARE       50 lb\r\nNET      1200 lb\r\n\r\n01/02/2024 10:11 AM\r\n",
      { kind: "other" },
    ],
  ],
  variants: [
    ['\x02"-  0.250lb\r\x03', { kind: "weight", weight: "-0.250", unit: "lb", mode: "net", stable: false }],
    ["\x02c  12.50 g\r\x03", { kind: "rejected", reason: "malformed" }],
    ["\x02   12.50LG \r", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["   12.50LG \r\n", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["\x02   12.50LG ", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["\x02   12,50KG \r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    ["\x02  12,500KG \r\n", { kind: "rejected", reason: "ambiguous" }],
    ["\x02  352.40GG \r\n", { kind: "weight", weight: "352.40", unit: "g", mode: "gross", stable: true }],
    ["\x02   12.50TG \r\n", { kind: "weight", weight: "12.50", unit: "t", mode: "gross", stable: true }],
    ["\x02   12.50ON \r\n", { kind: "weight", weight: "12.50", unit: "oz", mode: "net", stable: true }],
    ["\x02   12.50 G \r\n", { kind: "weight", weight: "12.50", mode: "gross", stable: true }],
    ["\x02-  12.50LNM\r\n", { kind: "weight", weight: "-12.50", unit: "lb", mode: "net", stable: false }],
    ["\x02    0.50LT \r\n", { kind: "other", unit: "lb", mode: "tare" }],
    ["\x02      17PG \r\n", { kind: "other" }],
    ["\x02   12.50CG \r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["\x02   12.50NG \r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["\x02        LGO\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ["\x02   12.50LGX\r\n", { kind: "rejected", reason: "malformed" }],
    ["\x02   12.50LG\r\n", { kind: "rejected", reason: "malformed" }],
    ["\x02   1.2.5LG \r\n", { kind: "rejected", reason: "malformed" }],
    [
      "50LG \r\n\x02   12.50LG \r\n\x02   12.\x02   12.60LG \r\n",
      [
        { kind: "rejected", reason: "malformed" },
        { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true },
        { kind: "rejected", reason: "malformed" },
        { kind: "weight", weight: "12.60", unit: "lb", mode: "gross", stable: true },
      ],
    ],
    ["\x02A-1234.00 kg\r\n\x03\r", { kind: "weight", weight: "-1234.00", unit: "kg" }],
    ["  1234.00 lb\r\n", { kind: "weight", weight: "1234.00", unit: "lb" }],
    ["\x02-    0.50 KG GR\r\n", { kind: "weight", weight: "-0.50", unit: "kg", mode: "gross" }],
    [
      "\x02   12.50 kg Net M\r\n",
      { kind: "weight", weight: "12.50", unit: "kg", mode: "net", stable: false },
    ],
    ["\x02      17 pc Qty \r\n", { kind: "other" }],
    ["\x02   12.50 kg Net\r\n", { kind: "weight", weight: "12.50", unit: "kg", mode: "net" }],
    ["\x02  12.50 lb     \r\n", { kind: "weight", weight: "12.50", unit: "lb", stable: true }],
    ["\x02- 12.50 kg\r\n", { kind: "weight", weight: "-12.50", unit: "kg" }],
    ["N -  0.5 kg\r\n", { kind: "weight", weight: "-0.5", unit: "kg", mode: "net" }],
    ["T   12.5 lb\r\n", { kind: "other", unit: "lb", mode: "tare" }],
    ["-0012.50kgNMO\r", { kind: "weight", weight: "-12.50", unit: "kg", mode: "net", stable: false }],
    [" 0099.99lbGOC\r", { kind: "overload", unit: "lb", mode: "gross" }],
    [" 0000.00lbGee\r", { kind: "error", unit: "lb", mode: "gross" }],
    [" 0000.00lbGCZ\r", { kind: "weight", weight: "0.00", unit: "lb", mode: "gross", stable: true }],
    [" 001250lbG  \r", { kind: "rejected", reason: "decimals_unknown" }],
    ["\r-0012.50mkgN\x03", { kind: "weight", weight: "-12.50", unit: "kg", mode: "net", stable: false }],
    ["\r 0012.50okgN\x03", { kind: "overload", unit: "kg", mode: "net" }],
    [" 001250 KG NT\r\n", { kind: "weight", weight: "1250", unit: "kg", mode: "net", stable: true }],
    [" --oL-- LB GR\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    [" --uL-- LB GR\r\n", { kind: "underload", unit: "lb", mode: "gross" }],
    ["\x0244 12.50\x03", { kind: "weight", weight: "12.50", unit: "kg", mode: "net" }],
    ["\x0240------\x03", { kind: "overload", unit: "lb", mode: "gross" }],
    ["\x0242001250\x03", { kind: "rejected", reason: "malformed" }],
    ["\x02 12.50KM\r", { kind: "weight", weight: "12.50", unit: "kg", stable: false }],
    ["\x02      LO\r", { kind: "overload", unit: "lb" }],
    ["\x02   12.50NMIZ  \x03", { kind: "weight", weight: "12.50", mode: "net", stable: false }],
    ["\x02   99.99GSO   \x03", { kind: "overload", mode: "gross" }],
    ["\x02-  12.50M\x03", { kind: "weight", weight: "-12.50", stable: false }],
    ["\x02`  12.50N\x03", { kind: "weight", weight: "12.50", mode: "net", stable: true }],
    ["\x02   12.50O\x03", { kind: "overload" }],
    ["\x02   12.50GMZ1   \x03", { kind: "weight", weight: "12.50", mode: "gross", stable: false }],
    ["20050026:  12.50 kg\r\n", { kind: "other" }],
    ["NET     -12.50 kg\r\n", { kind: "weight", weight: "-12.50", unit: "kg", mode: "net" }],
    ["TARE       50 lb\r\n", { kind: "other", unit: "lb", mode: "tare" }],
    [
      "GROSS    1250 lb\r\nGROSS    1260 lb\r\n",
      [
        { kind: "weight", weight: "1250", unit: "lb", mode: "gross" },
        { kind: "weight", weight: "1260", unit: "lb", mode: "gross" },
      ],
    ],
    ["GROSS    1250 lb\r\nNET      1200 lb\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["GROSS    1250 st\r\n", { kind: "rejected", reason: "unknown_unit" }],
  ],
};

/** With what the prints leave open. */
export const condecSetExamples: DialectExamples = {
  known: [
    [" 001250lbG  \r", { kind: "weight", weight: "12.50", unit: "lb", mode: "gross", stable: true }],
    ["\x02   12.50GSI   \x03", { kind: "weight", weight: "12.50", unit: "kg", mode: "gross", stable: true }],
    [
      "GROSS    1250 lb\r\nTARE       50 lb\r\nNET      1200 lb\r\n",
      { kind: "weight", weight: "1200", unit: "lb", mode: "net" },
    ],
  ],
  variants: [
    ["-000005lbG  \r", { kind: "weight", weight: "-0.05", unit: "lb", mode: "gross", stable: true }],
    [" 0012.5lbG  \r", { kind: "weight", weight: "12.5", unit: "lb", mode: "gross", stable: true }],
    ["GROSS    1250 lb\r\nTARE       50 lb\r\n", { kind: "rejected", reason: "ambiguous" }],
  ],
  settings: { decimals: 2, unit: "kg", weight: "net" },
};
