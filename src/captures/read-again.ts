import { readBytesText } from "../config/sources/bytes-text.ts";
import type { Source } from "../config/sources/source.ts";
import type { ConnectionReader } from "../scale/frames/connection-reader.ts";
import type { PrintedScales } from "../scale/frames/line-reader.ts";
import { createPrintedScales } from "../scale/frames/printed-scales.ts";
import type { Intake, Origin } from "../scale/intake.ts";
import { createRegisteredReader } from "../scale/sources/registered-reader.ts";
import type { Capture, OpenRecord } from "./capture-file.ts";
import { createPlayback, type Playback } from "./playback.ts";

/** One connection of a capture, for who reads it again. */
export interface Captured {
  readonly opened: OpenRecord;
  readonly origin: Origin;
  /** What is known of scales where it comes from. */
  readonly scales: PrintedScales;
}

/** What happens with a connection while a capture is read again. */
export interface Again {
  /** Makes the reader of a source (null: the default one). */
  read(source: Source | null): ConnectionReader;
  /** Also how one began that is no scale's. */
  readonly intake: Intake;
}

/**
 * Reads all connections of a capture again, in the order and with the times in which they came.
 *
 * @param as makes each connection's reader from its own source; with `source` from that one, whatever the capture says.
 * @param onTime is told the time before anything of it is read.
 */
export function readAgain(
  { header, records }: Capture,
  as: { readonly source?: Source | null; connection(captured: Captured): Again },
  onTime: (t: number) => void,
): void {
  const printed = createPrintedScales(() => false);
  const playbacks = new Map<number, Playback>();

  function begin(opened: OpenRecord): Playback {
    const { connection: connectionId, address: remoteAddress } = opened;
    const source = opened.source === "default" ? null : opened.source;
    const scales = printed.from(remoteAddress);
    for (const scale of opened.scales) scales.add(scale);
    const choice =
      as.source === undefined
        ? { source, registered: opened.registered.map(withRegistration) }
        : { source: as.source, registered: [] };
    const origin: Origin = {
      connectionId,
      remoteAddress,
      source: choice.source,
      lastBagUid: null,
      tap: null,
    };
    const again = as.connection({ opened, origin, scales });
    return createPlayback({
      reader: createRegisteredReader(choice, origin, (found) => again.read(found)),
      settings: header.settings,
      greets: source?.connection.kind !== "connect",
      onGreeting: (text) => again.intake({ kind: "broken", reason: "greeting", text }, origin),
      onTime,
    });
  }

  for (const record of records) {
    for (const playback of playbacks.values()) playback.passed(record.t);
    onTime(record.t);
    if ("end" in record || "verdict" in record) continue;
    if (record.dir === "open") playbacks.set(record.connection, begin(record));
    else if (record.dir === "in") playbacks.get(record.connection)?.received(record.t, record.bytes);
    else if (record.dir === "close") {
      playbacks.get(record.connection)?.closed(record.t);
      playbacks.delete(record.connection);
    }
  }
}

function withRegistration(source: Source): { readonly source: Source; readonly registration: string } {
  const { connection } = source;
  const text = connection.kind === "listen" ? connection.registration : null;
  const bytes = text === null ? "" : readBytesText(text);
  // Checked with the source's other fields.
  return { source, registration: typeof bytes === "string" ? bytes : "" };
}
