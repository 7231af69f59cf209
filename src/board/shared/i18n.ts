import { fillText, type Text, type Values } from "../../runtime/plural-text.ts";
import { formatNumber } from "./format.ts";
import { language } from "./settings.ts";

/** Says a text in the language of the moment; inside a component it follows a change. */
export interface Say<Key extends string> {
  (key: Key, values?: Values): string;
  /** Whether a word of the API is the key of a text. */
  has(key: string): key is Key;
}

/** Numbers that are names, written without separators: scale 1200. */
const names = new Set(["id", "job", "scale"]);

/** A number among the values is written as the reader writes numbers, on every page. */
function show(name: string, value: string | number): string {
  return typeof value === "number" && !names.has(name) ? formatNumber(value) : String(value);
}

/** The texts of one area in both languages: the compiler requires every key in each. */
export function translator<const Key extends string>(texts: {
  readonly en: Readonly<Record<Key, Text>>;
  readonly es: Readonly<Record<NoInfer<Key>, Text>>;
}): Say<Key> {
  const say = (key: Key, values: Values = {}) =>
    fillText(texts[language.value][key], values, language.value, show);
  return Object.assign(say, { has: (key: string): key is Key => Object.hasOwn(texts.en, key) });
}
