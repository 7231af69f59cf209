import { readModeWord } from "../mode-words.ts";
import { type Element, isValue, type StatusKind, type WeightElement, widthOf } from "./element.ts";
import type { Field } from "./read-fields.ts";

/** Digits, or what an indicator shows in place of them; nothing is left for a mark of overload. */
const VALUE = /[+-]? *(?:\d+(?:[.,]\d+|\.(?!\d))?|[.,]\d+)|-{2,}|\^{2,}|_{2,}|/y;
/** The same before a comma that separates. */
const VALUE_BEFORE_COMMA = /[+-]? *(?:\d+(?:\.\d*)?|\.\d+)|-{2,}|\^{2,}|_{2,}|/y;
const UNIT_BEHIND = / +[A-Za-z]{1,3}/y;
const NUMBER = /[+-]? *[\d.,]*/y;
const BLANKS = / */y;
const LETTERS = /[A-Za-z]+/y;
const WORD = /[\w.-]*/y;
const NO_DIGITS = /[^\d]*/y;

const statuses: Readonly<Record<StatusKind, RegExp>> = {
  condec: /[ MOIZ]/y,
  wst: / *[MS]/y,
  wstat: / *[OUMSE]/y,
  dis: / *[0-?]{3}/y,
  s127: / *\d{1,2}/y,
};
const lineMax = 512;

/**
 * What of one line was printed for each element; null: the line is none of this format. A value is as long as its digits go;
 * blanks around it are its own, or of the literal text beside it. Takes a time of at most length² × elements.
 *
 * @param elements of one line, without `end`.
 */
export function matchLine(elements: readonly Element[], line: string): Field[] | null {
  return matched(elements, line, () => undefined);
}

/** How far a line is as the format has it, in characters; its whole length where it is of the format, or only too short. */
export function fittingLength(elements: readonly Element[], line: string): number {
  let furthest = 0;
  const fields = matched(elements, line, (at) => {
    furthest = Math.max(furthest, at);
  });
  return fields === null ? furthest : line.length;
}

/** @param onStop told each place up to which the line fits in one way. */
function matched(elements: readonly Element[], line: string, onStop: (at: number) => void): Field[] | null {
  if (line.length > lineMax) return null;
  const ends: number[] = [];
  const isHopeless = new Set<number>();
  const fits = (nth: number, at: number): boolean => {
    const element = elements[nth];
    if (element === undefined) {
      onStop(at);
      return line.slice(at).trim() === "";
    }
    const state = nth * (lineMax + 1) + at;
    if (isHopeless.has(state)) return false;
    for (const end of endsOf(elements, nth, line, at)) {
      ends[nth] = end;
      if (fits(nth + 1, end)) return true;
    }
    isHopeless.add(state);
    onStop(at + (element.kind === "literal" ? sameLength(element.text, line.slice(at)) : 0));
    return false;
  };
  if (!fits(0, 0)) return null;
  const fields = elements.map((element, nth) => fieldOf(element, line.slice(ends[nth - 1] ?? 0, ends[nth])));
  return fields.some(contradicts) ? null : fields;
}

/** How many characters two texts begin with alike. */
function sameLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.charAt(length) === other.charAt(length)) length++;
  return length;
}

/** Whether the label of a weight is the word of another one. */
function contradicts({ element, text }: Field): boolean {
  const word = element.kind === "label" && element.of !== null ? readModeWord(text.trim()) : null;
  return word !== null && element.kind === "label" && word !== element.of;
}

function fieldOf(element: Element, text: string): Field {
  if (element.kind !== "weight" || !element.hasUnit)
    return { element, text: trimmed(element, text), unit: undefined };
  const [, digits = "", unit] = /^(.*?) +([A-Za-z]{1,3}) *$/.exec(text) ?? [];
  return { element, text: digits.trim(), unit };
}

/** A blank says something where a status, a sign or a unit stands. */
function trimmed(element: Element, text: string): string {
  const isBlank = element.kind === "polarity" || (element.kind === "status" && element.of === "condec");
  return isBlank ? text : text.trim();
}

/** Whether only its width says where it ends. */
function isFixed(elements: readonly Element[], nth: number): boolean {
  const element = elements[nth];
  const isBeside = isValue(elements[nth - 1]) || isValue(elements[nth + 1]);
  return isValue(element) && isBeside && widthOf(element) !== null;
}

/** Where an element that begins at `at` may end, what is likelier first. */
function endsOf(elements: readonly Element[], nth: number, line: string, at: number): number[] {
  const element = elements[nth];
  const next = elements[nth + 1];
  if (element === undefined) return [];
  const width = isFixed(elements, nth) ? widthOf(element) : null;
  if (width !== null) return at + width <= line.length ? [at + width] : [];
  const start = endOf(BLANKS, line, at) ?? at;
  switch (element.kind) {
    case "end":
      return [at];
    case "literal":
      return literalEnds(element.text, line, at);
    case "weight":
      return weightEnds(element, next?.kind === "literal" && next.text.startsWith(","), line, at, start);
    case "polarity":
      return /[ +-]/.test(line.charAt(at)) ? [at + 1, at] : [at];
    case "unit":
      return unitEnds(line, at, start);
    case "mode":
      return downTo(endOf(LETTERS, line, start) ?? start, start + 1);
    case "status":
      return withBlanks(endOf(statuses[element.of], line, at), line);
    case "scale":
      return withBlanks(endOf(WORD, line, start), line);
    case "number":
      return withBlanks(endOf(NUMBER, line, start), line);
    case "label":
      return downTo(endOf(NO_DIGITS, line, at) ?? at, at).reverse();
    case "text":
      return downTo(line.length, at).reverse();
  }
}

/** Blanks at the end of a line are not told from none. */
function literalEnds(text: string, line: string, at: number): number[] {
  if (line.startsWith(text, at)) return [at + text.length];
  return line.startsWith(text.trimEnd(), at) && at + text.trimEnd().length === line.length
    ? [line.length]
    : [];
}

function weightEnds(
  { hasUnit }: WeightElement,
  isBeforeComma: boolean,
  line: string,
  at: number,
  start: number,
): number[] {
  const end = endOf(isBeforeComma ? VALUE_BEFORE_COMMA : VALUE, line, start) ?? start;
  if (hasUnit) return withBlanks(endOf(UNIT_BEHIND, line, end), line);
  // Without digits its blanks are anybody's.
  return end === start ? downTo(start, at) : withBlanks(end, line);
}

/** Its letters; a blank where none is said. */
function unitEnds(line: string, at: number, start: number): number[] {
  const letters = downTo(Math.min(endOf(LETTERS, line, start) ?? start, start + 3), start + 1);
  return line.charAt(at) === " " ? [...letters, at + 1] : letters;
}

function endOf(pattern: RegExp, line: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : null;
}

/** The end, with all blanks behind it or fewer. */
function withBlanks(end: number | null, line: string): number[] {
  return end === null ? [] : downTo(endOf(BLANKS, line, end) ?? end, end);
}

function downTo(from: number, to: number): number[] {
  return from < to ? [] : Array.from({ length: from - to + 1 }, (_, nth) => from - nth);
}
