import type { DialectExamples } from "../examples.ts";

export const yaohuaExamples: DialectExamples = {
  known: [
    ["=000.3000", { kind: "weight", weight: "3.000" }],
    ["=000.0000", { kind: "weight", weight: "0.000" }],
    ["=0003.000", { kind: "weight", weight: "3.000" }],
    ["=-0001.00", { kind: "weight", weight: "-1.00" }],
    ["\x02+00200021B\x03", { kind: "weight", weight: "20.00" }],
    ["ww00015.000kg\r\n", { kind: "weight", weight: "15.000", unit: "kg", mode: "gross" }],
    ["wn00015.000kg\r\n", { kind: "weight", weight: "15.000", unit: "kg", mode: "net" }],
    ["wn 0002.02kg\r\n", { kind: "weight", weight: "2.02", unit: "kg", mode: "net" }],
  ],
  variants: [
    ["=00.1000-", { kind: "weight", weight: "-1.00" }],
    ["=05.21000", { kind: "weight", weight: "12.50" }],
    ["=00012.50", { kind: "weight", weight: "12.50" }],
    ["=   12.50", { kind: "weight", weight: "12.50" }],
    ["=0000300.", { kind: "weight", weight: "300" }],
    ["=.0030000", { kind: "weight", weight: "300" }],
    ["=00012500", { kind: "rejected", reason: "ambiguous" }],
    ["=00000000", { kind: "weight", weight: "0" }],
    ["=00.-1000", { kind: "rejected", reason: "malformed" }],
    ["=000.300", { kind: "rejected", reason: "truncated" }],
    [
      "=000.3=000.4000",
      [
        { kind: "rejected", reason: "truncated" },
        { kind: "weight", weight: "4.000" },
      ],
    ],
    [
      "=000.3000\r\n=000.4000\r\n",
      [
        { kind: "weight", weight: "3.000" },
        { kind: "weight", weight: "4.000" },
      ],
    ],
    ["\x02-000125318\x03", { kind: "weight", weight: "-0.125" }],
    ["\x02+00125001D\x03", { kind: "weight", weight: "1250" }],
    ["\x02+00200021C\x03", { kind: "rejected", reason: "checksum" }],
    // A check that begins with a digit, behind no decimals
    ["\x02+00326001C\x03", { kind: "weight", weight: "3260" }],
    // Replies to a request of gross, tare and net; a handshake
    ["\x02AB+00125021C\x03", { kind: "weight", weight: "12.50", mode: "gross" }],
    ["\x02AC+00005021E\x03", { kind: "other", mode: "tare" }],
    ["\x02AD+00120021F\x03", { kind: "weight", weight: "12.00", mode: "net" }],
    ["\x02AA00\x03", { kind: "other" }],
    ["ww-0000.500kg\r\n", { kind: "weight", weight: "-0.500", unit: "kg", mode: "gross" }],
    ["wx00015.000kg\r\n", { kind: "rejected", reason: "malformed" }],
  ],
};
