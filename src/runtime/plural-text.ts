/** A text, or one for each plural that the language has; `count` among the values chooses. `{name}` is a value. */
export type Text = string | { readonly one: string; readonly other: string };
export type Values = Readonly<Record<string, string | number>>;

/** The names of the values in a text. */
export type NamesIn<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/**
 * Puts the values into a text of that language (`en`). A value that is not given stays as `{name}`.
 *
 * @param show how a value is written.
 */
export function fillText(
  text: Text,
  values: Values,
  language: string,
  show: (name: string, value: string | number) => string = (_, value) => String(value),
): string {
  const chosen = typeof text === "string" ? text : text[pluralOf(values.count, language)];
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : show(name, value);
  });
}

function pluralOf(count: string | number | undefined, language: string): "one" | "other" {
  return new Intl.PluralRules(language).select(Number(count)) === "one" ? "one" : "other";
}
