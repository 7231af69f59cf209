import type { Capture } from "../../captures/capture-file.ts";
import { captureStreams } from "../../captures/capture-streams.ts";
import { type Captured, readAgain } from "../../captures/read-again.ts";
import { verdictOf } from "../../captures/verdict.ts";
import { loadConfig } from "../../config/load.ts";
import { type Source, sourceSchema } from "../../config/sources/source.ts";
import type { DialectSettings } from "../../indicators/dialect.ts";
import type { DialectName } from "../../indicators/dialect-names.ts";
import type { Print } from "../../indicators/print.ts";
import type { ConnectionReader } from "../../scale/frames/connection-reader.ts";
import { zm405 } from "../../scale/frames/zm405.ts";
import type { Intake } from "../../scale/intake.ts";
import { frameOf } from "../../scale/sources/line-prints.ts";
import type { PrintedFrame } from "../../scale/sources/printed-frame.ts";
import { createReader } from "../../scale/sources/reader.ts";
import type { Verdict } from "../../scale/tap.ts";
import type { Io } from "../io.ts";

/** As what a capture is read, where the command line says it. */
export interface ReadAs extends Partial<DialectSettings> {
  readonly source?: string;
  readonly dialect?: DialectName;
  /** In place of a dialect; it is understood. */
  readonly format?: string;
  /** With `dialect` or `format`: of prints that carry none. */
  readonly scale: number;
}

/**
 * Says what each print of a capture becomes, one JSON object a line.
 *
 * @throws Error in plain words where there is no such source.
 */
export function dryRun(io: Io, capture: Capture, options: ReadAs): void {
  const given = givenSource(io, capture, options);
  const { decimal_mark: decimalMark } = capture.header.settings;
  let t = 0;
  /** By connection: takes what the streams find. */
  const intakes = new Map<number, Intake>();
  const streams = captureStreams(
    (outcome, origin) => intakes.get(origin.connectionId)?.(outcome, origin),
    () => t,
  );

  function connection({ opened, origin, scales }: Captured) {
    const show = (frame: PrintedFrame, verdict: Verdict | null) => {
      const { kind, weight, unit, mode, stable, scale, reason, raw } = frame;
      const print = { kind, weight, unit, mode, stable, scale, reason, raw };
      io.stdout.write(`${JSON.stringify({ t, connection: opened.connection, ...print, verdict })}\n`);
    };
    let print: Print | null = null;
    const intake: Intake = (outcome) => {
      const raw = outcome.text;
      show(print === null ? frameOf(outcome) : { ...print, raw }, verdictOf(outcome));
      print = null;
    };
    intakes.set(opened.connection, intake);
    return {
      read(source: Source | null): ConnectionReader {
        const onPrint = (said: Print, raw: string) => {
          // A sample becomes nothing by itself: what is found in the stream is told when it is found.
          if (source?.mode === "stream") show({ ...said, raw }, null);
          else print = said;
        };
        const parts = { grammar: zm405, decimalMark, intake, streams, onPrint };
        return createReader(source, parts, { origin, scales });
      },
      intake,
    };
  }

  readAgain(capture, { ...(given !== undefined && { source: given }), connection }, (at) => {
    t = at;
    streams.tick();
  });
}

/** The source that the command line names (null: the default one); undefined: as the capture says. */
function givenSource(io: Io, capture: Capture, options: ReadAs): Source | null | undefined {
  const { source: name, dialect, format, scale, unit, decimalMark, decimals, weight, digits } = options;
  if (dialect !== undefined || format !== undefined) {
    return sourceSchema.parse({
      name: "command line",
      connection: { kind: "listen" },
      dialect: dialect ?? "format",
      format,
      scale: dialect === "line" ? null : scale,
      unit,
      decimal_mark: decimalMark,
      decimals,
      weight,
      digits,
    });
  }
  if (name === undefined) return undefined;
  const known = [...sourcesIn(capture), ...loadConfig({ env: io.env, cwd: io.cwd }).config.sources];
  const found = known.find((source) => source.name === name);
  if (found !== undefined) return found;
  if (name === "default") return null;
  const names = [...new Set(known.map((source) => source.name))].join(", ");
  const there = names === "" ? "neither the capture nor PREPUFF_SOURCES has any" : `there are ${names}`;
  throw new Error(`there is no source ${name}: ${there}`);
}

function sourcesIn({ header, records }: Capture): Source[] {
  const opened = records.flatMap((record) => ("dir" in record && record.dir === "open" ? [record] : []));
  return [header.source, ...opened.flatMap(({ source, registered }) => [source, ...registered])].filter(
    (source) => source !== null && source !== "default",
  );
}
