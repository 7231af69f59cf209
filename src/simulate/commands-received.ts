import type { Commands } from "../indicators/dialect.ts";

/** Where two are the same bytes, the first one is meant. */
const order = ["weight", "stillWeight", "print", "zero", "tare", "clearTare"] as const;

/**
 * Takes the commands of a dialect out of what was received. What stands before one is dropped, as indicators do.
 *
 * @returns those found, in their order, and what may be the beginning of one.
 */
export function takeCommands(
  text: string,
  commands: Commands,
): { readonly found: readonly (keyof Commands)[]; readonly rest: string } {
  const known = order.flatMap((name) => {
    const bytes = commands[name];
    return bytes === undefined ? [] : [{ name, bytes }];
  });
  const longest = Math.max(0, ...known.map(({ bytes }) => bytes.length));
  const found: (keyof Commands)[] = [];
  let at = 0;
  let keptFrom = 0;
  while (at < text.length) {
    const here = known
      .filter(({ bytes }) => text.startsWith(bytes, at))
      .reduce<(typeof known)[number] | null>(
        (best, one) => (best === null || one.bytes.length > best.bytes.length ? one : best),
        null,
      );
    at += here?.bytes.length ?? 1;
    if (here === null) continue;
    found.push(here.name);
    keptFrom = at;
  }
  return { found, rest: text.slice(Math.max(keptFrom, text.length - Math.max(0, longest - 1))) };
}
