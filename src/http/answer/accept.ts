/** Whether an `Accept` header wants CSV more than JSON. Without one, or undecided: JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  return prefers(accept, "text", "csv");
}

/** Whether it wants a page more than JSON, as browsers say when a person opens an address. Without one, or undecided: JSON. */
export function prefersPage(accept: string | null): boolean {
  return prefers(accept ?? undefined, "text", "html");
}

/** Whether an `Accept-Encoding` header names gzip. */
export function takesGzip(acceptEncoding: string | null): boolean {
  return readChoices(acceptEncoding ?? "").some(({ name, q }) => name === "gzip" && q > 0);
}

/** The language of the two that an `Accept-Language` header wants most; of equal ones the first. Without one, or neither: English. */
export function preferredLanguage(acceptLanguage: string | null): "en" | "es" {
  const [best] = readChoices(acceptLanguage ?? "")
    .map(({ name, q }) => ({ language: name.split("-")[0], q }))
    .filter(({ language, q }) => (language === "en" || language === "es") && q > 0)
    .sort((a, b) => b.q - a.q);
  return best?.language === "es" ? "es" : "en";
}

interface Choice {
  /** In lower case: `text/csv`, `gzip`, `es-mx`. */
  readonly name: string;
  /** 0: not wanted, 1: wanted most. */
  readonly q: number;
}

/** What a header offers, with its weights (RFC 9110, 12.4.2); a weight that makes no sense counts as 0. */
function readChoices(header: string): Choice[] {
  return header.split(",").map((text) => {
    const [name = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const q = weight === undefined ? 1 : Number(weight);
    return { name, q: q >= 0 && q <= 1 ? q : 0 };
  });
}

/** Whether a media type is wanted more than JSON (RFC 9110, 12.5.1). */
function prefers(accept: string | undefined, type: string, subtype: string): boolean {
  const choices = readChoices(accept ?? "*/*");
  return quality(choices, type, subtype) > quality(choices, "application", "json");
}

/** The most specific range that matches decides. */
function quality(choices: readonly Choice[], type: string, subtype: string): number {
  const range = (wanted: string) => choices.find(({ name }) => name === wanted);
  return (range(`${type}/${subtype}`) ?? range(`${type}/*`) ?? range("*/*"))?.q ?? 0;
}
