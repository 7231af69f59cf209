import type { DialectExamples } from "../examples.ts";

const still = (weight: string, unit: "kg" | "g" | "lb", mode: "gross" | "net" | null = "gross") => ({
  kind: "weight" as const,
  weight,
  unit,
  mode,
  stable: true,
});

export const stGsExamples: DialectExamples = {
  known: [
    // A&D OP-05 p. 58
    ["ST,GS,+0012345kg\r\n", still("12345", "kg")],
    ["ST,NT,+0010000kg\r\n", still("10000", "kg", "net")],
    ["ST,GS,+0123.45kg\r\n", still("123.45", "kg")],
    ["US,GS,+0123.45kg\r\n", { ...still("123.45", "kg"), stable: false }],
    ["OL,GS,+    .  kg\r\n", { kind: "overload", unit: "kg", mode: "gross" }],
    // A&D GX-300 p. 46, EK-L p. 30, AD-4404 p. 82
    ["ST,+00001.27  g\r\n", still("1.27", "g", null)],
    ["ST,+001234.5  g\r\n", still("1234.5", "g", null)],
    ["ST,NT,+0012.34kg\r", still("12.34", "kg", "net")],
    ["OL,+9999999E+19\r\n", { kind: "overload" }],
    ["ST,+000123.4  %\r\n", { kind: "other" }],
    // A&D AD-4212D p. 29: CSV
    ["OL,+9999999E+19,  g\r\n", { kind: "overload", unit: "g" }],
    ["LAB-0123,2004/07/01,12:34:56,ST,+0000.1278,  g\r\n", still("0.1278", "g", null)],
    // A&D GX-300 p. 46: DP, KF, MT, NU
    ["WT      +1.27  g\r\n", still("1.27", "g", null)],
    ["+     1.27 g\r\n", { kind: "weight", weight: "1.27", unit: "g" }],
    ["S     1.27 g\r\n", still("1.27", "g", null)],
    ["+00001.27\r\n", { kind: "weight", weight: "1.27" }],
    // CAS PD-II
    ["\x02ST,GS,+  0.00 lb\r", still("0.00", "lb")],
    // CAS CI-600D p. 74: 22 bytes, 10 bytes
    ["ST,GS,1\xc4,000013.5 kg\r\n", still("13.5", "kg")],
    ["000013.5\r\n", { kind: "weight", weight: "13.5" }],
    // Excell EX-2001 p. 25
    ["ST,NT,+000.876kg\r\n", still("0.876", "kg", "net")],
    ["ST,NT,+0001000pcs\r\n", { kind: "other" }],
    ["+000.876kg\r\n", { kind: "weight", weight: "0.876", unit: "kg" }],
    ["ST,GS,+1.23.456lboz\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["OL,GS,+            \r\n", { kind: "overload", mode: "gross" }],
    ["ST,GS,+1234.56 g\r\n", still("1234.56", "g")],
    // Captures of T-Scale NHB and QHW
    ["ST,GS    20.7g  \r\n", still("20.7", "g")],
    ["US,GS,    92.6 g\r\n", { ...still("92.6", "g"), stable: false }],
    ["ST,GS,   245.6 g\r\n", still("245.6", "g")],
    // Captures of a weighbridge
    ["ST,GS     59.6kg\r\n", still("59.6", "kg")],
    ["ST,GS,+001.234kg\r\n", still("1.234", "kg")],
    // Dini DGT4X p. 52
    ["ST,GS,     0.0,kg\r\n", still("0.0", "kg")],
    ["ERR04\r\n", { kind: "error" }],
    ["ST,GS,+  12.34kg\r\n", still("12.34", "kg")],
  ],
  variants: [
    ["ST,GS,-0012.34lb\r\n", still("-12.34", "lb")],
    ["ST,GS,-   0.250kg\r\n", still("-0.250", "kg")],
    ["ST,GS-     1.5g  \r\n", still("-1.5", "g")],
    ["US,NT   -20.7g  \r\n", { ...still("-20.7", "g", "net"), stable: false }],
    ["ST,NT,  -245.6 g\r\n", still("-245.6", "g", "net")],
    ["ST,GS,-0000.00kg\r\n", still("0.00", "kg")],
    ["ST,GS,+0012.34 t\r\n", { kind: "weight", weight: "12.34", unit: "t", mode: "gross", stable: true }],
    ["ST,GS,+0012,34kg\r\n", still("12.34", "kg")],
    ["ST,GS,+012,345kg\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["ST;+0000,127;  g\r\n", still("0.127", "g", null)],
    ["LAB-0123;01.07.2004;12:34:56;US;-0000,1278;  g\r\n", { ...still("-0.1278", "g", null), stable: false }],
    ["ST,+0000.1278,  g\r\n", still("0.1278", "g", null)],
    ["ST,+0001.278, ct\r\n", { kind: "weight", weight: "1.278", unit: "ct", stable: true }],
    ["QT,+00000123 PC\r\n", { kind: "other" }],
    ["OL,-9999999E+19\r\n", { kind: "underload" }],
    ["UL,GS,     0.0,kg\r\n", { kind: "underload", unit: "kg", mode: "gross" }],
    ["OL,NT,-------- kg\r\n", { kind: "overload", unit: "kg", mode: "net" }],
    ["OL,GS,+0123.45kg\r\n", { kind: "overload", unit: "kg", mode: "gross" }],
    ["ST,TR,+0000.50kg\r\n", { kind: "other", unit: "kg", mode: "tare" }],
    ["ST,PT,+0000.50kg\r\n", { kind: "other", unit: "kg", mode: "tare" }],
    ["ST,GS,+  12.34kg HI\r\n", still("12.34", "kg")],
    ["@01ST,GS,+0012.34kg\r\n", still("12.34", "kg")],
    ["ST,GS,+0012.34kg", still("12.34", "kg")],
    ["ST,GS,+0012.34", { kind: "rejected", reason: "malformed" }],
    ["ST,GS,+0012.34st\r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["ST,GS,+00.050tl.T\r\n", { kind: "rejected", reason: "unknown_unit" }],
    ["ST,GS,10.05.40lboz\r\n", { kind: "rejected", reason: "ambiguous" }],
    ["ST,GS,+00l2.34kg\r\n", { kind: "rejected", reason: "malformed" }],
    ["ST,GS,+          kg\r\n", { kind: "rejected", reason: "malformed" }],
    ["ST,XX,+0012.34kg\r\n", { kind: "rejected", reason: "malformed" }],
    [
      "US,NT,1\x84,-00013.5  t\r\n",
      { kind: "weight", weight: "-13.5", unit: "t", mode: "net", stable: false },
    ],
    ["ST,GS,1\xc4,-0013.5 kg\r\n", { kind: "rejected", reason: "malformed" }],
    ["OL,GS,1\x84,         kg\r\n", { kind: "overload", unit: "kg", mode: "gross" }],
    ["STGS1\xe4a000013.5 0001\r\n", { kind: "weight", weight: "13.5", mode: "gross", stable: true }],
    ["STGR   12.50kg\r\n", still("12.50", "kg")],
    ["USNT-  12.50kg\r\n", { kind: "weight", weight: "-12.50", unit: "kg", mode: "net", stable: false }],
    ["US      +1.27  g\r\n", { ...still("1.27", "g", null), stable: false }],
    ["QT        +12 PC\r\n", { kind: "other" }],
    ["SD -12.69 g\r\n", { kind: "weight", weight: "-12.69", unit: "g", stable: false }],
    ["SI+\r\n", { kind: "overload" }],
    ["SI\r\n", { kind: "error" }],
    ["-00001.27\r\n", { kind: "weight", weight: "-1.27" }],
    ["+0000.1278\r\n", { kind: "weight", weight: "0.1278" }],
    ["  -013.5\r\n", { kind: "weight", weight: "-13.5" }],
    ["00013.5\r\n", { kind: "rejected", reason: "malformed" }],
    ["+000.8", { kind: "rejected", reason: "malformed" }],
    ["USR-1234ST,GS,+0001.00kg\r\n", [{ kind: "rejected", reason: "malformed" }, still("1.00", "kg")]],
    ["ST,GS,+0001.00kgUS,GS,+0002.00kg", [still("1.00", "kg"), { ...still("2.00", "kg"), stable: false }]],
    ["1.50kgST,GS,+0001.00kg\r\n", [{ kind: "rejected", reason: "malformed" }, still("1.00", "kg")]],
    ["EREAD\r\n", { kind: "error" }],
    ["EC,E01\r\n", { kind: "error" }],
    ["MZ\r\n", { kind: "other" }],
  ],
};

/** With what the prints leave open. */
export const stGsSetExamples: DialectExamples = {
  known: [
    ["000013.5\r\n", { kind: "weight", weight: "13.5", unit: "kg" }],
    ["ST,GS,+012,345kg\r\n", { kind: "rejected", reason: "ambiguous" }],
  ],
  variants: [["ST;+0000,1278;  g\r\n", { kind: "rejected", reason: "ambiguous" }]],
  settings: { unit: "kg", decimalMark: "point" },
};
