import type { Element, StatusKind, Token, WeightElement } from "./element.ts";

const TOKEN = /^(?:T\.)?([A-Z][A-Z0-9]*|\d+)(?:\.(\d+))?((?:\[[^[\]]*\])*)$/i;
const USER_VALUE = /^A\.(\d+)(?:\.(\d+))?((?:\[[^[\]]*\])*)$/i;
const MODIFIER = /^(?:([WJUF])(\d{1,3})|H([0-9A-F]{2}))$/i;

const weights: Readonly<Record<string, WeightElement["of"]>> = {
  GWT: "gross",
  NWT: "net",
  ACT: "displayed",
  DSP: "displayed",
  SAT: "tare",
  TWT: "tare",
};
const statuses: Readonly<Record<string, StatusKind>> = {
  STAT: "condec",
  WST: "wst",
  WSTAT: "wstat",
  DIS: "dis",
  S127: "s127",
};
const numbers = ["GAT", "NAT", "TAT", "CAT", "GTO", "STO", "CNT", "PNW", "PGW", "RTN"];
const texts = ["TIM", "DAT", "SN", "NAME", "VER", "TSAT", "OUTS", "INS", "PLU", "DES"];
/** What the manuals number. */
const names: Readonly<Record<string, string>> = {
  5: "WST",
  9: "UNIT",
  15: "WSTAT",
  17: "TSAT",
  28: "HEX",
  253: "OUTS",
  254: "INS",
  309: "SITE",
  310: "SN",
  311: "LK",
  312: "STAT",
  323: "S127",
  324: "NAME",
};

/** The tokens in braces, for people. */
const braceTokens = [
  ...Object.keys(weights),
  "UNIT",
  "LK",
  ...Object.keys(statuses),
  "SITE",
  ...numbers,
  ...texts,
  "HEX",
].sort();

/**
 * What stands in braces in the formats of Avery Weigh-Tronix: `T.NAME.part[W6]`, `NAME.part`, `A.number.part` (values of the
 * user), a token's number with a part, or a byte as a decimal number. Part 1 is the value, part 2 its label.
 * Sources: ZM401/ZM405 Service Manual (AWT35-501334), 10 and 11.2; B-Tek T419S Service Manual p. 92 and 106 (numbers,
 * modifiers); the factory formats.
 *
 * @param text without the braces.
 */
export function readBraceToken(text: string): Token {
  if (/^\d{1,3}$/.test(text)) {
    return Number(text) < 256
      ? byteElement(Number(text))
      : { fault: "is no byte: 0 to 255; the number of a token wants a part, as {309.1}" };
  }
  const user = USER_VALUE.exec(text);
  const [, name = "", part = "1", modifiers = ""] = user ?? TOKEN.exec(text) ?? [];
  if (name === "")
    return { fault: "is no token: {T.NAME.part[W6]}, {A.number.part} or a byte as {13} is expected" };
  if (part !== "1" && part !== "2") return { fault: `has part ${part}: 1 is the value, 2 its label` };
  const set = readModifiers(modifiers);
  if ("fault" in set) return set;
  if (user !== null) return part === "1" ? { kind: "scale", width: set.width } : { kind: "label", of: null };
  const upper = name.toUpperCase();
  return elementOf(names[upper] ?? upper, part, set);
}

interface Modifiers {
  readonly width: number | null;
  readonly byte: number | null;
}

function elementOf(name: string, part: string, { width, byte }: Modifiers): Token {
  const weight = weights[name];
  const status = statuses[name];
  if (part === "2") {
    if (weight === "displayed") return { kind: "mode" };
    if (braceTokens.includes(name)) return { kind: "label", of: weight ?? null };
  }
  if (name === "HEX") return byte === null ? { fault: "wants its byte: [h02]" } : byteElement(byte);
  if (weight !== undefined) return { kind: "weight", of: weight, width, hasUnit: false };
  if (status !== undefined) return { kind: "status", of: status };
  if (name === "UNIT" || name === "LK") return { kind: "unit" };
  if (name === "SITE") return { kind: "scale", width };
  if (numbers.includes(name)) return { kind: "number", width };
  if (texts.includes(name)) return { kind: "text", width };
  return { fault: `is not known. Known are ${braceTokens.join(", ")}, and A.number` };
}

function readModifiers(text: string): Modifiers | { readonly fault: string } {
  let width: number | null = null;
  let byte: number | null = null;
  for (const modifier of text.split(/[[\],]+/).filter((one) => one !== "")) {
    const [, letter, digits, hex] = MODIFIER.exec(modifier) ?? [];
    if (hex !== undefined) byte = Number.parseInt(hex, 16);
    else if (letter === undefined) {
      return {
        fault: `has the modifier [${modifier}]. Known are [W6] width, [J1] [J2] side, [U3] unit, [F1] form, [h0D] byte`,
      };
    } else if (/w/i.test(letter)) width = Number(digits);
  }
  if (width !== null && (width < 1 || width > 127)) return { fault: "has a width that is not 1 to 127" };
  return { width, byte };
}

/** A control character stands between lines, TAB and ESC within one. */
export function byteElement(byte: number): Element {
  const text = String.fromCharCode(byte);
  return { kind: byte < 0x20 && byte !== 0x09 && byte !== 0x1b ? "end" : "literal", text };
}
