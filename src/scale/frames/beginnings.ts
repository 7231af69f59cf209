// How a connection may begin, in texts that hold one character a byte (latin1).

type Verdict = "yes" | "maybe" | "no";
/** What is known by a first part: `maybe` where a few bytes more may still make it so. */
export type Matcher = (beginning: string) => Verdict;

/** Lowest and highest value of each byte. */
type Bytes = readonly (readonly [number, number])[];

export const range = (low: number, high: number): Bytes => [[low, high]];
export const any = (count: number): Bytes => Array.from({ length: count }, () => [0, 255] as const);
const exactly = (text: string): Bytes =>
  Array.from(text, (character) => [character.charCodeAt(0), character.charCodeAt(0)] as const);

/** Bytes at fixed places. */
export function bytes(...parts: readonly (string | Bytes)[]): Matcher {
  const wanted = parts.flatMap((part) => (typeof part === "string" ? exactly(part) : part));
  return (beginning) => {
    const isSo = wanted.slice(0, beginning.length).every(([low, high], at) => {
      const code = beginning.charCodeAt(at);
      return low <= code && code <= high;
    });
    if (!isSo) return "no";
    return beginning.length >= wanted.length ? "yes" : "maybe";
  };
}

/**
 * Text, in the first line with something on it; HTTP servers too pass over line ends before a request (RFC 9112, 2.2).
 *
 * @param soFar matches whatever may still become it, where its line has not ended.
 */
export function line(greeting: RegExp, soFar: RegExp): Matcher {
  return (beginning) => {
    const text = beginning.replace(/^[\s\0]+/, "");
    if (greeting.test(text)) return "yes";
    return text === "" || soFar.test(text) ? "maybe" : "no";
  };
}

/** Text that is the same from the first letter to the last, in any case, and the one that has to follow it. */
export function words(text: string, then = /^/): Matcher {
  return (beginning) => {
    const found = beginning.replace(/^[\s\0]+/, "").toUpperCase();
    if (!text.startsWith(found.slice(0, text.length))) return "no";
    return found.length >= text.length && then.test(found.slice(text.length)) ? "yes" : "maybe";
  };
}

/**
 * `METHOD target NAME/1.1`. A target may be longer than what is looked at: then the line's length alone says that it
 * is no print.
 */
export function requestLine(name: string): Matcher {
  const nameSoFar = Array.from(name).reduceRight((rest, letter) => `(?:${letter}${rest})?`, "\\/?");
  return line(
    new RegExp(String.raw`^(?:[a-z][a-z_-]{1,31} +[!-~]+ +${name}\/\d|${name}\/\d)`, "i"),
    new RegExp(String.raw`^(?:[a-z][a-z_-]{0,31}(?: +(?:[!-~]+(?: +${nameSoFar})?)?)?|${name}\/?)$`, "i"),
  );
}
