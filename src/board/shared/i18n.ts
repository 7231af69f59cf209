import { language } from "./settings.ts";

/** A text, or one for each plural that the language has; `count` among the values chooses. `{name}` is a value. */
export type Text = string | { readonly one: string; readonly other: string };
export type Values = Readonly<Record<string, string | number>>;

/**
 * The texts of one area in both languages: the compiler wants every key in each.
 *
 * @returns a function that says a text in the language of the moment; inside a component it follows a change.
 */
export function translator<const Key extends string>(texts: {
  readonly en: Readonly<Record<Key, Text>>;
  readonly es: Readonly<Record<NoInfer<Key>, Text>>;
}): (key: Key, values?: Values) => string {
  return (key, values = {}) => {
    const text = texts[language.value][key];
    return fill(typeof text === "string" ? text : text[pluralOf(values.count)], values);
  };
}

function pluralOf(count: string | number | undefined): "one" | "other" {
  return new Intl.PluralRules(language.value).select(Number(count)) === "one" ? "one" : "other";
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
