import type { DialectExamples } from "../examples.ts";
import { awtxExamples } from "./awtx.ts";
import { condecExamples } from "./condec.ts";
import { diniExamples } from "./dini.ts";
import { mtSicsExamples } from "./mt-sics.ts";
import { nciExamples } from "./nci.ts";
import { ohausExamples } from "./ohaus.ts";
import { sartoriusExamples } from "./sartorius.ts";
import { smaExamples } from "./sma.ts";
import { stGsExamples } from "./st-gs.ts";
import { toledo8217Examples } from "./toledo-8217.ts";
import { toledoContinuousExamples } from "./toledo-continuous.ts";
import { yaohuaExamples } from "./yaohua.ts";

/** The print of today, as plants send it. */
const lineExamples: DialectExamples = {
  known: [
    ["1,45.20 lb\r\n", { kind: "weight", weight: "45.20", unit: "lb", scale: 1 }],
    ["2,   45.20 lb\r", { kind: "weight", weight: "45.20", unit: "lb", scale: 2 }],
    ["12,20 kg", { kind: "weight", weight: "20", unit: "kg", scale: 12 }],
    ["1,45,20 kg\r\n", { kind: "weight", weight: "45.20", unit: "kg", scale: 1 }],
    ["\x021,45.20 lb\x03", { kind: "weight", weight: "45.20", unit: "lb", scale: 1 }],
  ],
  variants: [],
};

/** By the names of the dialects. */
export const allExamples: Readonly<Record<string, DialectExamples>> = {
  line: lineExamples,
  awtx: awtxExamples,
  sma: smaExamples,
  condec: condecExamples,
  "st-gs": stGsExamples,
  nci: nciExamples,
  "mt-sics": mtSicsExamples,
  "toledo-continuous": toledoContinuousExamples,
  "toledo-8217": toledo8217Examples,
  sartorius: sartoriusExamples,
  ohaus: ohausExamples,
  dini: diniExamples,
  yaohua: yaohuaExamples,
};
