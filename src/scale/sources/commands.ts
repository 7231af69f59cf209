import { readBytesText } from "../../config/sources/bytes-text.ts";
import { dialectOf } from "../../config/sources/dialect-of.ts";
import type { Source } from "../../config/sources/source.ts";
import type { Commands } from "../../indicators/dialect.ts";

/** What an indicator is sent. */
export interface Question {
  /** One character a byte. */
  readonly command: string;
  /** Whether a frame may be its answer. */
  isAnswer(frame: string): boolean;
}

/** What asks a source's indicator for its weight; null: nothing does. */
export function pollQuestion(source: Source): Question | null {
  const { connection } = source;
  const own = connection.kind === "connect" ? (connection.poll?.command ?? null) : null;
  if (own === null) return questionOf(source, commandsOf(source).weight);
  const bytes = readBytesText(own);
  return typeof bytes === "string" ? questionOf(source, bytes) : null;
}

function questionOf(source: Source, command: string | undefined): Question | null {
  if (command === undefined) return null;
  const dialect = dialectOf(source);
  return { command, isAnswer: (frame) => dialect?.isAnswer?.(command, frame) ?? true };
}

/** The keys of an indicator that can be pressed from afar. */
export const remoteKeys = ["zero", "tare", "clear-tare", "print"] as const;
export type RemoteKey = (typeof remoteKeys)[number];

/** What presses a key of a source's indicator; null: its dialect has no command for it. */
export function keyQuestion(source: Source, key: RemoteKey): Question | null {
  const { zero, tare, clearTare, print } = commandsOf(source);
  return questionOf(source, { zero, tare, "clear-tare": clearTare, print }[key]);
}

function commandsOf(source: Source): Commands {
  return dialectOf(source)?.commands ?? {};
}
