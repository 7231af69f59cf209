/** Whether an `Accept` header (RFC 9110, 12.5.1) wants CSV more than JSON. Without one, or undecided: JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  const ranges = (accept ?? "*/*").split(",").map(readRange);
  return quality(ranges, "text", "csv") > quality(ranges, "application", "json");
}

/** Whether it wants a page more than JSON, as browsers say when a person opens an address. Without one, or undecided: JSON. */
export function prefersPage(accept: string | null): boolean {
  const ranges = (accept ?? "*/*").split(",").map(readRange);
  return quality(ranges, "text", "html") > quality(ranges, "application", "json");
}

interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly q: number;
}

function readRange(text: string): Range {
  const [media = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [type = "", subtype = ""] = media.split("/");
  const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const weight = q === undefined ? 1 : Number(q);
  return { type, subtype, q: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** The most specific range that matches decides. */
function quality(ranges: readonly Range[], type: string, subtype: string): number {
  const matching = (wantedType: string, wantedSubtype: string) =>
    ranges.find((range) => range.type === wantedType && range.subtype === wantedSubtype);
  return (matching(type, subtype) ?? matching(type, "*") ?? matching("*", "*"))?.q ?? 0;
}
