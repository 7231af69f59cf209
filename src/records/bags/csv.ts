import type { Bag } from "./bag-view.ts";
import { pacedBody } from "./paced-body.ts";

type Cell = string | number | boolean | null;

/** A formula behind a separator of another reader; a sign alone, as the dash of a remark, is none. */
const innerFormula = /([;|\t\r\n][\s"]*)(?=[=@＝＠]|[+\-＋－][+\-＋－\s]*[\p{L}\p{N}(.$@='"])/gu;

/** Columns in their order; a column that was released keeps its name and place, new ones come last. */
const columns: readonly (readonly [name: string, cell: (bag: Bag) => Cell])[] = [
  ["id", (bag) => bag.id],
  ["uid", (bag) => bag.uid],
  ["job_id", (bag) => bag.job_id],
  ["bag_num", (bag) => bag.bag_num],
  ["station", (bag) => bag.station],
  ["scale", (bag) => bag.scale],
  ["printed_scale", (bag) => bag.printed_scale],
  ["weight", (bag) => bag.weight],
  ["unit", (bag) => bag.unit],
  ["weight_lb", (bag) => bag.weight_lb],
  ["target_weight", (bag) => bag.target_weight],
  ["tolerance_percent", (bag) => bag.tolerance_percent],
  ["in_tolerance", (bag) => bag.in_tolerance],
  ["repeat_suspected", (bag) => bag.repeat_suspected],
  ["source", (bag) => bag.source],
  ["weighed_at", (bag) => bag.weighed_at],
  ["recorded_at", (bag) => bag.recorded_at],
  ["voided_at", (bag) => bag.voided_at],
  ["void_reason", (bag) => bag.void_reason],
  ["delivery_state", (bag) => bag.delivery?.state ?? null],
  ["delivered_at", (bag) => bag.delivery?.delivered_at ?? null],
  ["upstream_bag_id", (bag) => bag.delivery?.upstream_bag_id ?? null],
  ["upstream_bag_num", (bag) => bag.delivery?.upstream_bag_num ?? null],
  ["doubt", (bag) => bag.doubt],
  ["followed_by", (bag) => bag.followed_by],
  ["void_code", (bag) => bag.void_code],
  ["lot", (bag) => bag.lot],
  ["gross", (bag) => bag.gross],
  ["tare", (bag) => bag.tare],
  ["lb_per_ft3", (bag) => bag.density?.lb_per_ft3 ?? null],
  ["kg_per_m3", (bag) => bag.density?.kg_per_m3 ?? null],
];

/** The first line. */
const csvHeader: string = csvLine(columns.map(([name]) => name));

/** A line for each bag. */
function csvLines(bags: readonly Bag[]): string {
  return bags.map((bag) => csvLine(columns.map(([, cell]) => cell(bag)))).join("");
}

/** One line after RFC 4180, with its CRLF; null is an empty cell. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (cell === null ? "" : quoted(harmless(String(cell))))).join(",")}\r\n`;
}

/**
 * A spreadsheet takes a cell that begins with one of these for a formula and runs it: a station's name or a reason
 * could run code on the computer of the person who opens the report. An apostrophe makes it text (OWASP, CSV injection;
 * the wide forms are what East Asian keyboards type, and Excel takes them too). Blanks and quotes before it do not help
 * against every reader.
 *
 * Where the reader's separator is another one (`;` in much of Europe, a tab, `|`), our cells are parts of one long
 * cell, and quotes inside it mean nothing: there a cell begins behind each of its separators, so that is where an
 * apostrophe goes too.
 */
export function harmless(text: string): string {
  const first = /^[\s"]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return first.replace(innerFormula, "$1'");
}

export function quoted(text: string): string {
  return /[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The pages as one CSV body, a page at a time.
 *
 * @param pages see `pacedBody`.
 */
export function csvBody(
  pages: AsyncGenerator<readonly Bag[]>,
  onEnd: () => void,
  patienceMs?: number,
): Promise<ReadableStream<Uint8Array>> {
  return pacedBody(csvPieces(pages), onEnd, patienceMs);
}

async function* csvPieces(pages: AsyncGenerator<readonly Bag[]>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let isFirst = true;
  for await (const page of pages) {
    yield encoder.encode((isFirst ? csvHeader : "") + csvLines(page));
    isFirst = false;
  }
  if (isFirst) yield encoder.encode(csvHeader);
}
