import { type OfficeCell, wallClock } from "../exports/cells.ts";
import { languageOf, type Reader, weightFor } from "../exports/reader.ts";
import { reportSheet } from "../exports/report-rows.ts";
import { officeWords } from "../exports/words.ts";
import type { Report } from "../reports/report.ts";

export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail says: the two figures that matter in its subject, all of them in it, for programs with and without HTML. */
export function reportMessage(report: Report, reader: Reader): Message {
  const words = officeWords[languageOf(reader)];
  const textOf = cellText(reader);
  const rows = reportSheet(report, reader).map((row) => row.map(textOf));
  const { share_in: share, giveaway } = report.totals;
  const number = (value: number, decimals: number) => formatted(reader.locale, value, decimals);
  const figures = [
    ...(share === null ? [] : [`${number(Number(share) * 100, 1)} % ${words.inTolerance}`]),
    ...(giveaway === null
      ? []
      : [`${words.giveaway} ${number(Number(weightFor(reader, giveaway)), 2)} ${reader.unit}`]),
    ...(report.totals.bags === 0 ? [words.noBags] : []),
  ];
  const about = [words[report.period], report.shift, report.date].filter(Boolean).join(" ");
  return {
    subject: `${about}: ${figures.join(", ")}`,
    text: `${rows.map((row) => row.join("  ").trimEnd()).join("\n")}\n`,
    html: `<!doctype html><html lang="${languageOf(reader)}"><body style="font-family:sans-serif">${htmlOf(rows)}</body></html>`,
  };
}

/** Rows between empty ones are a table each. */
function htmlOf(rows: readonly (readonly string[])[]): string {
  const tables: string[][] = [[]];
  for (const row of rows) {
    if (row.length === 0) tables.push([]);
    else tables.at(-1)?.push(`<tr>${row.map((text, column) => cell(text, column)).join("")}</tr>`);
  }
  return tables
    .map((lines) => `<table style="border-collapse:collapse;margin-bottom:1em">${lines.join("")}</table>`)
    .join("");
}

function cell(text: string, column: number): string {
  const align = column === 0 ? "left" : "right";
  return `<td style="padding:2px 10px 2px 0;text-align:${align}">${escaped(text)}</td>`;
}

function cellText({ locale, timeZone }: Reader): (cell: OfficeCell) => string {
  const onWall = wallClock(timeZone);
  return (shown) => {
    if (shown === null) return "";
    switch (shown.kind) {
      case "text":
        return shown.text;
      case "number": {
        const decimals = (shown.value.split(".")[1] ?? "").length;
        return formatted(locale, Number(shown.value), Math.min(decimals, 2));
      }
      case "time":
        return onWall(shown.at).toISOString().slice(0, 16).replace("T", " ");
    }
  };
}

function formatted(locale: string, value: number, decimals: number): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
