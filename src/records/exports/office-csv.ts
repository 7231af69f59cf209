import { harmless, quoted } from "../bags/csv.ts";
import { type OfficeCell, type OfficeRow, textCell, wallClock } from "./cells.ts";
import type { Reader } from "./reader.ts";

/** Without it Excel takes UTF-8 for the computer's old code page. */
const byteOrderMark = "\ufeff";

/** Few rows as one text; see `officeCsvPieces`. */
export function officeCsv(head: readonly string[], rows: readonly OfficeRow[], reader: Reader): string {
  const line = lineFor(reader);
  return byteOrderMark + [head.map(textCell), ...rows].map(line).join("");
}

/**
 * Rows as CSV that a spreadsheet of the reader's locale opens without questions: its decimal sign, and the separator that goes with
 * that; times in the plant's time zone.
 */
export async function* officeCsvPieces(
  head: readonly string[],
  pages: AsyncIterable<readonly OfficeRow[]>,
  reader: Reader,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const line = lineFor(reader);
  yield encoder.encode(byteOrderMark + line(head.map(textCell)));
  for await (const rows of pages) yield encoder.encode(rows.map(line).join(""));
}

function lineFor({ locale, timeZone }: Reader): (row: OfficeRow) => string {
  const mark = decimalMark(locale);
  const separator = mark === "," ? ";" : ",";
  const onWall = wallClock(timeZone);
  const textOf = (cell: OfficeCell): string => {
    if (cell === null) return "";
    switch (cell.kind) {
      case "text":
        return quoted(harmless(cell.text));
      case "number":
        return cell.value.replace(".", mark);
      case "time":
        // Every spreadsheet reads this as a time, in any locale.
        return onWall(cell.at).toISOString().slice(0, 19).replace("T", " ");
    }
  };
  return (row) => `${row.map(textOf).join(separator)}\r\n`;
}

/** A spreadsheet knows digits of 0 to 9 alone, so that of other marks than a comma a point is right. */
function decimalMark(locale: string): "," | "." {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: "latn" }).formatToParts(1.5);
  return parts.some(({ type, value }) => type === "decimal" && value === ",") ? "," : ".";
}
