import { createTrack, type Track, trackPattern } from "./track.ts";

/** How far a client has received bags and rejected frames. */
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
 * @returns an empty cursor if the id is not of this form: a client that kept one of another version must not be refused
 * for ever.
 */
export function readCursor(lastEventId: string | null, now: () => number): Cursor {
  const [, bags = "", rejected = ""] = pattern.exec(lastEventId ?? "") ?? [];
  const tracks = { bags: createTrack(bags, now), rejected: createTrack(rejected, now) };
  return { ...tracks, toString: () => `b${tracks.bags}.r${tracks.rejected}` };
}
