import type { Bag } from "./bag-view.ts";

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
function harmless(text: string): string {
  const first = /^[\s"]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return first.replace(innerFormula, "$1'");
}

function quoted(text: string): string {
  return /[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A client that reads nothing for so long is considered gone: one page is some 100 KB. */
const stalledMs = 30_000;

/**
 * The pages as one CSV body. A page is fetched when the reader has taken the one before, so memory holds one page
 * however slowly it reads. When a page fails, or the reader takes nothing for 30 s, the body breaks off with an error,
 * and does not end like a whole one.
 *
 * @param pages its first page is fetched before this returns: an error by then can still be answered with a status.
 * @param onEnd is called once, however it ends.
 * @param patienceMs how long a reader may take nothing.
 */
export async function csvBody(
  pages: AsyncGenerator<readonly Bag[]>,
  onEnd: () => void,
  patienceMs: number = stalledMs,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let stalled: Timer | undefined;
  let isOver = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(stalled);
    void pages.return(undefined).catch(() => undefined);
    onEnd();
  }

  /** Runs from when a page is ready until the next one is requested. */
  function watch(controller: ReadableStreamDefaultController<Uint8Array>): void {
    stalled = setTimeout(() => {
      end();
      controller.error(new Error("the reader took nothing for too long"));
    }, patienceMs);
    stalled.unref();
  }

  let text: string;
  try {
    const first = await pages.next();
    text = first.done ? csvHeader : csvHeader + csvLines(first.value);
  } catch (error) {
    end();
    throw error;
  }
  return new ReadableStream(
    {
      start: watch,
      async pull(controller) {
        clearTimeout(stalled);
        try {
          if (text === "") {
            const page = await pages.next();
            if (isOver) return;
            if (page.done) {
              end();
              controller.close();
              return;
            }
            text = csvLines(page.value);
          }
        } catch (error) {
          end();
          throw error;
        }
        controller.enqueue(encoder.encode(text));
        text = "";
        watch(controller);
      },
      cancel: end,
    },
    // Nothing is fetched ahead of the reader.
    { highWaterMark: 0 },
  );
}
