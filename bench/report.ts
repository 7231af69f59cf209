import { quantile } from "../test/support/campaign.ts";
import { type BenchCase, cell, type Figures, type Guarantees } from "./contender.ts";

/** The median of each cell over the rounds that have it. */
export function mediansOf(rounds: readonly Figures[]): Figures {
  return cells(rounds, (values) => quantile(values, 0.5));
}

/** The least and the most of each cell, and how many rounds had it. */
export function spreadOf(rounds: readonly Figures[]) {
  return {
    least: cells(rounds, (values) => Math.min(...values)),
    most: cells(rounds, (values) => Math.max(...values)),
  };
}

function cells(rounds: readonly Figures[], sum: (values: number[]) => number): Figures {
  const rows = [...new Set(rounds.flatMap((figures) => Object.keys(figures)))];
  return Object.fromEntries(
    rows.map((row) => {
      const columns = [...new Set(rounds.flatMap((figures) => Object.keys(figures[row] ?? {})))];
      const valuesOf = (column: string) =>
        rounds.map((figures) => cell(figures, row, column)).filter((value) => !Number.isNaN(value));
      return [row, Object.fromEntries(columns.map((column) => [column, sum(valuesOf(column))]))];
    }),
  );
}

/** A Markdown table: medians, with the least and the most behind them where several rounds differ. */
export function tableOf(benchCase: BenchCase, rounds: readonly Figures[]): string {
  const medians = mediansOf(rounds);
  const filled = new Set(Object.values(medians).flatMap((row) => Object.keys(row)));
  const columns = [...new Set([...benchCase.columns, ...filled])].filter((column) => filled.has(column));
  const { least, most } = spreadOf(rounds);
  const more = benchCase.derived?.(medians) ?? {};
  const moreColumns = [...new Set(Object.values(more).flatMap((row) => Object.keys(row)))];
  const told = (row: string, column: string) => {
    const [median, from, to] = [medians, least, most].map((figures) => tell(cell(figures, row, column)));
    return from === to ? (median ?? "") : `${median} (${from}–${to})`;
  };
  const rows = Object.keys(medians).map((row) => [
    row,
    ...columns.map((column) => told(row, column)),
    ...moreColumns.map((column) => tell(cell(more, row, column))),
  ]);
  return markdown(["", ...columns, ...moreColumns], rows, "right");
}

/** What each program guarantees, as a Markdown table. */
export function tableOfGuarantees(guarantees: Readonly<Record<string, Guarantees>>): string {
  const columns = Object.keys(Object.values(guarantees)[0] ?? {});
  const rows = Object.entries(guarantees).map(([name, of]) => [name, ...Object.values(of)]);
  return markdown(["", ...columns], rows, "left");
}

/** @param side on which the columns behind the first one are aligned. */
function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  side: "left" | "right",
): string {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((line) => line[at]?.length ?? 0)));
  const isLeft = (at: number) => at === 0 || side === "left";
  const show = (line: readonly string[]) =>
    `| ${line.map((text, at) => (isLeft(at) ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) => (isLeft(at) ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`));
  return [show(head), `|${rule.join("|")}|`, ...rows.map(show)].join("\n");
}

/** Three digits that count; whole from 100 on. */
export function tell(value: number): string {
  if (Number.isNaN(value)) return "";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
