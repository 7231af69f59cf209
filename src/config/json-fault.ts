/** Where a text stops being JSON; line and column count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

const depthMax = 100;

class Stop extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/**
 * The first place at which `text` is not JSON (RFC 8259), or null when it is.
 * The engine's own message has no position, and quotes a piece of the text, which may be a secret.
 */
export function findJsonFault(text: string): JsonFault | null {
  try {
    const end = blanks(text, value(text, blanks(text, 0), 0));
    if (end < text.length) throw new Stop(end, "the end of the file");
    return null;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const before = text.slice(0, error.at).split("\n");
    return { line: before.length, column: (before.at(-1) ?? "").length + 1, expected: error.expected };
  }
}

/** Each of these reads one part that starts at `at` and returns where it ends. */
function value(text: string, at: number, depth: number): number {
  if (depth > depthMax) throw new Stop(at, `at most ${depthMax} levels`);
  const first = text[at];
  if (first === "{") return members(text, at + 1, "}", depth, member);
  if (first === "[") return members(text, at + 1, "]", depth, value);
  if (first === '"') return string(text, at);
  const rest = match(text, at, /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (rest === null) throw new Stop(at, "a value (text needs double quotes)");
  return rest;
}

function member(text: string, at: number, depth: number): number {
  if (text[at] !== '"') throw new Stop(at, "a key in double quotes");
  const colon = blanks(text, string(text, at));
  if (text[colon] !== ":") throw new Stop(colon, '":" after the key');
  return value(text, blanks(text, colon + 1), depth);
}

function members(text: string, start: number, close: string, depth: number, one: typeof value): number {
  let at = blanks(text, start);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = blanks(text, one(text, at, depth + 1));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new Stop(at, `"," or "${close}"`);
    at = blanks(text, at + 1);
    if (text[at] === close) throw new Stop(at, `no "," before "${close}"`);
  }
}

function string(text: string, at: number): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string.
  const inside = match(text, at + 1, /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y) ?? at + 1;
  if (text[inside] === '"') return inside + 1;
  throw new Stop(
    inside,
    text[inside] === "\\" ? 'a valid escape (a backslash is written "\\\\")' : 'a closing "',
  );
}

function blanks(text: string, at: number): number {
  return match(text, at, /[ \t\r\n]*/y) ?? at;
}

function match(text: string, at: number, pattern: RegExp): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
