import { readBytesText } from "../../config/sources/bytes-text.ts";
import { dialectOf } from "../../config/sources/dialect-of.ts";
import type { Source } from "../../config/sources/source.ts";
import type { Commands } from "../../indicators/dialect.ts";

/** What asks a source's indicator for its weight, one character a byte; null: nothing does. */
export function pollCommand(source: Source): string | null {
  const { connection } = source;
  const own = connection.kind === "connect" ? (connection.poll?.command ?? null) : null;
  if (own === null) return commandsOf(source).weight ?? null;
  const bytes = readBytesText(own);
  return typeof bytes === "string" ? bytes : null;
}

/** The keys of an indicator that can be pressed from afar. */
export const remoteKeys = ["zero", "tare", "clear-tare", "print"] as const;
export type RemoteKey = (typeof remoteKeys)[number];

/** What presses a key of a source's indicator; null: its dialect has no command for it. */
export function keyCommand(source: Source, key: RemoteKey): string | null {
  const { zero, tare, clearTare, print } = commandsOf(source);
  return { zero, tare, "clear-tare": clearTare, print }[key] ?? null;
}

function commandsOf(source: Source): Commands {
  return dialectOf(source)?.commands ?? {};
}
