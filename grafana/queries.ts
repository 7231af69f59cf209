import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";
import {
  DataqueryBuilder as PromQueryBuilder,
  PromQueryFormat,
} from "@grafana/grafana-foundation-sdk/prometheus";

/** The data sources that provisioning makes, by their uid. */
export const prometheus = { type: "prometheus", uid: "prepuff-prometheus" } satisfies DataSourceRef;
const postgres = {
  type: "grafana-postgresql-datasource",
  uid: "prepuff-postgres",
} satisfies DataSourceRef;

/** A question to one of the data sources; the panel gives it its letter. */
export interface Query {
  readonly source: DataSourceRef;
  build(refId: string): cog.Builder<cog.Dataquery>;
}

/** PromQL over the dashboard's time, a line for each series. @param legend may hold labels: `{{station}}`. */
export function series(expr: string, legend: string): Query {
  return {
    source: prometheus,
    build: (refId) =>
      new PromQueryBuilder()
        .datasource(prometheus)
        .refId(refId)
        .expr(flat(expr))
        .legendFormat(legend)
        .range(),
  };
}

/** PromQL at the end of the dashboard's time, a value for each series. */
export function now(expr: string, legend = "__auto"): Query {
  return instant(expr, PromQueryFormat.TimeSeries, legend);
}

/** PromQL at the end of the dashboard's time, a row for each series with its labels as columns. */
export function rowsNow(expr: string): Query {
  return instant(expr, PromQueryFormat.Table, "__auto");
}

function instant(expr: string, format: PromQueryFormat, legend: string): Query {
  return {
    source: prometheus,
    build: (refId) =>
      new PromQueryBuilder()
        .datasource(prometheus)
        .refId(refId)
        .expr(flat(expr))
        .legendFormat(legend)
        .format(format)
        .instant(),
  };
}

/** PromQL: the time within which a part `q` of what a histogram saw was done. @param labels only of these series. */
export function quantile(q: number, histogram: string, labels = ""): string {
  const selector = labels === "" ? "" : `{${labels}}`;
  return `histogram_quantile(${q}, sum by (le) (rate(${histogram}_bucket${selector}[$__rate_interval])))`;
}

/** A query to Postgres. The SDK has no type for it: these are the fields that Grafana's data source reads. */
interface SqlQuery extends cog.Dataquery {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly rawSql: string;
  readonly format: "table" | "time_series";
  readonly rawQuery: true;
  readonly editorMode: "code";
}

/** SQL for tables, and for single numbers. */
export function table(rawSql: string): Query {
  return sql(rawSql, "table");
}

/** SQL for lines: the first column is `time`, each other one a line. */
export function lines(rawSql: string): Query {
  return sql(rawSql, "time_series");
}

function sql(rawSql: string, format: SqlQuery["format"]): Query {
  return {
    source: postgres,
    build: (refId) => ({
      build: (): SqlQuery => ({
        refId,
        datasource: postgres,
        rawSql: dedent(rawSql),
        format,
        rawQuery: true,
        editorMode: "code",
        _implementsDataqueryVariant: () => undefined,
      }),
    }),
  };
}

/** On one line: Grafana's editor shows it so. */
function flat(expr: string): string {
  return expr.trim().replace(/\s+/g, " ");
}

/** Without the indentation that it has in its source file. */
function dedent(text: string): string {
  const rows = text.replace(/^\n+|\s+$/g, "").split("\n");
  const indents = rows.filter((row) => row.trim() !== "").map((row) => row.search(/\S/));
  const indent = Math.min(...indents);
  return rows.map((row) => row.slice(indent)).join("\n");
}
