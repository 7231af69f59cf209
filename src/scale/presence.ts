import { createEmitter, type Emitter, type FailureLog } from "../runtime/emitter.ts";
import type { Reading } from "../weighing/reading.ts";
import type { Unit } from "../weighing/units.ts";
import { createKnownScales } from "./known-scales.ts";

/** What distinguishes a half-open connection from a live one. Times in milliseconds since the epoch. */
export interface ConnectionTimes {
  readonly id: number;
  readonly remoteAddress: string;
  readonly connectedSince: number;
  readonly lastHeardAt: number;
  /** The scales that printed on it, after aliases. */
  readonly scales: ReadonlySet<number>;
}

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
  /** It sends 7 bits with parity, read as 8. */
  readonly hasParity: boolean;
  /** The name of its source; null: the default one. */
  readonly source: string | null;
}

/** What this run of the appliance knows of one scale. Counts begin at its start. */
export interface ScaleView {
  readonly id: number;
  readonly connected: boolean;
  readonly remoteAddress: string | null;
  readonly connectedSince: number | null;
  /** Its last connection was ended soon after one print, as of a sender that connects for each. */
  readonly connectsToPrint: boolean;
  readonly firstSeenAt: number;
  readonly lastReadingAt: number | null;
  readonly lastWeight: string | null;
  readonly unit: Unit | null;
  /** When it printed another unit than before, and which one that was; the last time. */
  readonly unitChange: { readonly from: Unit; readonly at: number } | null;
  readonly readings: number;
  readonly rejected: number;
}

/** Scales behind one connection that are remembered: more than any converter has. */
const scalesPerConnectionMax = 256;

interface Connection {
  readonly id: number;
  readonly remoteAddress: string;
  readonly connectedSince: number;
  endedAt: number | null;
  lastReadingAt: number | null;
  lastHeardAt: number;
  readonly scales: Set<number>;
  readings: number;
  rejected: number;
  bytes: number;
  hasParity: boolean;
  readonly origin: OfSource;
}

/** A connection's source may be known only by how it begins: this says it at any time. */
interface OfSource {
  readonly source: { readonly name: string } | null;
}

interface Scale {
  readonly firstSeenAt: number;
  /** The connection it printed on last. */
  connection: Connection;
  lastReadingAt: number | null;
  lastWeight: string | null;
  unit: Unit | null;
  unitChange: ScaleView["unitChange"];
  readings: number;
  rejected: number;
}

/** Which scales are connected, and what each sent last. In memory only. */
export interface Presence {
  connected(id: number, remoteAddress: string, at: number, origin: OfSource): void;
  disconnected(id: number, at: number): void;
  received(connectionId: number, bytes: number, at: number): void;
  /** A print came with its parity bits. @returns whether that was new of this connection. */
  sentParity(connectionId: number): boolean;
  /** Takes a good print. */
  reading(connectionId: number, scale: number, reading: Reading, at: number): void;
  /** Takes that a scale streams on a connection: it is there, also before its first bag. */
  sampled(connectionId: number, scale: number, at: number): void;
  /** Only of a scale that is configured or printed a bag before, because noise can look like a scale id. */
  rejected(connectionId: number, scale: number | null, printedScale: number | null, at: number): void;
  /** Whether a bag came on this connection. */
  hasPrinted(connectionId: number): boolean;
  /** Called when a scale prints on another connection than before, and the one before is still open. */
  readonly onMoved: Emitter<[scale: number, from: ConnectionTimes, to: ConnectionTimes, at: number]>["on"];
  /** The open connection on which a scale printed last; null: it has none. */
  connectionOf(scale: number): number | null;
  connections(): ConnectionView[];
  scales(): ScaleView[];
  /** Those that stand in for another, by the id that they print. What they print is in the other's view too. */
  standIns(): ScaleView[];
  /** Configured, or one of the 1,000 others that were heard last. */
  isKnown(scale: number): boolean;
  /** Forgets a scale until it prints again. */
  forget(scale: number): void;
  /** Called with each scale that is removed, because there are too many or by a person. */
  readonly onForgotten: Emitter<[scale: number]>["on"];
}

/** Longer than a print takes, shorter than an indicator that is there to stay. */
const onePrintMs = 10_000;

function wasForOnePrint({ endedAt, connectedSince, readings, rejected }: Connection): boolean {
  return endedAt !== null && endedAt - connectedSince <= onePrintMs && readings === 1 && rejected === 0;
}

/** @param isConfigured whether a scale is configured, or set by a person: it is remembered however many others print. */
export function createPresence(isConfigured: (scale: number) => boolean, log: FailureLog): Presence {
  const moved = createEmitter<[scale: number, from: ConnectionTimes, to: ConnectionTimes, at: number]>(
    "scale moved to another connection",
    log,
  );
  const forgotten = createEmitter<[scale: number]>("scale forgotten", log);
  const connections = new Map<number, Connection>();
  const scales = createKnownScales<Scale>(isConfigured, (id, { connection }) => {
    connection.scales.delete(id);
    forgotten.emit(id);
  });
  const standIns = createKnownScales<Scale>(isConfigured, () => undefined);

  function scaleOn(connection: Connection, known: typeof scales, id: number, at: number): Scale {
    let scale = known.get(id);
    if (scale === undefined) {
      scale = {
        firstSeenAt: at,
        connection,
        lastReadingAt: null,
        lastWeight: null,
        unit: null,
        unitChange: null,
        readings: 0,
        rejected: 0,
      };
      known.add(id, scale);
    }
    scale.connection = connection;
    return scale;
  }

  function heardOn(connection: Connection, id: number, at: number): Scale {
    const before = scales.get(id)?.connection;
    const scale = scaleOn(connection, scales, id, at);
    if (!connection.scales.has(id)) {
      const [longestAgo] = connection.scales;
      if (connection.scales.size >= scalesPerConnectionMax && longestAgo !== undefined)
        connection.scales.delete(longestAgo);
      connection.scales.add(id);
    }
    if (before !== undefined && before !== connection && connections.has(before.id))
      moved.emit(id, before, connection, at);
    return scale;
  }

  function take(scale: Scale, { weight, unit }: Reading, at: number): void {
    scale.readings++;
    scale.lastReadingAt = at;
    scale.lastWeight = weight;
    if (scale.unit !== null && scale.unit !== unit) scale.unitChange = { from: scale.unit, at };
    scale.unit = unit;
  }

  function view(known: typeof scales): ScaleView[] {
    return [...known.all()].map(([id, { connection, ...scale }]) => {
      const connected = connections.has(connection.id);
      return {
        id,
        connected,
        remoteAddress: connection.remoteAddress,
        connectedSince: connected ? connection.connectedSince : null,
        connectsToPrint: wasForOnePrint(connection),
        firstSeenAt: scale.firstSeenAt,
        lastReadingAt: scale.lastReadingAt,
        lastWeight: scale.lastWeight,
        unit: scale.unit,
        unitChange: scale.unitChange,
        readings: scale.readings,
        rejected: scale.rejected,
      };
    });
  }

  return {
    connected(id, remoteAddress, at, origin) {
      connections.set(id, {
        id,
        remoteAddress,
        connectedSince: at,
        endedAt: null,
        lastReadingAt: null,
        lastHeardAt: at,
        scales: new Set(),
        readings: 0,
        rejected: 0,
        bytes: 0,
        hasParity: false,
        origin,
      });
    },
    disconnected(id, at) {
      const connection = connections.get(id);
      if (connection !== undefined) connection.endedAt = at;
      connections.delete(id);
    },
    received(connectionId, bytes, at) {
      const connection = connections.get(connectionId);
      if (connection === undefined) return;
      connection.bytes += bytes;
      connection.lastHeardAt = at;
    },
    hasPrinted: (connectionId) => (connections.get(connectionId)?.readings ?? 0) > 0,
    sentParity(connectionId) {
      const connection = connections.get(connectionId);
      if (connection === undefined || connection.hasParity) return false;
      connection.hasParity = true;
      return true;
    },
    onMoved: moved.on,
    reading(connectionId, scaleId, reading, at) {
      const connection = connections.get(connectionId);
      if (connection === undefined) return;
      connection.readings++;
      connection.lastReadingAt = at;
      const scale = heardOn(connection, scaleId, at);
      scales.heard(scaleId);
      const { printedScale } = reading;
      take(scale, reading, at);
      if (printedScale !== scaleId) take(scaleOn(connection, standIns, printedScale, at), reading, at);
    },
    sampled(connectionId, scaleId, at) {
      const connection = connections.get(connectionId);
      if (connection !== undefined) heardOn(connection, scaleId, at);
    },
    rejected(connectionId, scaleId, printedScale, at) {
      const connection = connections.get(connectionId);
      if (connection === undefined) return;
      connection.rejected++;
      if (scaleId === null || !(isConfigured(scaleId) || scales.get(scaleId))) return;
      heardOn(connection, scaleId, at).rejected++;
      if (printedScale !== null && printedScale !== scaleId)
        scaleOn(connection, standIns, printedScale, at).rejected++;
    },
    connectionOf(scale) {
      const connection = scales.get(scale)?.connection;
      return connection !== undefined && connections.has(connection.id) ? connection.id : null;
    },
    connections: () =>
      [...connections.values()].map((connection) => ({
        ...connection,
        scales: [...connection.scales],
        source: connection.origin.source?.name ?? null,
      })),
    scales: () => view(scales),
    standIns: () => view(standIns),
    isKnown: (scale) => scales.get(scale) !== undefined,
    forget(scale) {
      scales.forget(scale);
      standIns.forget(scale);
    },
    onForgotten: forgotten.on,
  };
}
