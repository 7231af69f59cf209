import { cutLine } from "../cut-lines.ts";
import type { Dialect, DialectSettings, Shown } from "../dialect.ts";
import { readNumber } from "../number.ts";
import { type Print, type PrintMode, rejected, weighed, withoutWeight } from "../print.ts";
import { isNoWeight, readPrintUnit } from "../print-units.ts";

const ADDRESS = String.raw`(\d\d)?`;
const STATUS = "(ST|US|OL|UL|ER)";
const UNIT = " *([A-Za-z]{1,3}) *";
const STANDARD = new RegExp(`^${ADDRESS}${STATUS},(GS|NT|VL|RZ),(.{8}),${UNIT}$`);
const EXTENDED = new RegExp(
  String.raw`^${ADDRESS}(\d)${STATUS},\d,(.{6,10}),(?:PT|  )?(.{6,10}), *\d+,${UNIT}(?:,[\d/]{8} [\d:]{8})?$`,
);
const EXTENDED_3590 = new RegExp(
  String.raw`^${ADDRESS}(\d),${STATUS},(.{10}),(?:PT|  )(.{10}), *\d+, *\d+,${UNIT}$`,
);
const GROSS_TARE = new RegExp(`^${ADDRESS}${STATUS},(\\d),(.{10})${UNIT},(?:PT|  ).{10}[A-Za-z ]{1,3}$`);

/**
 * Dini Argeo: `ST,GS,     0.0,kg`, behind the indicator's code of two digits where it is on RS-485; the extended string
 * `1ST,1,       0.0,PT    20.8,         0,kg` with the net weight and the tare; `ST,1,      12.5kg,PT       0.5kg` with the gross
 * weight and the tare. The code, or the number of the platform in use, is the scale's id.
 * Sources: Dini Argeo DGT4X p. 52, 3590 p. 65 and 69, DGT p. 47, DFW serial protocol 21.03 (commands, ERR01 to ERR04).
 */
export const dini: Dialect = {
  name: "dini",
  title: "Dini Argeo (DGT, DFW, 3590 and others)",
  cut: (held, stage) => cutLine(held, stage, /[\r\n]/),
  parse,
  write,
  commands: {
    weight: "READ\r\n",
    zero: "ZERO\r\n",
    tare: "TARE\r\n",
    clearTare: "CLEAR\r\n",
    print: "PRNT\r\n",
  },
};

interface Fields {
  readonly address: string | undefined;
  readonly platform?: string;
  readonly status: string;
  readonly mode: PrintMode;
  readonly weight: string;
  readonly unit: string;
}

function parse(frame: string, settings: DialectSettings): Print {
  const text = frame.trimEnd();
  const fields = readFields(text);
  if (fields === "other") return withoutWeight("other");
  if (fields !== null) return readWeight(fields, settings);
  if (/^(?:\d\d)?ERR0[1-4]$/.test(text)) return withoutWeight("error");
  return /^(?:\d\d)?(?:OK|VER,[ -~]*)$/.test(text) ? withoutWeight("other") : rejected("malformed");
}

function readFields(text: string): Fields | "other" | null {
  const standard = STANDARD.exec(text);
  if (standard !== null) {
    const [, address, status = "", kind, weight = "", unit = ""] = standard;
    // Microvolts, points of the converter.
    if (kind === "VL" || kind === "RZ") return "other";
    return { address, status, mode: kind === "NT" ? "net" : "gross", weight, unit };
  }
  const extended = EXTENDED.exec(text) ?? EXTENDED_3590.exec(text);
  if (extended !== null) {
    const [, address, platform = "", status = "", weight = "", , unit = ""] = extended;
    return { address, platform, status, mode: "net", weight, unit };
  }
  const [, address, status, platform = "", weight = "", unit = ""] = GROSS_TARE.exec(text) ?? [];
  return status === undefined ? null : { address, platform, status, mode: "gross", weight, unit };
}

function readWeight(
  { address, platform, status, mode, weight, unit: name }: Fields,
  settings: DialectSettings,
): Print {
  if (isNoWeight(name)) return withoutWeight("other");
  const unit = readPrintUnit(name);
  // Of a remote platform the number is 0, which is no id.
  const scale = Number(address ?? platform ?? 0) || null;
  if (status === "OL") return withoutWeight("overload", { unit, mode, scale });
  if (status === "UL") return withoutWeight("underload", { unit, mode, scale });
  if (status === "ER") return withoutWeight("error", { unit, mode, scale });
  if (unit === null) return rejected("unknown_unit");
  const number = readNumber(weight, settings.decimalMark);
  if (number === null || number === "ambiguous") return rejected(number ?? "malformed");
  return weighed(number.value, { unit, mode, scale, stable: status === "ST", mark: number.mark });
}

function write({ weight, unit, mode, stable }: Shown): string {
  return `${stable ? "ST" : "US"},${mode === "net" ? "NT" : "GS"},${weight.padStart(8)},${unit}\r\n`;
}
