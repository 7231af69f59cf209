import { Big } from "big.js";
import type { Figures } from "../reports/figures.ts";
import type { Report } from "../reports/report.ts";
import { numberCell, type OfficeCell, type OfficeRow, textCell, timeCell } from "./cells.ts";
import { languageOf, type Reader, weightFor } from "./reader.ts";
import { officeWords } from "./words.ts";

interface FigureColumn {
  readonly head: string;
  readonly cell: (figures: Figures) => OfficeCell;
}

/** The figures of a report as a reader's spreadsheet has them: one entry each, in their order. */
function figureColumns(reader: Reader, currency: string): readonly FigureColumn[] {
  const words = officeWords[languageOf(reader)];
  const inUnit = (name: string) => `${name} (${reader.unit})`;
  const weight = (pounds: string | null) => numberCell(pounds === null ? null : weightFor(reader, pounds));
  return [
    { head: words.bags, cell: ({ bags }) => numberCell(bags) },
    { head: inUnit(words.weight), cell: (figures) => weight(figures.weight) },
    {
      head: words.share,
      cell: ({ share_in: share }) => numberCell(share === null ? null : new Big(share).times(100).toFixed(2)),
    },
    { head: words.under, cell: ({ under }) => numberCell(under) },
    { head: words.over, cell: ({ over }) => numberCell(over) },
    { head: words.no_job, cell: ({ no_job }) => numberCell(no_job) },
    { head: words.voided, cell: ({ voided }) => numberCell(voided) },
    { head: inUnit(words.target), cell: ({ target }) => weight(target) },
    { head: inUnit(words.mean), cell: ({ mean_difference: mean }) => weight(mean) },
    { head: inUnit(words.deviation), cell: ({ standard_deviation: deviation }) => weight(deviation) },
    { head: inUnit(words.giveaway), cell: ({ giveaway }) => weight(giveaway) },
    { head: words.giveawayPercent, cell: ({ giveaway_percent: percent }) => numberCell(percent) },
    { head: `${words.money} (${currency})`, cell: ({ giveaway_money: money }) => numberCell(money) },
    {
      head: words.hours,
      cell: ({ run_seconds: seconds }) =>
        numberCell(seconds === null ? null : new Big(seconds).div(3600).toFixed(2)),
    },
    { head: words.rate, cell: ({ bags_per_hour: rate }) => numberCell(rate) },
    { head: words.standstills, cell: ({ standstills }) => numberCell(standstills) },
    {
      head: words.standstillMinutes,
      cell: ({ standstill_seconds: seconds }) =>
        numberCell(seconds === null ? null : new Big(seconds).div(60).toFixed(1)),
    },
  ];
}

/** A report's rows as one table: each station, company … and the whole at the end. */
export function groupTable(report: Report, reader: Reader): { head: string[]; rows: OfficeRow[] } {
  const words = officeWords[languageOf(reader)];
  const columns = figureColumns(reader, report.currency);
  const row = (name: string | null, figures: Figures) => [
    textCell(name ?? "–"),
    ...columns.map(({ cell }) => cell(figures)),
  ];
  return {
    head: [words[report.group], ...columns.map(({ head }) => head)],
    rows: [...report.groups.map((group) => row(group.name, group)), row(words.total, report.totals)],
  };
}

/** The first sheet of a workbook: what it is about, each figure beside that of the time before, then the rows. */
export function reportSheet(report: Report, reader: Reader): OfficeRow[] {
  const words = officeWords[languageOf(reader)];
  const { totals, before, date, shift } = report;
  const table = groupTable(report, reader);
  return [
    [textCell(words.report), textCell([words[report.period], shift, date].filter(Boolean).join(" "))],
    [textCell(words.from), timeCell(report.from)],
    [textCell(words.to), timeCell(report.to)],
    [textCell(words.timeZone), textCell(report.time_zone)],
    [],
    [textCell(words.figure), textCell(words.now), textCell(words.before)],
    ...figureColumns(reader, report.currency).map(({ head, cell }) => [
      textCell(head),
      cell(totals),
      before === null ? null : cell(before.totals),
    ]),
    [],
    table.head.map(textCell),
    ...table.rows,
  ];
}

/** The name of a file with what it is about and the date, as report-shift-night-2026-11-29.xlsx. */
export function reportFile({ period, shift, date, from, to }: Report, ending: "csv" | "xlsx"): string {
  const about = date ?? `${from.slice(0, 10)}-${to.slice(0, 10)}`;
  // Names in other letters are left out: not every program keeps them in a file's name.
  const plain = shift
    ?.normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${["report", period, plain, about].filter(Boolean).join("-")}.${ending}`;
}
