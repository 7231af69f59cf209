import type { RejectedEntry, WeighedEntry } from "../../src/journal/entry.ts";

/** A good frame of scale 1 on Station 1, unless told otherwise. */
export function weighed(changes: Partial<WeighedEntry> = {}): WeighedEntry {
  const { weight = "50.00", unit = "lb", scale = 1 } = changes;
  return {
    kind: "weighed",
    uid: Bun.randomUUIDv7(),
    receivedAt: Date.now(),
    remoteAddress: "127.0.0.1",
    station: "Station 1",
    scale,
    printedScale: scale,
    weight,
    unit,
    gross: false,
    repeatSuspected: false,
    doubt: null,
    raw: `${scale},${weight} ${unit}`,
    ...changes,
  };
}

export function rejected(changes: Partial<RejectedEntry> = {}): RejectedEntry {
  return {
    kind: "rejected",
    receivedAt: Date.now(),
    remoteAddress: "127.0.0.1",
    scale: null,
    reason: "malformed",
    raw: "\x00\xff garbage",
    frames: 1,
    ofUid: null,
    print: null,
    ...changes,
  };
}
