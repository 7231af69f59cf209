/** How an answer that can be understood differs from the API's own form. */
export const oddities = ["text_around", "success_type", "several"] as const;
export type Oddity = (typeof oddities)[number];

/** What the body of a 2xx answer says. */
export type AnswerBody =
  | {
      readonly kind: "taken";
      readonly fields: Readonly<Record<string, unknown>>;
      /** The first that was found; null where it is as the API writes it. */
      readonly oddity: Oddity | null;
    }
  | { readonly kind: "refused" }
  /** `isPage`: a whole page of HTML, as a login or a proxy shows it; then the API has hardly been reached. */
  | { readonly kind: "unclear"; readonly isPage: boolean };

/** Each attempt reads the text to its end: an answer of nothing but braces must not take more than some milliseconds. */
const triesMax = 64;

/**
 * Finds the API's JSON object in the body of a 2xx answer. PHP warnings may precede it, a profiler's table may follow
 * it, and it may begin with a byte order mark: if the body says success, it is one. Objects that contradict each other
 * are no answer.
 */
export function readBody(body: string): AnswerBody {
  const text = body.replace(/^\ufeff+/, "");
  const whole = parse(text);
  const inner = typeof whole === "string" ? parse(whole) : whole;
  if (isObject(inner)) return judge([inner], text === body && inner === whole ? null : "text_around");
  if (whole !== undefined && !Array.isArray(whole)) return { kind: "unclear", isPage: false };
  const visible = withoutHidden(text);
  const page = /<!doctype\s+html|<html[\s>]/i.exec(visible)?.index ?? Number.POSITIVE_INFINITY;
  const found = objectsIn(visible).filter(({ at, value }) => at < page && "success" in value);
  if (found.length === 0) return { kind: "unclear", isPage: Number.isFinite(page) };
  return judge(
    found.map(({ value }) => value),
    found.length > 1 ? "several" : "text_around",
  );
}

type Fields = Readonly<Record<string, unknown>>;

function judge(objects: readonly Fields[], around: Oddity | null): AnswerBody {
  const words = objects.map(({ success }) => meaningOf(success));
  if (words.some((word) => word !== words[0])) return { kind: "unclear", isPage: false };
  const fields = objects.at(-1);
  switch (words[0]) {
    case true:
      if (fields === undefined) return { kind: "unclear", isPage: false };
      return { kind: "taken", fields, oddity: around ?? (fields.success === true ? null : "success_type") };
    case false:
      return { kind: "refused" };
    default:
      return { kind: "unclear", isPage: false };
  }
}

/** PHP's booleans, as its drivers and its forms print them; null: it is none. */
function meaningOf(success: unknown): boolean | null {
  const word = typeof success === "string" ? success.trim().toLowerCase() : success;
  if (word === true || word === 1 || word === "1" || word === "true") return true;
  if (word === false || word === 0 || word === "0" || word === "false") return false;
  return null;
}

/** The outermost JSON objects of a text, in their order. */
function objectsIn(text: string): { at: number; value: Fields }[] {
  const found: { at: number; value: Fields }[] = [];
  let at = text.indexOf("{");
  for (let tries = 0; at !== -1 && tries < triesMax; tries++) {
    const end = endOfObject(text, at);
    const value = end === null ? undefined : parse(text.slice(at, end));
    if (isObject(value)) found.push({ at, value });
    at = text.indexOf("{", isObject(value) && end !== null ? end : at + 1);
  }
  return found;
}

/** The place behind the brace that closes the one at `from`; null where none does. */
function endOfObject(text: string, from: number): number | null {
  const marks = /["{}]/g;
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = endOfString(text, marks.lastIndex);
      if (end === null) return null;
      marks.lastIndex = end;
      continue;
    }
    depth += mark[0] === "{" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return null;
}

function endOfString(text: string, from: number): number | null {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return null;
}

/** The text without what a browser would not show: an object in there is not the API's answer. */
function withoutHidden(text: string): string {
  let rest = text;
  for (const [begin, end] of [
    ["<!--", "-->"],
    ["<script", "</script>"],
    ["<style", "</style>"],
  ] as const) {
    rest = withoutParts(rest, begin, end);
  }
  return rest;
}

function withoutParts(text: string, begin: string, end: string): string {
  const lower = text.toLowerCase();
  let shown = "";
  let at = 0;
  for (let from = lower.indexOf(begin); from !== -1; from = lower.indexOf(begin, at)) {
    const until = lower.indexOf(end, from);
    if (until === -1) break;
    shown += text.slice(at, from);
    at = until + end.length;
  }
  return shown + text.slice(at);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
