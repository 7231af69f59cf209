import { type Dialect, type DialectSettings, noSettings } from "../../indicators/dialect.ts";
import { createDialectReader } from "../frames/dialect-reader.ts";
import { readLinePrints } from "./line-prints.ts";
import type { FrameReader, PrintedFrame } from "./printed-frame.ts";

/** How some bytes are to be read. */
export interface Reading {
  /** `line`: the print of today. */
  readonly dialect: Dialect | "line";
  readonly settings: Partial<DialectSettings>;
  /** What a device server puts between prints: dropped. */
  readonly patterns: readonly string[];
}

/** Reads bytes outside of any connection, and hands over each frame. */
export function readFramesAs(
  { dialect, settings, patterns }: Reading,
  print: (frame: PrintedFrame) => void,
): FrameReader {
  const all = { ...noSettings, ...settings };
  if (dialect === "line") return readLinePrints(all, print);
  const reader = createDialectReader(dialect, all, ({ mark: _, ...said }, raw) => print({ ...said, raw }), {
    patterns,
  });
  return { push: (bytes) => reader.push(bytes, 0), end: () => reader.end() };
}

/** All frames of the bytes. */
export function readAllAs(reading: Reading, bytes: Uint8Array): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  const reader = readFramesAs(reading, (frame) => frames.push(frame));
  reader.push(bytes);
  reader.end();
  return frames;
}
