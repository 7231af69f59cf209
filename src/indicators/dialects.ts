import type { Dialect } from "./dialect.ts";
import { awtx } from "./dialects/awtx.ts";
import { condec } from "./dialects/condec.ts";
import { dini } from "./dialects/dini.ts";
import { mtSics } from "./dialects/mt-sics.ts";
import { nci } from "./dialects/nci.ts";
import { ohaus } from "./dialects/ohaus.ts";
import { sartorius } from "./dialects/sartorius.ts";
import { sma } from "./dialects/sma.ts";
import { stGs } from "./dialects/st-gs.ts";
import { toledo8217 } from "./dialects/toledo-8217.ts";
import { toledoContinuous } from "./dialects/toledo-continuous.ts";
import { yaohua } from "./dialects/yaohua.ts";

/**
 * Every dialect that is cut and read by itself. Two more are no members of this list: `line`, the print of today, which has
 * a framer of its own, and `format`, which follows from the indicator's format string.
 */
export const dialects: readonly Dialect[] = [
  awtx,
  sma,
  condec,
  stGs,
  nci,
  mtSics,
  toledoContinuous,
  toledo8217,
  sartorius,
  ohaus,
  dini,
  yaohua,
];
