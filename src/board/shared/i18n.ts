import { fillText, type Text, type Values } from "../../text.ts";
import { language } from "./settings.ts";

/** Says a text in the language of the moment; inside a component it follows a change. */
export interface Say<Key extends string> {
  (key: Key, values?: Values): string;
  /** Whether a word of the API is the key of a text. */
  has(key: string): key is Key;
}

/** The texts of one area in both languages: the compiler wants every key in each. */
export function translator<const Key extends string>(texts: {
  readonly en: Readonly<Record<Key, Text>>;
  readonly es: Readonly<Record<NoInfer<Key>, Text>>;
}): Say<Key> {
  const say = (key: Key, values: Values = {}) => fillText(texts[language.value][key], values, language.value);
  return Object.assign(say, { has: (key: string): key is Key => Object.hasOwn(texts.en, key) });
}
