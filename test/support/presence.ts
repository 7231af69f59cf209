import type { ConnectionView, ScaleView } from "../../src/scale/presence.ts";

/** A scale that is connected and printed 50.00 lb, unless told otherwise. */
export function scaleView(changes: Partial<ScaleView> = {}): ScaleView {
  return {
    id: 1,
    connected: true,
    remoteAddress: "10.0.0.1",
    connectedSince: Date.UTC(2026, 0, 2, 8),
    connectsToPrint: false,
    firstSeenAt: Date.UTC(2026, 0, 2, 8),
    lastReadingAt: Date.UTC(2026, 0, 2, 8, 30),
    lastWeight: "50.00",
    unit: "lb",
    unitChange: null,
    readings: 3,
    rejected: 1,
    ...changes,
  };
}

export function connectionView(changes: Partial<ConnectionView> = {}): ConnectionView {
  return {
    id: 1,
    remoteAddress: "10.0.0.1",
    connectedSince: Date.UTC(2026, 0, 2, 8),
    lastReadingAt: null,
    scales: [1],
    readings: 3,
    rejected: 1,
    bytes: 42,
    hasParity: false,
    source: null,
    ...changes,
  };
}
