import { type Candidate, identify } from "../../indicators/identify/identify.ts";
import { type FormatProposal, proposeFormats } from "../../indicators/identify/propose-formats.ts";
import type { Said } from "../../indicators/identify/read-all.ts";
import { readAllLines } from "../../scale/sources/line-prints.ts";
import { exitCode, type Io } from "../io.ts";
import { bytesOf } from "./bytes-of.ts";

/** More say nothing new. */
const bytesMax = 65_536;
const printsMax = 5;

/**
 * Prints which dialects fit the bytes of a file, best first; of standard input where it is `-`.
 *
 * @throws Error in plain words where the file cannot be read.
 */
export async function identifyFile(file: string, json: boolean, io: Io): Promise<void> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of bytesOf(file, io)) {
    pieces.push(bytes);
    length += bytes.length;
    if (length >= bytesMax) break;
  }
  const bytes = Buffer.concat(pieces).subarray(0, bytesMax);
  const found = identify(bytes, readAllLines);
  const proposed = proposeFormats(bytes, found);
  if (json) {
    const dialects = found.map((one) => ({ ...one, command: commandOf(one), source: sourceOf(one) }));
    const formats = proposed.map((one) => ({
      ...one,
      command: formatCommand(one),
      source: { dialect: "format", format: one.format },
    }));
    io.stdout.write(`${JSON.stringify({ dialects, formats })}\n`);
  } else {
    const all = [...proposed.map(describedFormat), ...found.map(described)];
    io.stdout.write(all.length === 0 ? "no dialect fits\n" : all.join("\n"));
  }
  if (found.length === 0 && proposed.length === 0) io.finish(exitCode.failed);
}

function commandOf({ dialect, open }: Candidate): string {
  return ["prepuff read --dialect", dialect, ...open.map((option) => `${option} …`)].join(" ");
}

/** As in PREPUFF_SOURCES. */
function sourceOf({ dialect }: Candidate): { readonly dialect: string } {
  return { dialect };
}

function described(one: Candidate): string {
  const says = [...one.units, ...one.marks];
  const lines = [
    `${one.dialect}  ${one.confidence.toFixed(2)}  ${one.title}`,
    `  prints end with ${one.terminator === "none" ? "nothing" : one.terminator}, and say ${says.join(", ") || "a number alone"}`,
    ...printLines(one.prints),
    `  ${commandOf(one)}`,
    `  in PREPUFF_SOURCES: "dialect": "${one.dialect}"`,
  ];
  return `${lines.join("\n")}\n`;
}

function describedFormat(one: FormatProposal): string {
  const lines = [
    "format  no dialect looks like these prints, and this format reads all of them: check it before you use it",
    ...printLines(one.prints),
    `  ${formatCommand(one)}`,
    `  in PREPUFF_SOURCES: "dialect": "format", "format": ${JSON.stringify(one.format)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** For a shell. */
function formatCommand({ format, open }: FormatProposal): string {
  const quoted = `'${format.replaceAll("'", "'\\''")}'`;
  return ["prepuff read --format", quoted, ...open.map((option) => `${option} …`)].join(" ");
}

function printLines(prints: readonly Said[]): string[] {
  return [
    ...prints.slice(0, printsMax).map((print) => `  ${JSON.stringify(print.raw)}  ${meaning(print)}`),
    ...(prints.length > printsMax ? [`  … ${prints.length - printsMax} more`] : []),
  ];
}

function meaning({ kind, weight, unit, mode, stable, scale, reason }: Said): string {
  const motion = stable === null ? null : stable ? "still" : "moving";
  const words = [kind, weight, unit, mode, motion, scale === null ? null : `scale ${scale}`, reason];
  return words.filter((word) => word !== null).join(" ");
}
