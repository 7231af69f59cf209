import type { DialectExamples } from "../examples.ts";

export const nciExamples: DialectExamples = {
  known: [
    // A simulator of Weigh-Tronix point of sale scales, SCP-01 and SCP-02
    ["\n0000.50LB\r\n00\r\x03", { kind: "weight", weight: "0.50", unit: "lb", stable: true }],
    // By the layout of SCP-01
    // Not at zero, and told to be at zero: that bit changes nothing.
    ["\n0012.34LB\r\n20\r\x03", { kind: "weight", weight: "12.34", unit: "lb", stable: true }],
    ["\n0000.00LB\r\n20\r\x03", { kind: "weight", weight: "0.00", unit: "lb", stable: true }],
    ["\n0012.34LB\r\n10\r\x03", { kind: "weight", weight: "12.34", unit: "lb", stable: false }],
    ["\n00\r\x03", { kind: "other" }],
    ["\n02\r\x03", { kind: "overload" }],
    ["\n0002.500KG\r\n0p4\r\x03", { kind: "weight", weight: "2.500", unit: "kg", mode: "net", stable: true }],
    ["\n?\r\x03", { kind: "error" }],
  ],
  variants: [
    ["\n02.250LB\r\nS00\r\x03", { kind: "weight", weight: "2.250", unit: "lb", stable: true }],
    ["\n10\r\x03", { kind: "motion", stable: false }],
    ["\n01\r\x03", { kind: "underload" }],
    ["\n40\r\x03", { kind: "error" }],
    [
      "\n0002.500KG\r\n0p0\r\x03",
      { kind: "weight", weight: "2.500", unit: "kg", mode: "gross", stable: true },
    ],
    ["\n0002.500KG\r\n0p8\r\x03", { kind: "error", unit: "kg", mode: "gross" }],
    ["\r?\n", { kind: "error" }],
    ["\n-000.25LB\r\n00\r\x03", { kind: "weight", weight: "-0.25", unit: "lb", stable: true }],
    ["\n 12lb 02.5oz\r\n00\r\x03", { kind: "weight", weight: "12.15625", unit: "lb", stable: true }],
    ["\n00125G\r\n00\r\x03", { kind: "weight", weight: "125", unit: "g", stable: true }],
    ["\n 0125g \r\n00\r\x03", { kind: "weight", weight: "125", unit: "g", stable: true }],
    ["\n008.25oz\r\n00\r\x03", { kind: "weight", weight: "8.25", unit: "oz", stable: true }],
    ["\n-------LB\r\n10\r\x03", { kind: "motion", unit: "lb", stable: false }],
    ["\n0099.99LB\r\n02\r\x03", { kind: "overload", unit: "lb" }],
    ["\nKG\r\n00\r\x03", { kind: "other", unit: "kg" }],

    // ECR: a status alone, four bytes, raw counts
    ["\nS10\r\x03", { kind: "motion", stable: false }],
    [
      "\n01.250KG\r\nS0pp4\r\x03",
      { kind: "weight", weight: "1.250", unit: "kg", mode: "gross", stable: true },
    ],
    ["\n012345MM\r\nS00\r\x03", { kind: "other" }],
    // A scale without LF and CR around its status; GSE, without a unit
    ["\n0000.50LB\r00\x03", { kind: "weight", weight: "0.50", unit: "lb", stable: true }],
    ["\n  -12.34\r\n00\r\x03", { kind: "weight", weight: "-12.34", stable: true }],
    // Not the layout
    ["\n0012.34ST\r\n00\r\x03", { kind: "rejected", reason: "unknown_unit" }],
    ["\n0012.34LB\r\n0p\r\x03", { kind: "rejected", reason: "truncated" }],
    ["\n0012.34LB\r\x03", { kind: "rejected", reason: "malformed" }],
    [
      "abc\n\n0000.50LB\r\n00\r\x03",
      [
        { kind: "rejected", reason: "malformed" },
        { kind: "weight", weight: "0.50", unit: "lb", stable: true },
      ],
    ],
  ],
};
