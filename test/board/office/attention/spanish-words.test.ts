import { expect, test } from "bun:test";
import { spanishWords } from "../../../../src/board/office/attention/spanish-words.ts";
import { type Word, words } from "../../../../src/health/words.ts";

const valuesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test("the doctor's words have the same values in Spanish as in English", () => {
  const codes = Object.keys(words) as Word[];
  expect(
    codes.filter((code) => valuesIn(words[code]).join() !== valuesIn(spanishWords[code]).join()),
  ).toEqual([]);
});

test("a remedy is for everybody: what needs a command or a variable is said to be for IT", () => {
  for (const [table, forIt] of [
    [words, /\bIT:/],
    [spanishWords, /[Ii]nformática:/],
  ] as const) {
    for (const [code, text] of Object.entries(table)) {
      expect(text, code).not.toMatch(/\/api\/|\b(GET|POST|PATCH)\b/);
      const [before = ""] = text.split(forIt);
      if (code.startsWith("do_")) expect(before, code).not.toMatch(/prepuff |PREPUFF_|DATABASE_URL/);
    }
  }
});
