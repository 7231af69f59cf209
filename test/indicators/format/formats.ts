import type { Shown } from "../../../src/indicators/dialect.ts";
import type { DialectExamples, Expected } from "../examples.ts";

interface FormatExamples extends DialectExamples {
  /** As it is pasted. */
  readonly format: string;
  /** What of the prints that it writes comes back. */
  readonly writes: (shown: Shown) => Expected;
}

const weight = (value: string, unit: "lb" | "kg" | null, said: Partial<Expected> = {}): Expected => ({
  ...said,
  kind: "weight",
  weight: value,
  unit,
});

const back =
  (keys: readonly ("unit" | "mode" | "stable" | "scale")[], said: Partial<Expected> = {}) =>
  (shown: Shown): Expected => ({
    kind: "weight",
    weight: shown.weight,
    ...Object.fromEntries(keys.map((key) => [key, shown[key]])),
    ...said,
  });

const ticket =
  "{T.GWT.2[W6]} {T.GWT.1} {T.UNIT.1}#CR#LF{T.SAT.2[W6]} {T.SAT.1} {T.UNIT.1}#CR#LF{T.NWT.2[W6]} {T.NWT.1} {T.UNIT.1}#CR#LF";

/** Formats of indicators, and what they print. */
export const formats: readonly FormatExamples[] = [
  {
    // Avery Weigh-Tronix, factory format 4
    format: "{T.NWT.2} {T.NWT.1} {T.UNIT.1}#CR#LF",
    known: [["NET   12.00 lb\r\n", weight("12.00", "lb", { mode: "net" })]],
    variants: [
      ["Netto   -0.50 kg\r", weight("-0.50", "kg", { mode: "net" })],
      ["GROSS   12.00 lb\r\n", { kind: "rejected", reason: "malformed" }],
      ["NET   12,00 kg\r\n", weight("12.00", "kg", { mode: "net" })],
      ["NET   12.00 st\r\n", { kind: "rejected", reason: "unknown_unit" }],
      ["NET   12.0O lb\r\n", { kind: "rejected", reason: "malformed" }],
      ["NET  1 2.00 lb\r\n", { kind: "rejected", reason: "malformed" }],
    ],
    writes: back(["unit"], { mode: "net" }),
  },
  {
    // 7
    format: "{T.ACT.1} {T.UNIT.1} {T.ACT.2[W1]}#CR#LF",
    known: [["  12.50 lb G\r\n", weight("12.50", "lb", { mode: "gross" })]],
    variants: [
      ["   0.50 lb T\r\n", { kind: "other", unit: "lb", mode: "tare" }],
      ["------- lb G\r\n", { kind: "error", unit: "lb", mode: "gross" }],
    ],
    writes: back(["unit", "mode"]),
  },
  {
    // 9
    format: "#STX{T.GWT.1[W8]}{T.LK.1}{T.ACT.2[W1]}{T.STAT.1}#CR#LF",
    known: [["\x02   12.50LN \r\n", weight("12.50", "lb", { mode: "gross", stable: true })]],
    variants: [
      ["\x02   12.50KGM\r\n", weight("12.50", "kg", { mode: "gross", stable: false })],
      ["\x02   99.99LGO\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
      ["\x02        LGO\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
    ],
    writes: back(["unit", "stable"], { mode: "gross" }),
  },
  {
    // 10
    format: "{A.2.1[W1]} {T.ACT.2[W1]} {T.ACT.1} {T.UNIT.1}#CR#LF",
    known: [["7 G   12.50 lb\r\n", weight("12.50", "lb", { mode: "gross", scale: 7 })]],
    variants: [["0 G   12.50 lb\r\n", weight("12.50", "lb", { mode: "gross" })]],
    writes: back(["unit", "mode", "scale"]),
  },
  {
    // 11
    format: "{T.ACT.2[W1]} {T.ACT.1} {T.UNIT.1} {T.DIS.1[W3]}#CR#LF",
    known: [["G   12.50 lb 822\r\n", weight("12.50", "lb", { mode: "gross", stable: true })]],
    variants: [
      ["G   99.99 lb 926\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
      ["G   12.50 lb 422\r\n", { kind: "rejected", reason: "malformed" }],
    ],
    writes: back(["unit", "mode", "stable"]),
  },
  {
    // 12
    format: "{T.ACT.2[W1]} {T.ACT.1} {T.UNIT.1} {T.WSTAT.1[W1]}#CR#LF",
    known: [["G   12.50 lb M\r\n", weight("12.50", "lb", { mode: "gross", stable: false })]],
    variants: [["G   12.50 lb      E\r\n", { kind: "error", unit: "lb", mode: "gross" }]],
    writes: back(["unit", "mode", "stable"]),
  },
  {
    // 26
    format: " {T.ACT.2[W1]}  {T.ACT.1[W6]} {T.UNIT.1[W2]} #CR#LF",
    known: [[" G   12.50 lb\r\n", weight("12.50", "lb", { mode: "gross" })]],
    variants: [[" N    0.50 kg \r\n", weight("0.50", "kg", { mode: "net" })]],
    writes: back(["unit", "mode"]),
  },
  {
    // 33
    format: "@{A.65.1}#CR{T.ACT.2[W1]} {T.ACT.1[W6]} {T.UNIT.1}#CR",
    known: [["@3\rG  12.50 lb\r", weight("12.50", "lb", { mode: "gross", scale: 3 })]],
    variants: [
      [
        "@3\r@4\rG  12.50 lb\r",
        [{ kind: "rejected", reason: "truncated" }, weight("12.50", "lb", { mode: "gross", scale: 4 })],
      ],
      [
        "G  12.50 lb\r@4\rG  12.60 lb",
        [{ kind: "rejected", reason: "malformed" }, weight("12.60", "lb", { mode: "gross", scale: 4 })],
      ],
    ],
    writes: back(["unit", "mode", "scale"]),
  },
  {
    // 1, of which net is meant
    format: ticket,
    known: [
      [
        " Gross   12.50 lb\r\n  Tare    0.50 lb\r\n   Net   12.00 lb\r\n",
        weight("12.00", "lb", { mode: "net" }),
      ],
    ],
    variants: [
      [
        " Gross   12.50 lb\r\n Gross   12.60 lb\r\n  Tare    0.50 lb\r\n   Net   12.10 lb\r\n",
        [{ kind: "rejected", reason: "truncated" }, weight("12.10", "lb", { mode: "net" })],
      ],
    ],
    settings: { weight: "net" },
    writes: back(["unit"], { mode: "net" }),
  },
  {
    // 1, of which nothing is said
    format: ticket,
    known: [
      [
        " Gross   12.50 lb\r\n  Tare    0.50 lb\r\n   Net   12.00 lb\r\n",
        { kind: "rejected", reason: "ambiguous" },
      ],
    ],
    variants: [],
    writes: () => ({ kind: "rejected", reason: "ambiguous" }),
  },
  {
    // Names without the T, bytes as decimal numbers, blanks around control characters
    format: "{RTN.2}: {RTN}{13}{10}{GWT.2} {GWT.1} {UNIT} #CR #LF{TWT.2} {TWT.1} {UNIT} #CR #LF",
    known: [
      ["Ticket: 12\r\nGross   12.50 lb\r\nTare    0.50 lb\r\n", weight("12.50", "lb", { mode: "gross" })],
    ],
    variants: [],
    writes: back(["unit"], { mode: "gross" }),
  },
  {
    // What the appliance asks dealers for: a number as text, and the unit as text
    format: "3,{T.NWT.1[W7]} lb\\r\\n",
    known: [["3,  12.50 lb\r\n", weight("12.50", "lb", { mode: "net", scale: 3 })]],
    variants: [
      ["3,12.50 lb\r\n", weight("12.50", "lb", { mode: "net", scale: 3 })],
      ["4,  12.50 lb\r\n", { kind: "rejected", reason: "malformed" }],
      ["3,  12.50 kg\r\n", { kind: "rejected", reason: "malformed" }],
    ],
    writes: back([], { unit: "lb", mode: "net", scale: 3 }),
  },
  {
    // Commas between values
    format: "{T.SITE.1},{T.GWT.1},{T.NWT.1},{T.UNIT.1},{T.S127.1}#CR",
    known: [["5,12.50,12.00,lb,0\r", weight("12.50", "lb", { mode: "gross", stable: true, scale: 5 })]],
    variants: [
      ["5,12.50,12.00,lb,3\r", { kind: "overload", unit: "lb", mode: "gross", scale: 5 }],
      ["5,12.50,12.00,lb,4\r", { kind: "error", unit: "lb", mode: "gross", scale: 5 }],
      ["5,12,50,12,00,lb,0\r", { kind: "rejected", reason: "malformed" }],
    ],
    settings: { weight: "gross" },
    writes: back(["unit", "stable", "scale"], { mode: "gross" }),
  },
  {
    // Widths alone say where values end
    format: "{A.1.1[W3]}{T.GWT.1[W7]}{T.UNIT.1}#CR#LF",
    known: [["0071234.50lb\r\n", weight("1234.50", "lb", { mode: "gross", scale: 7 })]],
    variants: [["  7  12.50kg\r\n", weight("12.50", "kg", { mode: "gross", scale: 7 })]],
    writes: back(["unit", "scale"], { mode: "gross" }),
  },
  {
    // Rice Lake: the stream
    format: "<2><P><W7.><U><M><S><CR><LF>",
    known: [
      ["\x02   12.50LG \r\n", weight("12.50", "lb", { mode: "gross", stable: true })],
      ["\x02-   0.25KNM\r\n", weight("-0.25", "kg", { mode: "net", stable: false })],
    ],
    variants: [
      ["\x02   12.50 G \r\n", weight("12.50", null, { mode: "gross", stable: true })],
      ["\x02    0.00LGZ\r\n", weight("0.00", "lb", { mode: "gross", stable: true })],
      ["\x02 -------LGI\r\n", { kind: "error", unit: "lb", mode: "gross" }],
      ["\x02        LGO\r\n", { kind: "overload", unit: "lb", mode: "gross" }],
      ["\x02   12.50LG\r\n", { kind: "rejected", reason: "malformed" }],
    ],
    writes: back(["unit", "mode", "stable"]),
  },
  {
    // GFMT
    format: "GROSS<G><NL2><TD><NL>",
    known: [["GROSS    1250 lb\r\n\r\n01/02/2024 10:11 AM\r\n", weight("1250", "lb", { mode: "gross" })]],
    variants: [["NET      1250 lb\r\n", { kind: "rejected", reason: "malformed" }]],
    writes: back(["unit"], { mode: "gross" }),
  },
  {
    // NFMT without units, and the scale's id
    format: "ID <UID><NL><SU>GROSS<SP2><G><NL>TARE<SP3><T><NL>NET<SP4><N><NL>",
    known: [
      [
        "ID 2\r\nGROSS    1250\r\nTARE       50\r\nNET      1200\r\n",
        weight("1200", null, { mode: "net", scale: 2 }),
      ],
    ],
    variants: [],
    settings: { weight: "net" },
    writes: back(["scale"], { mode: "net" }),
  },
];
