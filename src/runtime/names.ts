// What a name of a thing or a person may be: one rule for what people type, what other programs send, and the configuration.

/**
 * Invisible characters: two different names would look the same. An emoji may keep what it is made of (a joiner, a
 * variation selector): it follows the picture directly.
 */
const unseen =
  /(?<!\p{Extended_Pictographic}\ufe0f?)[\u200d\ufe0f]|(?![\u200d\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u;

/** Letters of these alphabets look like one another, as Latin a and Cyrillic а. */
const alike = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
  ["Coptic", /\p{Script=Coptic}/u],
] as const;

/** Letters that are another way to draw Latin and Greek ones, for formulas. */
const drawn = /[\u{1d400}-\u{1d7ff}]/u;

/** As it is stored: one way to write each letter (NFC), plain blanks, none around it. */
export function tidyName(text: string): string {
  return text
    .normalize("NFC")
    .replace(/\p{Zs}/gu, " ")
    .trim();
}

/** What is wrong with a tidy name, or null. Names that were stored before go on as they are. */
export function nameFault(name: string): string | null {
  const [hidden] = unseen.exec(name) ?? [];
  if (hidden !== undefined) {
    const code = (hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `must have no control characters and none that cannot be seen: it has U+${code}`;
  }
  if (drawn.test(name)) return "must have plain letters and digits, not those of formulas";
  for (const word of name.split(/[^\p{L}\p{M}\p{N}]+/u)) {
    const found = alike.flatMap(([alphabet, letter]) => (letter.test(word) ? [alphabet] : []));
    if (found.length > 1) {
      return `mixes ${found.join(" and ")} letters in one word: they look alike, so write it in one alphabet`;
    }
  }
  return null;
}
