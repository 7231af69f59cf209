import type { Sql } from "../../database/types.ts";
import type { Report } from "../reports/report.ts";
import { bagColumns, bagRows } from "./bag-rows.ts";
import { languageOf, type Reader } from "./reader.ts";
import { reportSheet } from "./report-rows.ts";
import { officeWords } from "./words.ts";
import { xlsx } from "./xlsx.ts";

const figureWidths = [28, ...Array.from({ length: 17 }, () => 16)];

/**
 * A report as a workbook: its figures, and all of its bags.
 *
 * @param run runs one query; it may throw between two pages, when Postgres goes away.
 */
export function reportWorkbook(
  run: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>,
  plant: number,
  report: Report,
  reader: Reader,
): AsyncGenerator<Uint8Array> {
  const words = officeWords[languageOf(reader)];
  const columns = bagColumns(reader);
  const period = { from: new Date(report.from), to: new Date(report.to) };
  return xlsx(
    [
      { name: words.report, head: null, widths: figureWidths, pages: [reportSheet(report, reader)] },
      {
        name: words.bags,
        head: columns.map(({ head }) => head),
        widths: columns.map(({ width }) => width),
        pages: bagRows(run, plant, period, columns),
      },
    ],
    reader.timeZone,
  );
}
