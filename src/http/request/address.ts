import { invalid, Problem } from "../answer/problem.ts";
import { checkNoToken } from "./token-place.ts";

/** Of the whole address; what a filter may hold is far shorter. Bun itself refuses more than 16 KiB of headers. */
const lengthMax = 4_096;
/** No list has so many filters. */
const parametersMax = 50;

export type Query = Readonly<Record<string, string | readonly string[]>>;

/**
 * Checks an address before it is used.
 *
 * @throws Problem 400, 414 or 422.
 */
export function checkAddress(url: string): void {
  if (url.length > lengthMax) {
    throw new Problem(414, "address_too_long", `an address may have ${lengthMax} characters`);
  }
  const pairs = pairsOf(url);
  if (pairs.length > parametersMax) {
    throw invalid({ field: "query", message: `has more than ${parametersMax} parameters` });
  }
  checkNoToken(
    pairs.map(([name]) => decoded(name) ?? name),
    "query",
  );
}

/**
 * The parameters of an address that was checked. One that is given twice is a list, which no parameter takes: which one was
 * meant is not guessed. A value is a text, whatever it looks like.
 *
 * @throws Problem 422 for what is not percent-encoded UTF-8.
 */
export function readQuery(url: string): Query {
  const query = new Map<string, string | readonly string[]>();
  for (const [rawName, rawValue] of pairsOf(url)) {
    const name = decoded(rawName);
    const value = decoded(rawValue);
    if (name === null || value === null) {
      throw invalid({ field: name ?? "query", message: "is not percent-encoded UTF-8" });
    }
    const before = query.get(name);
    query.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(query);
}

/** The path of a request's URL, as it came. */
export function pathOf(url: string): string {
  const path = url.slice(url.indexOf("/", url.indexOf("//") + 2));
  const query = path.indexOf("?");
  return query === -1 ? path : path.slice(0, query);
}

function pairsOf(url: string): readonly (readonly [name: string, value: string])[] {
  const start = url.indexOf("?");
  if (start === -1) return [];
  const [query = ""] = url.slice(start + 1).split("#");
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals === -1 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
    });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}
