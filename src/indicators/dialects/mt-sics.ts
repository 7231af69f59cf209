import { cutLine } from "../cut-lines.ts";
import type { Dialect, DialectSettings, Shown } from "../dialect.ts";
import { readNumber, withoutBrackets } from "../number.ts";
import { type Print, rejected, weighed, withoutWeight } from "../print.ts";
import { isNoWeight, readPrintUnit } from "../print-units.ts";

// What a command for the weight is answered with; Radwag answers SI, SU and SUI by their own names.
const WEIGHING = "S(?:I|IR|R|NR|U|UI|IU|IRU|RU|NRU)?";
const VALUE = String.raw` *([+-]? *[\d.,[\]]+) +(\S{1,5})`;
const REPLY = new RegExp(`^${WEIGHING} +([SD]) ${VALUE}$`);
const NO_WEIGHT = new RegExp(`^${WEIGHING} +([-+ILEA^v])$`);
// Balances before SICS, without an echo: S, SD or nothing, then the weight. Radwag: S or SI, then `?` where it moves.
const PRINT = new RegExp(`^(S|SD|SI|SU|SUI) +(\\?)?${VALUE}$`);
// Printed by Radwag: mark, sign, mass in 9 (in 11 with brackets), unit in 3.
const RADWAG_PRINT = /^([ ?^v]) ([- ] *[\d.,[\]]+) ([A-Za-z%]{1,3}) *$/;
const radwagLengths: readonly number[] = [16, 18];
const SIX1 =
  /^SIX1 ([SD]) \d [ZN] [RN] [RN] \d \d \d \d [NMP] +([+-]?[\d.,]+) +([+-]?[\d.,]+) +([+-]?[\d.,]+) +(\S{1,5})$/;
const TARE = new RegExp(`^(?:T|TI|TA) [SDA] ${VALUE}$`);
const DONE = /^[A-Z@][A-Z0-9]{0,5} (?:[AB](?: [ -~]*)?|[SD])$/;
const REFUSED = /^(?:E[STL]|[A-Z@][A-Z0-9]{0,5} [-+IL])$/;

/**
 * MT-SICS, levels 0 and 1: `S S     100.00 g`, with `S` still or `D` moving. Also KERN's protocol KCP, which is the same; the
 * prints of balances before SICS (`S     1.27 g`, `SD -12.69 g`, `SI+`); and Radwag, whose replies share the shape, and whose
 * prints begin with a mark in place of a command.
 * Sources: MT-SICS reference manuals as in Atlantis-Software/mt-sics and ricado-group/dotnet-mettlertoledo (SIX1); KERN
 * KCP reference manual 1.3.8, 3 (value in 10 characters, sign beside the digits); A&D GX-300 p. 46 (the prints before
 * SICS); Radwag WTC/2000 p. 51, APP 3Y p. 203. Models have values of 10, 11 and more characters, so blanks are not counted.
 */
export const mtSics: Dialect = {
  name: "mt-sics",
  title: "MT-SICS (Mettler-Toledo, KERN KCP, Radwag)",
  cut: (held, stage) => cutLine(held, stage, /[\r\n]/),
  parse,
  write,
  commands: {
    weight: "SI\r\n",
    stillWeight: "S\r\n",
    zero: "Z\r\n",
    tare: "T\r\n",
    clearTare: "TAC\r\n",
  },
  isAnswer,
};

/** Answers begin with their command; those to all commands for the weight with S. Faults name none. */
function isAnswer(command: string, frame: string): boolean {
  const said = /^[A-Z@]+/.exec(frame)?.[0] ?? "";
  const asked = /^[A-Z@]+/.exec(command)?.[0] ?? "";
  if (/^E[STL]$/.test(said) || asked === "") return true;
  return asked.startsWith("S") ? !/^[TZI@]/.test(said) : said === asked;
}

function parse(frame: string, settings: DialectSettings): Print {
  const [, radwagMark, mass = "", massUnit = ""] = RADWAG_PRINT.exec(frame) ?? [];
  if (radwagMark !== undefined && radwagLengths.includes(frame.length)) {
    if (radwagMark === "^" || radwagMark === "v") return readMark(radwagMark);
    return readWeight(mass, massUnit, { stable: radwagMark === " " }, settings);
  }
  const text = frame.trimEnd();
  if (text === "^" || text === "v") return readMark(text);
  const [, reply, value = "", unit = ""] = REPLY.exec(text) ?? [];
  if (reply !== undefined) return readWeight(value, unit, { stable: reply === "S" }, settings);
  const [, mark] = NO_WEIGHT.exec(text) ?? /^SI([-+]?)$/.exec(text) ?? [];
  if (mark !== undefined) return readMark(mark);
  const [, state, moves, printed = "", printedUnit = ""] = PRINT.exec(text) ?? [];
  if (state !== undefined) {
    const stable = state !== "SD" && moves === undefined;
    return readWeight(printed, printedUnit, { stable }, settings);
  }
  const [, stability, gross = "", net = "", , unitOfAll = ""] = SIX1.exec(text) ?? [];
  if (stability !== undefined) {
    const mode = settings.weight ?? "net";
    const said = { mode, stable: stability === "S" };
    return readWeight(mode === "net" ? net : gross, unitOfAll, said, settings);
  }
  const [, , tareUnit] = TARE.exec(text) ?? [];
  if (tareUnit !== undefined) return withoutWeight("other", { unit: readPrintUnit(tareUnit), mode: "tare" });
  if (DONE.test(text)) return withoutWeight("other");
  return REFUSED.test(text) ? withoutWeight("error") : rejected("malformed");
}

function readMark(mark: string): Print {
  if (mark === "+" || mark === "^") return withoutWeight("overload");
  if (mark === "-" || mark === "v") return withoutWeight("underload");
  // Radwag: understood, and the weight follows as soon as it is still.
  return withoutWeight(mark === "A" ? "other" : "error");
}

function readWeight(
  value: string,
  unitText: string,
  said: Partial<Pick<Print, "mode" | "stable">>,
  { decimalMark }: DialectSettings,
): Print {
  if (isNoWeight(unitText)) return withoutWeight("other");
  const unit = readPrintUnit(unitText);
  if (unit === null) return rejected("unknown_unit");
  const number = readNumber(withoutBrackets(value), decimalMark);
  if (number === null) return rejected("malformed");
  if (number === "ambiguous") return rejected("ambiguous");
  return weighed(number.value, { ...said, unit, mark: number.mark });
}

function write({ weight, unit, stable }: Shown): string {
  return `S ${stable ? "S" : "D"} ${weight.padStart(10)} ${unit}\r\n`;
}
