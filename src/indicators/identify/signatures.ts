import type { DialectName } from "../dialect-names.ts";

/** What prints of a dialect look like, and how likely what looks so is of no other dialect, 0 to 1. */
export interface Signature {
  readonly dialect: DialectName;
  /** With the flags g and m: a line begins and ends where `^` and `$` are. */
  readonly looks: RegExp;
  readonly weight: number;
}

const UNIT = "(?:lb|kg|oz|g|t)";

function signatures(
  dialect: DialectName,
  ...looks: readonly (readonly [RegExp | string, number])[]
): Signature[] {
  return looks.map(([look, weight]) => ({
    dialect,
    looks: new RegExp(typeof look === "string" ? look : look.source, "gm"),
    weight,
  }));
}

/** By the widths and marks of the layouts, where dialects read what others send. */
export const allSignatures: readonly Signature[] = [
  ...signatures(
    "line",
    [/^\d{1,10},[ \t]*[+-]?(?:\d+[.,]\d+|\d+) ?[A-Za-z]{1,3}$/, 0.95],
    [/^\d{1,10},[^\r\n]*$/, 0.5],
  ),
  ...signatures(
    "awtx",
    // Tickets and label programs: labels of width 6, values of width 7.
    [`^ {0,3}[A-Z][a-z]{2,5}:? [ \\d.,-]{7} ${UNIT}$`, 0.95],
    [/^(?:OD|FN|ZT|P1|[SDqQ][\d,+]+|[AB]\d+(?:,[^,\r\n]+){5,7},"[^"\r\n]*")$/, 0.9],
    [/^[A-Z][a-z]+: +\d+$|^[\d:]{5,8}(?: [AP]M)?[ \t][\d/.-]{8,10}$|^ {0,4}ID +\d+$/, 0.6],
    [/^[A-Z]{3,5} +\d+$/, 0.7],
    // Formats 4, 5, 7, 10 to 12, 26, 32, 33; 9 is more likely another's.
    [`^(?:NET|TARE) [ \\d.,-]{7} ${UNIT}$`, 0.85],
    [`^(?:\\d{1,3} )?[GNT] [ \\d.,-]{7} ${UNIT}$`, 0.9],
    [`^[GNT] [ \\d.,-]{7} ${UNIT} (?:[0-?]{3}|[SMOUEmo])$`, 0.98],
    [`^[ \\d.,-]{7} ${UNIT} [GNT]$`, 0.9],
    [/^[GNT] +\d+ lb +[\d.]+ oz$/, 0.85],
    [`^ [GNT] {2}[ \\d.,-]{6} (?:lb|kg|oz| g|g ) ?$`, 0.95],
    [/^(?= *-?\d+[.,]?\d*$)[ \d.,-]{7}$/, 0.5],
    [`^@\\d*\\r[GNT] [ \\d.,-]{6} ${UNIT}$`, 0.98],
    [/\x02[ \d.-]{8}[LK][GNT][ MO]$/, 0.5],
    // Remote displays, TRONIX, Avery.
    [/^[GN] \d{5,6} (?:lb|kg)(?:\r[\s\S]{8}(?=\r\n))?$/, 0.9],
    [/^(?:GR|NT) \d{6} (?:LB|KG)$/, 0.85],
    [/^(?:(?:S?G)?WGross|(?:S?C)?OCount) +[\d.]+ (?:lb|kg|Pieces)$/, 0.95],
    [/^ [gn][ -][ \d]{6} (?:lb|kg)$/, 0.85],
  ),
  ...signatures(
    "sma",
    [/\n[ ZOUEITe]\d[GNTgn][ M] .{10}.{3}\r/, 0.98],
    [/\n[A-Z]{3}:[^\r\n]*\r/, 0.9],
    [/\n\?\r/, 0.6],
  ),
  ...signatures(
    "condec",
    [/\x02[ +-][ \d.,-]{6,8}[LKTGONPC ][GNT][ MOIZ]$/, 0.95],
    [/\x02[ +-][ \d.,-]{6,9} [A-Z]{2} (?:GR|NT)$/, 0.95],
    [/\x02[ \d.,-]{6,9} +[A-Za-z]{1,3} (?:Gross|Net|Qty|Tare)(?: [A-Za-z]?)?$/, 0.95],
    [/\x02[ +-][ \d.,-]{5,8} [a-z]{1,2} (?:MOT\.?|OVER|OVR|OL|UNDER|UND|UL| *)$/, 0.9],
    [/^[ -][ \d.]{6,7}[A-Za-z ]{2}[GN](?:OC|BZ|CZ|MO|EE|ee| {2})$/, 0.9],
    [/^[ -][ \d.]{7}[LKTGO][GN][ MOIZ]$/, 0.8],
    [/^[ -][\d.]{6,7}[ moe][a-z ]{2}[GN]\x03/, 0.9],
    [`^[GNT] [ +-][ \\d.,]{5} ${UNIT}$`, 0.85],
    [/^ (?:[ \d.-]{6}|--[ou]L--) [A-Z]{2} (?:GR|NT|TR|gr|nt|tr)$/, 0.9],
    [/\x024[0134][ \d.-]{6}\x03/, 0.9],
    [/\x02[ \d.-]{6}[LKOGT][ MO]$/, 0.9],
    [/\x02[ \d.-]{8}[GN][MS][IOU][Z ] {0,2}\x03/, 0.95],
    [/\x02[!-#)-+a-ci-k][ -][ \d.]{7}(?: g|g |kg|oz|lb)\r\x03/, 0.97],
    [/\x02[ 0`p-][ \d.-]{7}[GNUOME](?:[ M][ Z][-12].{3})?\x03/, 0.9],
    [/\x02[A-Z] ?-?[\d.]+ [a-z]{1,2}\r\n\x03\r/, 0.95],
    [`^(?:GROSS {0,2}|TARE {1,3}|NET {2,4})[ \\d.,-]{8} ${UNIT}$`, 0.9],
    [`^GROSS[ \\d.,-]{8} ${UNIT}$`, 0.9],
    [/^\d\d\/\d\d\/\d{4} \d\d:\d\d [AP]M$/, 0.6],
  ),
  ...signatures(
    "st-gs",
    [/^\x02?(?:@\d\d)?(?:[^\r\n]*[,;])?(?:ST|US|OL|UL|QT|WT)[,;][^\r\n]*$/, 0.9],
    [/(?:ST|US|OL),(?:GS|NT),.[\x80-\xff],.{8}..{2}/, 0.98],
    [/^(?:ST|US|OL)(?:GR|NT)[ -][ \d.]{7}[a-z ]{2}$/, 0.9],
    [/^(?:WT|US|QT) +[+-][\d.]+ +\S{1,3}$/, 0.9],
    [/^[+-]\d{3}[\d.]{3,5}[a-z]{1,3}$/, 0.85],
    [/^[+-]0[\d.]{7,8}$/, 0.75],
    [/^[+-] +[\d.]+ [a-z]{1,2}$/, 0.6],
    [/^0[\d.]{7}$/, 0.7],
    [/^S(?: {5}|D -)[\d.]+ g$/, 0.6],
    [/^[+-][ \d./]{7,8}[A-Z ][A-Z%][ LGHTUd1-5][SUE]$/, 0.95],
    [/^[SU][ -](?:[ \d.]{7}(?:\d|\[\d\])(?:[A-Za-z]{1,3}|%) {0,2}| *oL *)$/, 0.9],
    [/^ERR\d\d$/, 0.7],
  ),
  ...signatures(
    "nci",
    [/\n[^\r\n]*\r\n?S?[0-?][0-?p-\x7f]{1,3}\r?\x03/, 0.97],
    [/\nS?[0-?][0-?p-\x7f]{1,3}\r?\x03/, 0.95],
    [/\n\?\r\x03|\r\?\n/, 0.9],
  ),
  ...signatures(
    "mt-sics",
    [/^S(?:I|IR|R|NR|U|UI)? [SD] +[+-]? *[\d.,]+ +\S{1,5} *$/, 0.98],
    [/^SIX1 [SD] [^\r\n]*$/, 0.98],
    [/^[A-Z]{1,3}\d{0,2} [SDABIL+-](?: [^\r\n]*)?$/, 0.95],
    [/^S [E^v]$|^E[LTS]$|^SI[+-]$/, 0.9],
    [/^S(?:I|U|UI)? [? ] *[+-]? *[\d.]+ +\S{1,3} *$/, 0.8],
    [/^S(?: {5}|D -)[\d.]+ g$/, 0.8],
    // Radwag: 16 characters.
    [/^[ ?^v] [ -][ \d.]{9} [a-z ]{3}$/, 0.7],
  ),
  ...signatures(
    "toledo-continuous",
    [/\x02[\x20-\x7f]{3}[ \d]{12}\r/, 0.97],
    [/\x02[\x20-\x7f]{3}[ \d]{6}\r/, 0.8],
  ),
  ...signatures(
    "toledo-8217",
    [/\x02\d{2,3}\.\d{2,3}N?\r/, 0.9],
    [/\x02\?[@-\x7f]\r/, 0.97],
    [/\x02\d{5}\r/, 0.8],
  ),
  ...signatures(
    "sartorius",
    [/^[A-Z][\w#]{0,5} {0,5}(?<=^.{6})[ +-][ \d.,[\]!]{9} [A-Za-z ]{3}$/, 0.97],
    [/^[ +-][ \d.,[\]!]{9} [A-Za-z]{1,3} {0,2}(?<=^.{14})$/, 0.8],
    [/^Stat {2,}[^\r\n]*$/, 0.97],
  ),
  ...signatures(
    "ohaus",
    [/^[ \d.,-]{8,11} (?:[a-z]{1,5}|%) {0,4}$/, 0.7],
    [/^[ \d.,-]{8,11} [a-z]{1,5} {0,4}\? ?(?:G|N|NET)?$/, 0.95],
    [/^[ \d.,-]{8,11} [a-z]{1,5} {0,4}(?:G|N|T|NET)$/, 0.85],
    [/^[ \d.,-]{8,12} [a-z]{1,5} +[A-Z]{2,}$/, 0.9],
    [/^ *-?\d+ lb +[\d.]+ oz {0,4}\?? ?[GN]?$/, 0.85],
    [/^(?:Gross|Net|Tare): {2,}[\d.,-]+ [a-z]{1,5} ?\??$/, 0.85],
  ),
  ...signatures(
    "dini",
    [/^\d?(?:ST|US|OL|UL),\d,[^\r\n]*$/, 0.98],
    [/^(?:\d\d)?(?:ST|US|OL|UL),(?:GS|NT|VL|RZ),[ \d.,-]{8,10}, ?[A-Za-z]{1,3}$/, 0.92],
    [/^ERR\d\d$/, 0.65],
  ),
  ...signatures(
    "yaohua",
    [/=-?[\d.]{7,8}-?/, 0.95],
    [/\x02[+-]\d{7}[0-9A-F]{2}\x03/, 0.98],
    [/^w[wn][ \d.-]{8,9}[a-z]{1,2}$/, 0.98],
  ),
];
