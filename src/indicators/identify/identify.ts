import { dialects } from "../dialects.ts";
import type { PrintUnit } from "../print.ts";
import { cleaned, readAll, type Said, type Terminator, terminatorOf } from "./read-all.ts";
import { allSignatures } from "./signatures.ts";

/** A dialect that fits. */
export interface Candidate {
  readonly dialect: string;
  /** For people: makers and models. */
  readonly title: string;
  /** How sure, 0 to 1: how much of the bytes looks like this dialect and like no other. */
  readonly confidence: number;
  /** With what prints end. */
  readonly terminator: Terminator;
  /** The units that are printed. */
  readonly units: readonly PrintUnit[];
  /** What the prints say beside the weight. */
  readonly marks: readonly ("stable" | "gross or net" | "scale")[];
  /** What the prints leave open, as options of `prepuff read`. */
  readonly open: readonly string[];
  readonly prints: readonly Said[];
}

/** Reads all bytes in the print of today. */
export type ReadLine = (bytes: Uint8Array) => readonly Said[];

/** What was rejected for these is still of the dialect. */
const recognised: readonly (string | null)[] = ["ambiguous", "decimals_unknown", "unknown_unit", "checksum"];
/** What a dialect reads, but is not known to look so: with a weight, and without. */
export const unsignedWeight = 0.2;
const unsignedOther = 0.1;
const leastConfidence = 0.05;

/**
 * The dialects that fit bytes of one connection, best first. Nothing is adopted: where two fit, both are told.
 *
 * @param bytes some prints of it, from their beginning or from anywhere.
 */
export function identify(bytes: Uint8Array, readLine: ReadLine): Candidate[] {
  const title = "[scale_id],[weight] [unit], as a ZM405 prints it that is set up for this appliance";
  const found = [
    candidate("line", title, cleaned(bytes, false), readLine(bytes)),
    ...dialects.map((dialect) => {
      const text = cleaned(bytes, dialect.isBinary === true);
      return candidate(dialect.name, dialect.title, text, readAll(dialect, text));
    }),
  ];
  return found
    .flatMap((one) => one ?? [])
    .filter(({ confidence }) => confidence >= leastConfidence)
    .sort((a, b) => b.confidence - a.confidence);
}

function candidate(dialect: string, title: string, text: string, prints: readonly Said[]): Candidate | null {
  const known = prints.filter(({ kind, reason }) => kind !== "rejected" || recognised.includes(reason));
  if (known.length === 0) return null;
  const all = lengthOf(prints);
  const share = all === 0 ? 0 : lengthOf(known) / all;
  const weights = known.filter(({ kind }) => kind === "weight");
  const unsigned = weights.length > 0 ? unsignedWeight : unsignedOther;
  const confidence = share * Math.max(signedShare(dialect, text), unsigned);
  return {
    dialect,
    title,
    confidence: Math.round(confidence * 100) / 100,
    terminator: terminatorOf(text),
    units: [...new Set(known.flatMap(({ unit }) => unit ?? []))],
    marks: [
      ...(known.some(({ stable }) => stable !== null) ? (["stable"] as const) : []),
      ...(known.some(({ mode }) => mode !== null) ? (["gross or net"] as const) : []),
      ...(known.some(({ scale }) => scale !== null) ? (["scale"] as const) : []),
    ],
    open: [
      ...(weights.some(({ unit }) => unit === null) ? ["--unit"] : []),
      ...(known.some(({ reason }) => reason === "decimals_unknown") ? ["--decimals"] : []),
    ],
    prints,
  };
}

function lengthOf(prints: readonly Said[]): number {
  return prints.reduce((sum, { raw }) => sum + raw.length, 0);
}

/** How much of the text looks like this dialect, each character by the best of the signatures that it is in. */
function signedShare(dialect: string, text: string): number {
  const weights = new Float32Array(text.length);
  for (const { looks, weight } of allSignatures.filter((one) => one.dialect === dialect)) {
    for (const { index, 0: match } of text.matchAll(looks)) {
      for (let at = index; at < index + match.length; at++) weights[at] = Math.max(weights[at] ?? 0, weight);
    }
  }
  let [sum, count] = [0, 0];
  for (const [at, weight] of weights.entries()) {
    if (/[\r\n\f]/.test(text.charAt(at))) continue;
    sum += weight;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
