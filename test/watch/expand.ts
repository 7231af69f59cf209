// What Grafana does with variables and macros before it asks, as far as the dashboards use them.

/** The dashboard as a person looks at it. */
export interface View {
  readonly stations: readonly string[];
  readonly destinations: readonly string[];
  readonly scale: number;
  /** Seconds before now. */
  readonly seconds: number;
  /** Of Prometheus's scrapes, in seconds. */
  readonly scrapeInterval: number;
}

/**
 * `$station` and `$destination` become a regular expression of all chosen ones, `$scale` its value, `$__rate_interval` four scrapes (as
 * in Grafana, while the step is no longer than three), `$__range` the time shown.
 */
export function expandPromql(expr: string, view: View): string {
  return expr
    .replaceAll("$__rate_interval", `${4 * view.scrapeInterval}s`)
    .replaceAll("$__range", `${view.seconds}s`)
    .replaceAll("$station", `(${view.stations.join("|")})`)
    .replaceAll("$destination", `(${view.destinations.join("|")})`)
    .replaceAll("$scale", String(view.scale));
}

/**
 * `$station` and `$destination` (of several) become a list of quoted texts, `$scale` its value, `$__timeFilter(column)` the time shown,
 * `$__timeGroupAlias(column, '1h')` the beginning of each hour in seconds, as `time`.
 */
export function expandSql(rawSql: string, view: View): string {
  return rawSql
    .replace(/\$__timeFilter\(([\w.]+)\)/g, `$1 between now() - interval '${view.seconds} seconds' and now()`)
    .replace(
      /\$__timeGroupAlias\(([\w.]+), ?'1h'\)/g,
      'floor(extract(epoch from $1) / 3600) * 3600 as "time"',
    )
    .replaceAll("$station", quotedList(view.stations))
    .replaceAll("$destination", quotedList(view.destinations))
    .replaceAll("$scale", String(view.scale));
}

function quotedList(texts: readonly string[]): string {
  return texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ");
}
