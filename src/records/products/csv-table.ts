export type Table =
  | {
      readonly ok: true;
      readonly header: readonly string[];
      /** Without empty lines. `line` is where it begins in the file, 1 first. */
      readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
      /** Between the cells is no comma, so that one within a number is its decimal sign. */
      readonly decimalComma: boolean;
    }
  | { readonly ok: false; readonly fault: { readonly field: string; readonly message: string } };

/**
 * Reads CSV as spreadsheets write it: cells between commas, semicolons or tabs (whichever the first line has most of), quoted
 * where they hold one, lines ended by LF or CRLF, with or without a byte order mark.
 */
export function readTable(csv: string): Table {
  const text = csv.replace(/^\uFEFF/, "");
  const [first = ""] = text.split(/\r?\n/, 1);
  const separator =
    [",", ";", "\t"].toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ",";
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = "";
  let line = 1;
  let rowLine = 1;
  let quotedSince: number | null = null;
  const endRow = () => {
    cells.push(cell);
    if (cells.some((each) => each.trim() !== "")) rows.push({ line: rowLine, cells });
    cells = [];
    cell = "";
    rowLine = line;
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === "\n") line++;
    if (quotedSince !== null) {
      if (sign !== '"') cell += sign;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at++;
      } else quotedSince = null;
    } else if (sign === '"' && cell.trim() === "") {
      cell = "";
      quotedSince = line;
    } else if (sign === separator) {
      cells.push(cell);
      cell = "";
    } else if (sign === "\n") endRow();
    else if (sign !== "\r") cell += sign;
  }
  if (quotedSince !== null) {
    return {
      ok: false,
      fault: { field: `line ${quotedSince}`, message: "has a quotation mark that is not closed" },
    };
  }
  endRow();
  const [header, ...others] = rows;
  if (header === undefined) return { ok: false, fault: { field: "csv", message: "is empty" } };
  return { ok: true, header: header.cells, rows: others, decimalComma: separator !== "," };
}
