import { strToU8, Zip, ZipDeflate } from "fflate";
import { type OfficeCell, type OfficeRow, wallClock } from "./cells.ts";

export interface Sheet {
  /** At most 31 characters, none of : \ / ? * [ ]. */
  readonly name: string;
  /** The first row, which stays in sight; null: there is none. */
  readonly head: readonly string[] | null;
  /** Of each column, in characters. */
  readonly widths: readonly number[];
  readonly pages: AsyncIterable<readonly OfficeRow[]> | Iterable<readonly OfficeRow[]>;
}

/** Excel has 1,048,576: what is more goes on on another sheet. */
const excelRows = 1_000_000;
/** What is left of the size with the highest level is a twentieth; of the time a third. */
const level = 3;
/** Excel's day 0 is 1899-12-30. */
const excelEpochDays = 25_569;
const dayMs = 86_400_000;
const styles = { plain: 0, head: 1, time: 2, decimal: 3 } as const;

/**
 * A workbook (ECMA-376), written page by page, so that a million rows need no memory. The library that is most used for workbooks is not
 * kept any more, and those that are hold all rows; the zip is fflate's, and of the format only what these sheets need is
 * written here: numbers are numbers, times are times of the plant.
 *
 * @param rowsMax of a sheet.
 */
export async function* xlsx(
  sheets: readonly Sheet[],
  timeZone: string,
  rowsMax: number = excelRows,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  const taken = () => {
    const size = ready.reduce((sum, { length }) => sum + length, 0);
    const whole = new Uint8Array(size);
    let at = 0;
    for (const chunk of ready.splice(0)) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  };
  const begin = (name: string) => {
    const file = new ZipDeflate(name, { level });
    zip.add(file);
    return file;
  };
  const onWall = wallClock(timeZone);
  const names: string[] = [];

  for (const sheet of sheets) {
    let file: ZipDeflate | null = null;
    let rows = 0;
    const open = () => {
      const part = names.filter((name) => name.startsWith(sheet.name)).length;
      names.push(part === 0 ? sheet.name : `${sheet.name} ${part + 1}`);
      const opened = begin(`xl/worksheets/sheet${names.length}.xml`);
      opened.push(strToU8(sheetBegin(sheet)));
      rows = sheet.head === null ? 0 : 1;
      return opened;
    };
    const close = (opened: ZipDeflate) => opened.push(strToU8(sheetEnd(sheet, rows)), true);
    file = open();
    for await (const page of sheet.pages) {
      if (rows + page.length > rowsMax) {
        close(file);
        file = open();
      }
      file.push(strToU8(page.map((row) => rowXml(row, onWall)).join("")));
      rows += page.length;
      const bytes = taken();
      if (bytes.length > 0) yield bytes;
    }
    close(file);
  }
  for (const [name, text] of Object.entries(frame(names))) begin(name).push(strToU8(text), true);
  zip.end();
  yield taken();
}

function sheetBegin({ head, widths }: Sheet): string {
  const columns = widths.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  const frozen =
    head === null
      ? ""
      : '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const first = head === null ? "" : `<row>${head.map((text) => textXml(text, styles.head)).join("")}</row>`;
  return `${declaration}<worksheet xmlns="${main}">${frozen}<cols>${columns.join("")}</cols><sheetData>${first}`;
}

function sheetEnd({ head }: Sheet, rows: number): string {
  const filter = head === null ? "" : `<autoFilter ref="A1:${columnName(head.length)}${rows}"/>`;
  return `</sheetData>${filter}</worksheet>`;
}

function rowXml(row: OfficeRow, onWall: (at: number) => Date): string {
  return `<row>${row.map((cell) => cellXml(cell, onWall)).join("")}</row>`;
}

function cellXml(cell: OfficeCell, onWall: (at: number) => Date): string {
  if (cell === null) return "<c/>";
  switch (cell.kind) {
    case "text":
      return textXml(cell.text, styles.plain);
    case "number":
      return `<c s="${cell.value.includes(".") ? styles.decimal : styles.plain}"><v>${cell.value}</v></c>`;
    case "time":
      return `<c s="${styles.time}"><v>${onWall(cell.at).getTime() / dayMs + excelEpochDays}</v></c>`;
  }
}

function textXml(text: string, style: number): string {
  return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What XML cannot say at all is left out. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** `A`, `B` … `Z`, `AA` … */
function columnName(count: number): string {
  const last = String.fromCharCode(65 + ((count - 1) % 26));
  return count > 26 ? columnName(Math.floor((count - 1) / 26)) + last : last;
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** The files that hold the sheets together, by name. */
function frame(names: readonly string[]): Readonly<Record<string, string>> {
  const each = (write: (name: string, number: number) => string) =>
    names.map((name, index) => write(name, index + 1)).join("");
  const stylesId = `rId${names.length + 1}`;
  return {
    "[Content_Types].xml": `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${each((_, number) => `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${types}.worksheet+xml"/>`)}</Types>`,
    "_rels/.rels": `${declaration}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${each((name, number) => `<sheet name="${escaped(name)}" sheetId="${number}" r:id="rId${number}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${declaration}<Relationships xmlns="${relations}">${each((_, number) => `<Relationship Id="rId${number}" Type="${office}/worksheet" Target="worksheets/sheet${number}.xml"/>`)}<Relationship Id="${stylesId}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `${declaration}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="#,##0.00##"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
}
