import { readBytesText } from "../../config/sources/bytes-text.ts";
import type { Source } from "../../config/sources/source.ts";
import type { Commands } from "../../indicators/dialect.ts";
import { dialects } from "../../indicators/dialects.ts";

/** What asks a source's indicator for its weight, one character a byte; null: nothing does. */
export function pollCommand({ connection, dialect }: Source): string | null {
  const own = connection.kind === "connect" ? (connection.poll?.command ?? null) : null;
  if (own === null) return commandsOf(dialect).weight ?? null;
  const bytes = readBytesText(own);
  return typeof bytes === "string" ? bytes : null;
}

/** The keys of an indicator that can be pressed from afar. */
export const remoteKeys = ["zero", "tare", "clear-tare", "print"] as const;
export type RemoteKey = (typeof remoteKeys)[number];

/** What presses a key of such an indicator; null: its dialect has no command for it. */
export function keyCommand(dialect: Source["dialect"], key: RemoteKey): string | null {
  const { zero, tare, clearTare, print } = commandsOf(dialect);
  return { zero, tare, "clear-tare": clearTare, print }[key] ?? null;
}

function commandsOf(dialect: Source["dialect"]): Commands {
  return dialects.find(({ name }) => name === dialect)?.commands ?? {};
}
