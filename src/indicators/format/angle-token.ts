import { byteElement } from "./brace-token.ts";
import type { Token, WeightElement } from "./element.ts";

const weights: Readonly<Record<string, WeightElement["of"]>> = {
  W: "displayed",
  G: "gross",
  N: "net",
  T: "tare",
};
const controls: Readonly<Record<string, number>> = {
  CR: 13,
  LF: 10,
  STX: 2,
  ETX: 3,
  TAB: 9,
  FF: 12,
  ESC: 27,
};
const numbers = ["AC", "C", "CN"];
const texts = [
  "A",
  "G2",
  "N2",
  "T2",
  "TD",
  "TI",
  "DA",
  "AD",
  "AT",
  "H1",
  "H2",
  "IDC",
  "IDD",
  "IDLC",
  "IDP",
  "IDLT",
];
/** Width, then perhaps a point and decimals: `W7.`, `W-07.2`, `G6`. */
const STREAMED = /^([WGNT])-?0?(\d)\.{0,2}\d?(?:\/[PST])?$/i;

/** The tokens in angles, for people. */
const angleTokens = [
  ...["G", "N", "T", "UID", "ID", "NL", "SP", "SU", "P", "U", "M", "S", "W7."],
  ...Object.keys(controls),
  ...numbers,
  ...texts,
].sort();

/**
 * What stands in angles in the formats of Rice Lake, for prints (`<G>` with its unit) and for streams (`<P><W7.><U><M><S>`).
 * Sources: Rice Lake 880 Technical Manual p. 84 and 105, 520 p. 83, 820i p. 98, 920i p. 115; 680 and Counterpart manuals, print
 * formatting.
 *
 * @param text without the angles.
 */
export function readAngleToken(text: string): Token {
  const upper = text.toUpperCase();
  const control = controls[upper];
  if (control !== undefined) return byteElement(control);
  if (/^\d{1,3}$/.test(text))
    return Number(text) < 256 ? byteElement(Number(text)) : { fault: "is no byte: 0 to 255" };
  const streamed = STREAMED.exec(text);
  if (streamed !== null) {
    const of = weights[(streamed[1] ?? "").toUpperCase()] ?? "displayed";
    return { kind: "weight", of, width: Number(streamed[2]), hasUnit: false };
  }
  if (/^NL\d{0,2}$/.test(upper)) return { kind: "end", text: "\r\n".repeat(Number(upper.slice(2) || 1)) };
  if (/^SP\d{0,2}$/.test(upper)) return { kind: "literal", text: " ".repeat(Number(upper.slice(2) || 1)) };
  const name = upper.replace(/#\d{1,2}$/, "");
  const weight = weights[name];
  if (weight !== undefined && name !== "W") return { kind: "weight", of: weight, width: null, hasUnit: true };
  if (/^P[GNT]?$/.test(name)) return { kind: "polarity" };
  if (/^U[PST]?$/.test(name)) return { kind: "unit" };
  if (/^M[GNT]?$/.test(name)) return { kind: "mode" };
  if (name === "S") return { kind: "status", of: "condec" };
  if (name === "UID" || name === "ID") return { kind: "scale", width: null };
  if (name === "SU") return { kind: "literal", text: "" };
  if (numbers.includes(name)) return { kind: "number", width: null };
  if (texts.includes(name)) return { kind: "text", width: null };
  return { fault: `is not known. Known are ${angleTokens.join(", ")}, and a byte as <2>` };
}
