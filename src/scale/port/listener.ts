import type { TCPSocketListener } from "bun";
import type { Source } from "../../config/sources/source.ts";
import { createAllowList } from "../../runtime/address-ranges.ts";
import { once } from "../../runtime/once.ts";
import { createAdmission, type Turned } from "./admission.ts";
import { openFilesLimit, shareDescriptors } from "./descriptors.ts";
import { createDialler } from "./dialler.ts";
import { openPort } from "./open-port.ts";
import { createRemoteKeys, type RemoteKeys } from "./remote-keys.ts";
import { createSessions, type ScaleSocket, type SessionParts } from "./sessions.ts";
import { createSourcePorts } from "./source-ports.ts";

/** How often newcomers are looked at while the journal takes nothing. */
const unreadLookMs = 100;
const refusedLogEveryMs = 10_000;

export interface Listener {
  /**
   * Opens the scales' port, those of sources, and the connections of sources.
   *
   * @returns the scales' port; differs from the configured one only where that is 0.
   * @throws Error in plain words where it cannot be opened. Those of sources are tried again.
   */
  start(): number;
  readonly listening: boolean;
  /** Why nothing can come from a source: its port is not open, or its indicator does not answer. null: nothing is known. */
  troubleOf(source: Pick<Source, "name" | "connection">): string | null;
  /** As `Sessions.recentBytes`. */
  recentBytes(connectionId: number): Uint8Array | null;
  /** As `Sessions.watch`. */
  watch(connectionId: number): void;
  /** Ends one connection; the scale may connect again. @returns false where there is no such connection. */
  close(connectionId: number): boolean;
  readonly keys: RemoteKeys;
  /** Also of a port that was never opened. Accepts no more, closes our side of every connection, takes what scales still send, and ends every connection. */
  stop(): Promise<void>;
}

/** The scales' port, those of sources, and what comes in there. */
export function createListener(parts: SessionParts): Listener {
  const { config, journal, presence, sources, clock, logger, metrics } = parts;
  const { host, port, maxConnections } = config.scale;
  const isAllowed = createAllowList(config.scale.allow);
  let lastId = 0;
  let listener: TCPSocketListener<ScaleSocket["data"]> | null = null;
  let listening = false;
  let refusedSinceLog = 0;
  let refusedLoggedAt = Number.NEGATIVE_INFINITY;

  const descriptors = shareDescriptors(maxConnections, openFilesLimit());
  const sessions = createSessions(parts, (connectionId) => admission.ended(connectionId));
  const admission = createAdmission<ScaleSocket>({
    limits: {
      inAll: descriptors.places,
      perAddress: config.scale.maxPerAddress,
      spare: descriptors.spare,
      noPlace: descriptors.places < maxConnections ? "too_few_descriptors" : "too_many_connections",
    },
    hasPrinted: presence.hasPrinted,
    isUnread: sessions.isUnread,
    turnAway,
    cut: sessions.giveUp,
    // While nothing is read there is nothing to see, and no need to look all the time.
    nextTurn: (look) => (journal.writable ? setImmediate(look) : setTimeout(look, unreadLookMs)),
  });
  const sourcePorts = createSourcePorts({
    sources,
    open: (ofPort) => openPort<ScaleSocket["data"]>(host, ofPort, handlers(ofPort)),
    clock,
    logger,
  });
  const dialler = createDialler({ sources, sessions, nextId: () => ++lastId, clock, logger, metrics });

  function turnAway(socket: ScaleSocket, why: Turned): void {
    const session = socket.data;
    if (session === undefined) return;
    countRefused(session.remoteAddress, why);
    if (why === "displaced") sessions.displace(socket);
    else socket.end();
  }

  function countRefused(address: string, reason: string): void {
    metrics.connectionsRefused.inc({ reason });
    refusedSinceLog++;
    const now = clock.now();
    if (Math.abs(now - refusedLoggedAt) >= refusedLogEveryMs) {
      logger.warn({ remote: address, reason, refused: refusedSinceLog }, "connection refused");
      refusedLoggedAt = now;
      refusedSinceLog = 0;
    }
  }

  /** @param ofPort the port of a source; null: the scales' port. */
  function open(socket: ScaleSocket, ofPort: number | null): void {
    // The types promise one, but who has reset the line by now has none; what was sent before that can still be read.
    const address: string | undefined = socket.remoteAddress;
    const remoteAddress = address?.replace(/^::ffff:(?=\d+\.)/, "") ?? "unknown";
    const connectionId = ++lastId;
    const reason = isAllowed(remoteAddress)
      ? admission.enter(socket, connectionId, remoteAddress)
      : "not_allowed";
    if (reason !== null) {
      countRefused(remoteAddress, reason);
      socket.end();
      return;
    }
    const choice = sources.choose(ofPort, remoteAddress);
    sessions.begin(socket, connectionId, remoteAddress, { kind: "port", port: ofPort, choice });
  }

  function handlers(ofPort: number | null): Bun.SocketHandler<ScaleSocket["data"]> {
    return {
      open: (socket) => open(socket, ofPort),
      data: sessions.data,
      close: sessions.close,
      error(socket, error) {
        logger.error({ connection: socket.data?.connectionId, error: error.message }, "connection failed");
        socket.terminate();
      },
    };
  }

  function start(): number {
    if (listener !== null) return listener.port;
    metrics.connectionsMax.set(descriptors.places);
    if (descriptors.places < maxConnections) {
      logger.warn(
        { files: descriptors.openFilesMax, connections: descriptors.places, configured: maxConnections },
        "the process may open too few files for so many scales: raise ulimit -n (LimitNOFILE, ulimits: nofile), or lower PREPUFF_SCALE_MAX_CONNECTIONS",
      );
    }
    listener = openPort<ScaleSocket["data"]>(host, port, handlers(null));
    listening = true;
    logger.info({ host, port: listener.port }, "scales' port open");
    sourcePorts.start();
    dialler.start();
    return listener.port;
  }

  async function stop(): Promise<void> {
    listening = false;
    listener?.stop();
    await Promise.all([sourcePorts.stop(), dialler.stop()]);
    await sessions.stop();
  }

  return {
    start,
    get listening() {
      return listening;
    },
    recentBytes: sessions.recentBytes,
    watch: sessions.watch,
    close: sessions.end,
    keys: createRemoteKeys(presence, sessions),
    troubleOf({ name, connection }) {
      if (connection.kind === "connect") return dialler.troubleOf(name);
      return connection.port === null ? null : sourcePorts.troubleOf(connection.port);
    },
    stop: once(stop),
  };
}
