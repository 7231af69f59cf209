/** Names of dialects, as in sources and on the command line; `line` is the print of today, `[scale_id],[weight] [unit]`. */
export const dialectNames = [
  "line",
  "awtx",
  "sma",
  "nci",
  "mt-sics",
  "toledo-continuous",
  "toledo-8217",
  "condec",
  "sartorius",
  "ohaus",
  "dini",
  "yaohua",
] as const;
export type DialectName = (typeof dialectNames)[number];
