import { z } from "zod";
import { printUnits } from "../../indicators/print.ts";
import { escapeBytes } from "../../scale/frames/bytes.ts";
import type { PrintedFrame } from "../../scale/sources/printed-frame.ts";

const printsMax = 5;

/** One print, as it would be read. */
export const printSchema = z.object({
  raw: z.string().describe("Unprintable bytes, and the backslash, as `\\xNN`."),
  kind: z.enum(["weight", "motion", "overload", "underload", "error", "other", "rejected"]),
  weight: z.string().nullable(),
  unit: z.enum(printUnits).nullable(),
  mode: z.enum(["gross", "net", "tare"]).nullable(),
  stable: z.boolean().nullable(),
  scale: z.int().nullable(),
  reason: z.string().nullable(),
});
export type ReadPrint = z.output<typeof printSchema>;

/** The last few, as the API shows them. */
export function lastPrints(prints: readonly PrintedFrame[]): ReadPrint[] {
  return prints.slice(-printsMax).map((print) => ({ ...print, raw: shownBytes(print.raw) }));
}

/** Bytes, one character each, as the API shows them. */
export function shownBytes(raw: string): string {
  return escapeBytes(Buffer.from(raw, "latin1"));
}
