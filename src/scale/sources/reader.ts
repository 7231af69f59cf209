import { readBytesText } from "../../config/sources/bytes-text.ts";
import { dialectOf } from "../../config/sources/dialect-of.ts";
import type { Source } from "../../config/sources/source.ts";
import type { DialectSettings } from "../../indicators/dialect.ts";
import type { Print } from "../../indicators/print.ts";
import type { DecimalMark } from "../../weighing/reading.ts";
import type { ConnectionReader } from "../frames/connection-reader.ts";
import { createDialectReader } from "../frames/dialect-reader.ts";
import { Framer } from "../frames/framer.ts";
import type { LineGrammar } from "../frames/line-grammar.ts";
import type { PrintedScales } from "../frames/line-reader.ts";
import type { Intake, Origin } from "../intake.ts";
import type { Streams } from "../streams/streams.ts";
import { bagOf, sampleOf } from "./prints.ts";

/** What all readers share: ten thousand connections have one of it. */
export interface ReaderParts {
  readonly grammar: LineGrammar;
  /** `PREPUFF_DECIMAL_MARK`, of the default source. */
  readonly decimalMark: DecimalMark;
  readonly intake: Intake;
  readonly streams: Pick<Streams, "sample">;
  /** Hears each print of a dialect, right before it becomes a bag, a sample or a rejected frame. */
  readonly onPrint?: (print: Print, frame: string, origin: Origin) => void;
}

/** The connection that is read. */
export interface ReadConnection {
  readonly origin: Origin;
  readonly scales: PrintedScales;
  /** Sends bytes to the other side; left out where there is none. */
  readonly answer?: (bytes: Uint8Array) => void;
}

/** Reads a connection of a source; null: of the default one. */
export function createReader(
  source: Source | null,
  parts: ReaderParts,
  { origin, scales, answer }: ReadConnection,
): ConnectionReader {
  const { grammar, intake, streams, onPrint } = parts;
  const dialect = source === null ? null : dialectOf(source);
  if (source === null || dialect === null) {
    const decimalMark = source?.decimal_mark ?? parts.decimalMark;
    return new Framer(grammar, { decimalMark, scales }, (outcome) => {
      if (source?.mode === "stream") streams.sample(sampleOf(outcome), outcome.text, source, origin);
      else intake(outcome, origin);
    });
  }
  return createDialectReader(
    dialect,
    settingsOf(source),
    (print, text, hadParity) => {
      onPrint?.(print, text, origin);
      if (source.mode === "stream") streams.sample(print, text, source, origin);
      else intake({ kind: "frame", text, parsed: bagOf(print, source, hadParity) }, origin);
    },
    { patterns: patternsOf(source), ...(answer && { answer }) },
  );
}

/** What its device server sends by itself. */
export function patternsOf({ connection, heartbeat }: Pick<Source, "connection" | "heartbeat">): string[] {
  const texts = [connection.kind === "listen" ? connection.registration : null, heartbeat];
  return texts.flatMap((text) => {
    const bytes = text === null ? "" : readBytesText(text);
    // Checked with the source's other fields.
    return typeof bytes === "string" && bytes !== "" ? [bytes] : [];
  });
}

/** What a source says of its prints. */
export function settingsOf({
  unit,
  decimal_mark,
  decimals,
  weight,
  digits,
}: Pick<Source, "unit" | "decimal_mark" | "decimals" | "weight" | "digits">): DialectSettings {
  return { unit, decimalMark: decimal_mark, decimals, weight, digits };
}
