import { z } from "zod";
import { type Source, sourceSchema } from "../config/sources/source.ts";
import { units } from "../weighing/units.ts";

/** The form of a capture; a file of a later one is refused. */
export const captureFormat = 1;

const sourceOrDefault = z.union([z.literal("default"), sourceSchema]);
const id = z.int().min(1);
const time = z.number().min(0);

const headerSchema = z.object({
  format: z.int().min(1).max(captureFormat),
  program: z.string(),
  at: z.iso.datetime(),
  source: sourceOrDefault.nullable(),
  address: z.string().nullable(),
  settings: z.object({
    decimal_mark: z.enum(["auto", "point", "comma"]),
    idle_ms: z.number(),
    max_age_ms: z.number(),
  }),
});

/** The first line: by which program, when, what was asked for (null: everything), and how connections were read. */
export type CaptureHeader = z.output<typeof headerSchema>;

const bytesText = z.string().regex(/^[\0-\xff]*$/, "must hold one character a byte");
const verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("bag"), scale: z.int(), weight: z.string(), unit: z.enum(units) }),
  z.object({ kind: z.literal("rejected"), reason: z.string(), scale: z.int().nullable() }),
]);

const opened = z.object({
  t: time,
  connection: id,
  dir: z.literal("open"),
  address: z.string(),
  port: z.int().nullable(),
  source: sourceOrDefault,
  registered: z.array(sourceSchema).default([]),
  scales: z.array(z.int()).default([]),
  before: z.boolean().default(false),
});

/** Why a capture ended: as long, or as large, as was asked for; its reader was slower than the scales; the appliance stopped. */
const captureEnds = ["time", "size", "slow_reader", "stopped"] as const;
export type CaptureEnd = (typeof captureEnds)[number];

const recordSchema = z.union([
  z.object({ t: time, connection: id, dir: z.enum(["in", "out"]), bytes: bytesText }),
  z.object({ t: time, connection: id, verdict, raw: bytesText }),
  opened,
  z.object({ t: time, connection: id, dir: z.literal("close") }),
  z.object({ t: time, end: z.enum(captureEnds) }),
]);

/** A line behind the first. Times are in milliseconds since the first line. */
export type CaptureRecord = z.output<typeof recordSchema>;
export type OpenRecord = z.output<typeof opened>;
/** What a print became, as the capture says it; a reason may be one that only another version knows. */
export type RecordedVerdict = z.output<typeof verdict>;

/** A source as a capture says it; null: the default one. */
export function definitionOf(source: Source | null): Source | "default" {
  return source ?? "default";
}

export interface Capture {
  readonly header: CaptureHeader;
  readonly records: readonly CaptureRecord[];
  /** The last line was cut off: whoever wrote it was ended. */
  readonly isTorn: boolean;
}

/** One line with its end: JSON in ASCII, so that no editor and no mail changes a byte. */
export function captureLine(record: CaptureHeader | z.input<typeof recordSchema>): string {
  const json = JSON.stringify(record).replace(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${json}\n`;
}

/**
 * Reads a capture. Empty lines say that nothing came, and are left out.
 *
 * @throws Error in plain words: which line, and what is wrong with it.
 */
export function readCapture(text: string): Capture {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const isTorn = lines.at(-1)?.trim() !== "";
  const [first = "", ...others] = isTorn ? lines.slice(0, -1) : lines;
  if (first.trim() === "") throw new Error("it has no first line: it is no capture, or was cut off at once");
  const header = readHeader(first);
  const records = others.flatMap((line, index) => (line.trim() === "" ? [] : [readRecord(line, index + 2)]));
  return { header, records, isTorn };
}

const anyHeader = z.object({ format: z.int().min(1) });

function readHeader(line: string): CaptureHeader {
  const json = readJson(line, 1);
  const parsed = headerSchema.safeParse(json, { jitless: true });
  if (parsed.success) return parsed.data;
  const any = anyHeader.safeParse(json);
  if (any.success && any.data.format > captureFormat) {
    throw new Error(
      `it has format ${any.data.format}; this version reads up to ${captureFormat}: use a later one`,
    );
  }
  throw new Error(`line 1 is no capture's: ${faultOf(parsed.error)}; its form is in docs/captures.md`);
}

function readRecord(line: string, number: number): CaptureRecord {
  const parsed = recordSchema.safeParse(readJson(line, number), { jitless: true });
  if (parsed.success) return parsed.data;
  throw new Error(`line ${number} is none of a capture; its form is in docs/captures.md`);
}

function readJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`line ${number} is no JSON`);
  }
}

function faultOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? "it is wrong" : `${issue.path.join(".") || "it"}: ${issue.message}`;
}
