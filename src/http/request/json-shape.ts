import { type Fault, invalid } from "../answer/problem.ts";

/** A request's deepest value is a list in an object; what is nested deeper costs more than it can mean. */
const depthMax = 4;
/** No request has more fields. */
const keysMax = 50;
/** The longest list is 10,000 ids. */
const valuesMax = 10_100;

/**
 * Looks at JSON before it is parsed, once from front to end: how deep, how many fields and values, no field twice (which one
 * was meant is not guessed). What is no JSON at all is left to the parser.
 *
 * @throws Problem 422.
 */
export function checkJsonShape(text: string): void {
  /** For each open bracket: the names so far, null in a list. */
  const open: (Set<string> | null)[] = [];
  let keys = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names && isKey(text, end)) {
        if (++keys > keysMax) throw tooMuch(`has more than ${keysMax} fields`);
        const name = nameIn(text.slice(at, end));
        if (name === null) return;
        if (name === "__proto__") throw invalid({ field: name, message: "is no field of this request" });
        if (names.has(name)) throw invalid(twice(name));
        names.add(name);
      }
      at = end - 1;
    } else if (character === "{" || character === "[") {
      if (open.push(character === "{" ? new Set() : null) > depthMax) {
        throw tooMuch(`is nested deeper than ${depthMax} levels`);
      }
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === "," && ++values > valuesMax) {
      throw tooMuch(`has more than ${valuesMax} values`);
    }
  }
}

/** A field that was given more than once, in JSON or a form. */
export function twice(name: string): Fault {
  return { field: name, message: "is given more than once" };
}

function tooMuch(message: string) {
  return invalid({ field: "body", message });
}

/** Behind the closing quote of the string that begins at `start`; the text's end where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at++;
  return text[at] === ":";
}

function nameIn(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return null;
  }
}
