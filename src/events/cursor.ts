import { createTrack, type Track, trackPattern } from "./track.ts";

/** Where a client stands, in the bags and in the rejected frames. */
export interface Cursor {
  readonly bags: Track;
  readonly rejected: Track;
  /** An SSE `id:`; opaque to clients. */
  toString(): string;
}

const pattern = new RegExp(`^b(${trackPattern})\\.r(${trackPattern})$`);

/**
 * Reads a `Last-Event-ID`.
 *
 * @returns a cursor without a past where it is none of ours: a client that kept one of another version must not
 * be turned away for ever.
 */
export function readCursor(lastEventId: string | null, now: () => number): Cursor {
  const [, bags = "", rejected = ""] = pattern.exec(lastEventId ?? "") ?? [];
  const tracks = { bags: createTrack(bags, now), rejected: createTrack(rejected, now) };
  return { ...tracks, toString: () => `b${tracks.bags}.r${tracks.rejected}` };
}
