import { readAngleToken } from "./angle-token.ts";
import { byteElement, readBraceToken } from "./brace-token.ts";
import { type Element, type FormatFault, isValue, type Token, widthOf } from "./element.ts";

const controls: Readonly<Record<string, number>> = {
  NUL: 0,
  STX: 2,
  ETX: 3,
  TAB: 9,
  LF: 10,
  FF: 12,
  CR: 13,
  ESC: 27,
};
const escapes: Readonly<Record<string, number>> = { "0": 0, t: 9, n: 10, f: 12, r: 13, e: 27, "\\": 92 };

/** Reads an indicator's format string into its pieces, in order. */
export function readFormat(text: string): readonly Element[] | FormatFault {
  // Braces and angles are tokens of different makers: where there are braces, an angle is an angle.
  const hasBraces = /\{[^{}]*\}/.test(text);
  const elements: Element[] = [];
  let areUnitsOff = false;
  for (let at = 0; at < text.length; ) {
    const { length, element } = pieceAt(text, at, hasBraces);
    if ("fault" in element) {
      return { character: at + 1, token: text.slice(at, at + length), message: element.fault };
    }
    if (isUnbounded(elements.at(-1), element)) {
      return {
        character: at + 1,
        token: text.slice(at, at + length),
        message: "stands right behind another value: one of the two wants a width, as {T.GWT.1[W7]}",
      };
    }
    if (!hasBraces && /^<SU>$/i.test(text.slice(at, at + length))) areUnitsOff = !areUnitsOff;
    elements.push(element.kind === "weight" && areUnitsOff ? { ...element, hasUnit: false } : element);
    at += length;
  }
  return elements;
}

/** Where two values stand side by side, only widths say where one ends. */
function isUnbounded(first: Element | undefined, second: Element): boolean {
  return isValue(first) && isValue(second) && widthOf(first) === null && widthOf(second) === null;
}

interface Piece {
  readonly length: number;
  readonly element: Token;
}

function pieceAt(text: string, at: number, hasBraces: boolean): Piece {
  const rest = text.slice(at);
  const character = rest.charAt(0);
  if (character === "{") return enclosed(rest, "}", readBraceToken);
  if (character === "<" && !hasBraces) return enclosed(rest, ">", readAngleToken);
  if (character === "#") return numberSign(rest, hasBraces);
  if (character === "\\") return escaped(rest);
  const code = rest.charCodeAt(0);
  return { length: 1, element: code < 256 ? byteElement(code) : { fault: "is no character of one byte" } };
}

function enclosed(rest: string, close: string, read: (text: string) => Token): Piece {
  const end = rest.indexOf(close);
  if (end < 0) return { length: rest.length, element: { fault: `is not closed: ${close} is missing` } };
  return { length: end + 1, element: read(rest.slice(1, end)) };
}

function numberSign(rest: string, hasBraces: boolean): Piece {
  const [, name = ""] = /^#([A-Z]{2,3})/.exec(rest) ?? [];
  // `#CRLF` is two.
  const known = [name, name.slice(0, 2)].find((one) => controls[one] !== undefined);
  if (known !== undefined) return { length: known.length + 1, element: byteElement(controls[known] ?? 0) };
  if (name === "" || !hasBraces) return { length: 1, element: { kind: "literal", text: "#" } };
  const fault = `is not known. Known are ${Object.keys(controls)
    .map((one) => `#${one}`)
    .join(", ")}`;
  return { length: name.length + 1, element: { fault } };
}

function escaped(rest: string): Piece {
  const [hexText, hex] = /^\\x([0-9A-Fa-f]{2})/.exec(rest) ?? [];
  if (hexText !== undefined && hex !== undefined) {
    return { length: hexText.length, element: byteElement(Number.parseInt(hex, 16)) };
  }
  const byte = escapes[rest.charAt(1)];
  if (byte !== undefined) return { length: 2, element: byteElement(byte) };
  return {
    length: 2,
    element: { fault: "is not known. Known are \\r, \\n, \\t, \\f, \\e, \\0, \\\\ and \\x02" },
  };
}
