import type { DialectSettings } from "../../dialect.ts";
import { readDigits } from "../../number.ts";
import { type Print, type PrintMode, type PrintUnit, rejected, weighed, withoutWeight } from "../../print.ts";
import { readPrintUnit } from "../../print-units.ts";
import { readWeight } from "../../read-weight.ts";

interface Layout {
  readonly pattern: RegExp;
  /** What the groups of the pattern say. */
  readonly read: (fields: readonly string[], settings: DialectSettings) => Print;
}

interface Fields {
  readonly digits: string;
  /** null: an unknown one. */
  readonly unit: PrintUnit | null | "none" | "count";
  readonly mode: PrintMode | null;
  readonly stable: boolean | null;
  /** What makes the number useless. */
  readonly kind?: "overload" | "underload" | "error" | undefined;
}

function print({ digits, unit: printed, mode, stable, kind }: Fields, settings: DialectSettings): Print {
  const unit = printed === "none" ? settings.unit : printed;
  if (kind !== undefined) return withoutWeight(kind, { unit: unit === "count" ? null : unit, mode });
  if (unit === "count") return withoutWeight("other");
  if (unit === null && printed === null) return rejected("unknown_unit");
  if (/^[ .]*-[- .]*$/.test(digits)) return withoutWeight("error", { unit, mode });
  if (mode === "tare") return withoutWeight("other", { unit, mode });
  return readWeight(digits, settings, { unit, mode, stable });
}

const modes: Readonly<Record<string, PrintMode>> = { G: "gross", N: "net", T: "tare", g: "gross", n: "net" };
const unitLetters: Readonly<Record<string, Fields["unit"]>> = {
  L: "lb",
  K: "kg",
  T: "t",
  G: "g",
  O: "oz",
  P: "count",
  " ": "none",
};
const loadLetters: Readonly<Record<string, Fields["kind"]>> = {
  O: "overload",
  U: "underload",
  E: "error",
  I: "error",
};

/** Every layout of one line or message; no text is of two. */
export const layouts: readonly Layout[] = [
  // Rice Lake 520 p. 68, 880 p. 84; Cardinal 200 p. 28 (IQ355); Transcell TI-500 p. 21 (O, N, P, C); Fairbanks FB3000 p. 57;
  // rinstrum R320 p. 46 (FMT_5). Status: valid, moving, over or under, invalid, centre of zero.
  {
    pattern: /^\x02?([ +-][ \d.,-]{6,8})([LKTGONPC ])([GNT])([ MOIZ])$/,
    read: ([digits = "", unit = "", mode = "", status = ""], settings) =>
      print(
        {
          digits,
          unit: unitLetters[unit] ?? null,
          mode: modes[mode] ?? null,
          stable: status !== "M",
          kind: loadLetters[status],
        },
        settings,
      ),
  },
  // Transcell TI-500 p. 20: `STX polarity weight SP LB SP GR`.
  {
    pattern: /^\x02([ +-][ \d.,-]{6,9}) ([A-Z]{2}) (GR|NT)$/,
    read: ([digits = "", unit = "", mode = ""], settings) =>
      print(
        { digits, unit: readPrintUnit(unit), mode: mode === "NT" ? "net" : "gross", stable: null },
        settings,
      ),
  },
  // GSE 355 p. 63: `STX weight SP unit SP Gross status`.
  {
    pattern: /^\x02([ \d.,-]{6,9}) +([A-Za-z]{1,3}) (Gross|Net|Qty|Tare)( [A-Za-z]?|[A-Za-z]?)$/,
    read: ([digits = "", unit = "", mode = "", text = ""], settings) => {
      const status = text.trim().toUpperCase();
      if (!/^[MOUE]?$/.test(status)) return rejected("malformed");
      return print(
        {
          digits,
          unit: mode === "Qty" ? "count" : readPrintUnit(unit),
          mode: modes[mode.charAt(0)] ?? null,
          stable: text === "" ? null : status !== "M",
          kind: loadLetters[status],
        },
        settings,
      );
    },
  },
  // Doran 4100 p. 72: `STX polarity weight SP lb SP MOT.`.
  {
    pattern: /^\x02([ +-][ \d.,-]{5,8}) ([a-z]{1,2}) +(?:(MOT\.?)|(OVER|OVR|OL)|(UNDER|UND|UL))?$/,
    read: ([digits = "", unit = "", moves, over, under], settings) =>
      print(
        {
          digits,
          unit: readPrintUnit(unit),
          mode: null,
          stable: moves === "",
          kind: over ? "overload" : under ? "underload" : undefined,
        },
        settings,
      ),
  },
  // Cardinal 200 p. 28, 190 p. 65: SB-400, weight on demand. Six digits; whether there is a point is a setting.
  {
    pattern: /^([ -])([ \d.]{6,7})(tn|lb|oz| t|t |kg| g|g |TN|LB|OZ|KG| G|G )([GN])(OC|BZ|CZ|MO|EE|ee| {2})$/,
    read: ([sign = "", digits = "", unit = "", mode = "", status = ""], settings) =>
      withDecimals(sign, digits, settings, (text) =>
        print(
          {
            digits: text,
            unit: readPrintUnit(unit),
            mode: modes[mode] ?? null,
            stable: status !== "MO",
            kind: status === "OC" ? "overload" : /ee/i.test(status) ? "error" : undefined,
          },
          settings,
        ),
      ),
  },
  // Cardinal 200 p. 28: SB-200, `CR sign weight status unit mode ETX`.
  {
    pattern: /^([ -])([\d.]{6,7})([ moe])(tn|lb|oz| t|t |kg| g|g )([GN])$/,
    read: ([sign = "", digits = "", status = "", unit = "", mode = ""], settings) =>
      withDecimals(sign, digits, settings, (text) =>
        print(
          {
            digits: text,
            unit: readPrintUnit(unit),
            mode: modes[mode] ?? null,
            stable: status !== "m",
            kind: loadLetters[status.toUpperCase()],
          },
          settings,
        ),
      ),
  },
  // Cardinal 200 p. 28: WI-110, `mode SP sign weight SP unit`.
  {
    pattern: /^([GNT]) ([ +-][ \d.,]{5,8}) (lb|kg|oz| g|g|tn|t)$/,
    read: ([mode = "", digits = "", unit = ""], settings) =>
      print({ digits, unit: readPrintUnit(unit), mode: modes[mode] ?? null, stable: null }, settings),
  },
  // Fairbanks 2800 p. 69: `SP weight SP LB SP GR`, the legend in small letters while the load moves.
  {
    pattern: /^ ([ \d.-]{6}|--[ou]L--) ([A-Za-z]{2}) (GR|NT|TR|gr|nt|tr)$/,
    read: ([digits = "", unit = "", legend = ""], settings) =>
      print(
        {
          digits,
          unit: readPrintUnit(unit),
          mode: modes[legend.charAt(0).toUpperCase()] ?? null,
          stable: legend === legend.toUpperCase(),
          kind: digits.includes("o") ? "overload" : digits.includes("u") ? "underload" : undefined,
        },
        settings,
      ),
  },
  // Fairbanks 2800 p. 66: FBPUTR, `STX 4 id weight ETX`; dashes on overload.
  {
    pattern: /^\x024([0134])([ \d.-]{6})$/,
    read: ([id = "", digits = ""], settings) =>
      print(
        {
          digits,
          unit: id < "3" ? "lb" : "kg",
          mode: id === "0" || id === "3" ? "gross" : "net",
          stable: null,
          kind: /^-+$/.test(digits.trim()) ? "overload" : undefined,
        },
        settings,
      ),
  },
  // Fairbanks 2800 p. 66: CONCON, `STX weight unit status CR`; blanks when over or under.
  {
    pattern: /^\x02([ \d.-]{6})([LKOGT])([ MO])$/,
    read: ([digits = "", unit = "", status = ""], settings) =>
      print(
        {
          digits,
          unit: unitLetters[unit] ?? null,
          mode: null,
          stable: status !== "M",
          kind: loadLetters[status],
        },
        settings,
      ),
  },
  // rinstrum R320 p. 46: FMT_3, `STX weight mode motion load zero SP SP ETX`.
  {
    pattern: /^\x02([ \d.-]{8})([GN])([MS])([IOU])[Z ] {0,2}$/,
    read: ([digits = "", mode = "", motion = "", load = ""], settings) =>
      print(
        {
          digits,
          unit: "none",
          mode: modes[mode] ?? null,
          stable: motion === "S",
          kind: load === "I" ? undefined : loadLetters[load],
        },
        settings,
      ),
  },
  // rinstrum R320 p. 46: FMT_1, FMT_2 and FMT_6, M4222: `STX sign weight mode`, then perhaps motion, zero, range and unit,
  // which is blank in motion. In place of the sign may stand which traffic light is on.
  {
    pattern: /^\x02([ 0`p-])([ \d.-]{7})([GNUOME])(?:([ M])[ Z][-12](.{3}))?$/,
    read: ([sign = "", digits = "", mode = "", motion = "", unit = ""], settings) =>
      print(
        {
          digits: (sign === "-" ? "-" : "") + digits,
          unit: unit.trim() === "" ? "none" : readPrintUnit(unit),
          mode: modes[mode] ?? null,
          stable: mode !== "M" && motion !== "M",
          kind: loadLetters[mode],
        },
        settings,
      ),
  },
  // Gram K3 p. 34, Z3 p. 17: PC0, `STX status sign weight unit CR ETX`. Status: 20h and 1 gross, 2 a tare is set, 8 zero, 40h still;
  // a net weight has a tare.
  {
    pattern: /^\x02([!-#)-+a-ci-k])([ -])([ \d.]{7})( g|g |kg|oz|lb)$/,
    read: ([status = "", sign = "", digits = "", unit = ""], settings) => {
      const bits = status.charCodeAt(0) - 0x20;
      return print(
        {
          digits: sign + digits,
          unit: readPrintUnit(unit),
          mode: bits & 1 ? "gross" : "net",
          stable: (bits & 0x40) !== 0,
        },
        settings,
      );
    },
  },
  // rinstrum: answers that name a register.
  { pattern: /^[0-9A-F]{8}:[ -~]*$/, read: () => withoutWeight("other") },
  // Rice Lake 880 p. 105: `STX address weight SP unit`; the same without an address. The letters of modes are no address.
  {
    pattern: /^\x02?(?:[A-FH-MO-SU-Z](?=[ -]))?([ \d.,-]*\d) (lb|kg|oz|g|tn|t)$/,
    read: ([digits = "", unit = ""], settings) =>
      print({ digits, unit: readPrintUnit(unit), mode: null, stable: null }, settings),
  },
];

/** A weight without a point may be one whose decimals only the settings can say. */
function withDecimals(
  sign: string,
  digits: string,
  { decimals }: DialectSettings,
  read: (digits: string) => Print,
): Print {
  const said = read(sign + digits);
  if (said.kind !== "weight" || digits.includes(".")) return said;
  if (decimals === null) return rejected("decimals_unknown");
  const value = readDigits(digits, decimals, sign === "-");
  return value === null ? rejected("malformed") : weighed(value, said);
}
