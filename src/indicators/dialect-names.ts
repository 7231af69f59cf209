/** Names of dialects, as in sources and on the command line; `line` is the print of today, `[scale_id],[weight] [unit]`. */
export const dialectNames = [
  "line",
  "awtx",
  "sma",
  "condec",
  "st-gs",
  "nci",
  "mt-sics",
  "toledo-continuous",
  "toledo-8217",
  "sartorius",
  "ohaus",
  "dini",
  "yaohua",
] as const;
export type DialectName = (typeof dialectNames)[number];

/** What a source can have: a dialect by its name, or `format`, which follows from the indicator's own format string. */
export const sourceDialects = [...dialectNames, "format"] as const;
export type SourceDialect = (typeof sourceDialects)[number];

/** Dialects whose prints can carry the scale's id. */
export const dialectsWithScale: ReadonlySet<SourceDialect> = new Set(["line", "awtx", "dini", "format"]);

/** What a source may have to say of its prints. */
export type PrintSetting = "unit" | "decimal_mark" | "decimals" | "weight" | "digits";

/** Which of these make a difference to how prints of a dialect are read. */
export const settingsOfDialect: Readonly<Record<SourceDialect, readonly PrintSetting[]>> = {
  line: ["decimal_mark"],
  awtx: ["unit", "decimal_mark", "weight"],
  sma: ["decimal_mark"],
  condec: ["unit", "decimal_mark", "decimals", "weight"],
  "st-gs": ["unit", "decimal_mark"],
  nci: ["unit", "decimal_mark"],
  "mt-sics": ["decimal_mark", "weight"],
  "toledo-continuous": ["decimal_mark"],
  "toledo-8217": ["unit", "decimal_mark"],
  sartorius: ["unit", "decimal_mark"],
  ohaus: ["decimal_mark"],
  dini: ["decimal_mark"],
  yaohua: ["unit", "decimal_mark", "digits"],
  format: ["unit", "decimal_mark", "weight"],
};
