import type { Line } from "./ghosts.ts";
import type { Reading, Unit } from "./reading.ts";

/** One open connection, as people see it. Times in milliseconds since the epoch. */
export interface ConnectionView {
  readonly id: number;
  readonly remoteAddress: string;
  readonly connectedSince: number;
  readonly lastReadingAt: number | null;
  /** The scales that printed on it, after aliases. */
  readonly scales: readonly number[];
  readonly readings: number;
  readonly rejected: number;
  readonly bytes: number;
}

/** What this run of the appliance knows of one scale. Counts begin at its start. */
export interface ScaleView {
  readonly id: number;
  readonly connected: boolean;
  readonly remoteAddress: string | null;
  readonly connectedSince: number | null;
  readonly firstSeenAt: number;
  readonly lastReadingAt: number | null;
  readonly lastWeight: string | null;
  readonly unit: Unit | null;
  readonly readings: number;
  readonly rejected: number;
}

/** More scales than any plant has: what a broken sender invents beyond it is counted, not remembered. */
const scalesMax = 10_000;

interface Connection {
  readonly id: number;
  readonly remoteAddress: string;
  readonly connectedSince: number;
  lastReadingAt: number | null;
  lastHeardAt: number;
  readonly scales: Set<number>;
  readings: number;
  rejected: number;
  bytes: number;
}

interface Scale {
  readonly id: number;
  readonly firstSeenAt: number;
  /** The connection it printed on last. */
  connection: Connection;
  lastReadingAt: number | null;
  lastPrintedScale: number | null;
  lastWeight: string | null;
  unit: Unit | null;
  readings: number;
  rejected: number;
}

/** Who is connected and what was last heard. In memory only: it is about now. */
export interface Presence {
  connected(id: number, remoteAddress: string, at: number): void;
  disconnected(id: number): void;
  received(connectionId: number, bytes: number, at: number): void;
  /** @returns whether the same weight came from the same indicator at most `windowMs` ago. */
  reading(connectionId: number, scale: number, reading: Reading, at: number, windowMs: number): boolean;
  rejected(connectionId: number, scale: number | null, at: number): void;
  /** Whether a bag came on this connection. */
  hasPrinted(connectionId: number): boolean;
  /** Called when a scale prints on another connection than before, and the one before is still open. */
  onMoved(listener: (scale: number, from: Line, to: Line, at: number) => void): void;
  connections(): ConnectionView[];
  scales(): ScaleView[];
  /** False for the scales beyond the 10,000 that are remembered. */
  isKnown(scale: number): boolean;
}

export function createPresence(): Presence {
  const connections = new Map<number, Connection>();
  const scales = new Map<number, Scale>();
  let moved: Parameters<Presence["onMoved"]>[0] = () => undefined;

  function scaleOn(connection: Connection, id: number, at: number): Scale | undefined {
    let scale = scales.get(id);
    if (scale === undefined) {
      if (scales.size >= scalesMax) return undefined;
      scale = {
        id,
        firstSeenAt: at,
        connection,
        lastReadingAt: null,
        lastPrintedScale: null,
        lastWeight: null,
        unit: null,
        readings: 0,
        rejected: 0,
      };
      scales.set(id, scale);
    }
    const before = scale.connection;
    scale.connection = connection;
    connection.scales.add(id);
    if (before !== connection && connections.has(before.id)) moved(id, before, connection, at);
    return scale;
  }

  return {
    connected(id, remoteAddress, at) {
      connections.set(id, {
        id,
        remoteAddress,
        connectedSince: at,
        lastReadingAt: null,
        lastHeardAt: at,
        scales: new Set(),
        readings: 0,
        rejected: 0,
        bytes: 0,
      });
    },
    disconnected(id) {
      connections.delete(id);
    },
    received(connectionId, bytes, at) {
      const connection = connections.get(connectionId);
      if (connection === undefined) return;
      connection.bytes += bytes;
      connection.lastHeardAt = at;
    },
    hasPrinted: (connectionId) => (connections.get(connectionId)?.readings ?? 0) > 0,
    onMoved(listener) {
      moved = listener;
    },
    reading(connectionId, scaleId, { weight, unit, printedScale }, at, windowMs) {
      const connection = connections.get(connectionId);
      if (connection === undefined) return false;
      connection.readings++;
      connection.lastReadingAt = at;
      const scale = scaleOn(connection, scaleId, at);
      if (scale === undefined) return false;
      const repeat =
        scale.lastWeight === weight &&
        scale.unit === unit &&
        scale.lastPrintedScale === printedScale &&
        scale.lastReadingAt !== null &&
        at - scale.lastReadingAt <= windowMs;
      scale.readings++;
      scale.lastReadingAt = at;
      scale.lastPrintedScale = printedScale;
      scale.lastWeight = weight;
      scale.unit = unit;
      return repeat;
    },
    rejected(connectionId, scaleId, at) {
      const connection = connections.get(connectionId);
      if (connection === undefined) return;
      connection.rejected++;
      if (scaleId === null) return;
      const scale = scaleOn(connection, scaleId, at);
      if (scale) scale.rejected++;
    },
    connections: () =>
      [...connections.values()].map((connection) => ({ ...connection, scales: [...connection.scales] })),
    scales: () =>
      [...scales.values()].map(({ id, connection, ...scale }) => {
        const connected = connections.has(connection.id);
        return {
          id,
          connected,
          remoteAddress: connection.remoteAddress,
          connectedSince: connected ? connection.connectedSince : null,
          firstSeenAt: scale.firstSeenAt,
          lastReadingAt: scale.lastReadingAt,
          lastWeight: scale.lastWeight,
          unit: scale.unit,
          readings: scale.readings,
          rejected: scale.rejected,
        };
      }),
    isKnown: (scale) => scales.has(scale),
  };
}
