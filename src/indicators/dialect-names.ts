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
