import type { Socket, TCPSocketListener, TCPSocketListenOptions } from "bun";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { createAllowList } from "./allow-list.ts";
import type { Dialect } from "./dialect.ts";
import { createFramer, type Framer, type FramerOutcome } from "./framer.ts";
import type { Origin } from "./intake.ts";
import type { Presence } from "./presence.ts";

/** After this much silence the kernel asks the other side whether it is still there (10 probes, 1 s apart). */
const keepAliveAfterMs = 10_000;
/** How long scales may go on sending after the appliance said goodbye, at shutdown. */
const farewellMs = 500;
const refusedLogEveryMs = 10_000;

interface Session extends Origin {
  readonly framer: Framer;
  silence: Timer | undefined;
}

type ScaleSocket = Socket<Session | undefined>;

export interface Listener {
  /** The port in use; differs from the configured one only where that is 0. */
  readonly port: number;
  readonly listening: boolean;
  /** Ends one connection; the scale may connect again. @returns false where there is no such connection. */
  close(connectionId: number): boolean;
  /** Accepts no more, says goodbye to all scales, takes what they still send, and ends every connection. */
  stop(): Promise<void>;
}

/**
 * Opens the scales' port.
 *
 * @throws Error in plain words where the port cannot be opened.
 */
export function startListener(parts: {
  config: Config;
  dialect: Dialect;
  intake: (outcome: FramerOutcome, origin: Origin) => void;
  journal: Pick<Journal, "writable" | "onWritable">;
  presence: Presence;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}): Listener {
  const { config, dialect, intake, journal, presence, clock, logger, metrics } = parts;
  const { host, port, maxConnections, maxPerAddress } = config.scale;
  const isAllowed = createAllowList(config.scale.allow);
  const sockets = new Map<number, ScaleSocket>();
  const perAddress = new Map<string, number>();
  let lastId = 0;
  let listening = true;
  let refusedSinceLog = 0;
  let refusedLoggedAt = Number.NEGATIVE_INFINITY;

  journal.onWritable((writable) => {
    for (const socket of sockets.values()) {
      if (writable) socket.resume();
      else socket.pause();
    }
  });

  function refusal(address: string): string | null {
    if (!isAllowed(address)) return "not_allowed";
    if (sockets.size >= maxConnections) return "too_many_connections";
    if ((perAddress.get(address) ?? 0) >= maxPerAddress) return "too_many_from_address";
    return null;
  }

  function refuse(socket: ScaleSocket, address: string, reason: string): void {
    metrics.connectionsRefused.inc({ reason });
    refusedSinceLog++;
    const now = clock.now();
    if (Math.abs(now - refusedLoggedAt) >= refusedLogEveryMs) {
      logger.warn({ remote: address, reason, refused: refusedSinceLog }, "connection refused");
      refusedLoggedAt = now;
      refusedSinceLog = 0;
    }
    socket.end();
  }

  function open(socket: ScaleSocket): void {
    const remoteAddress = socket.remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
    const reason = refusal(remoteAddress);
    if (reason !== null) {
      refuse(socket, remoteAddress, reason);
      return;
    }
    const connectionId = ++lastId;
    const origin: Origin = { connectionId, remoteAddress };
    socket.data = {
      ...origin,
      framer: createFramer(dialect, (outcome) => intake(outcome, origin)),
      silence: undefined,
    };
    socket.setKeepAlive(true, keepAliveAfterMs);
    sockets.set(connectionId, socket);
    perAddress.set(remoteAddress, (perAddress.get(remoteAddress) ?? 0) + 1);
    presence.connected(connectionId, remoteAddress, clock.now());
    if (!journal.writable) socket.pause();
    logger.info({ connection: connectionId, remote: remoteAddress }, "scale connected");
  }

  function data(socket: ScaleSocket, bytes: Uint8Array): void {
    const session = socket.data;
    if (session === undefined) return;
    clearTimeout(session.silence);
    presence.received(session.connectionId, bytes.length);
    session.framer.push(bytes);
    if (session.framer.awaitsSilence) {
      session.silence = setTimeout(() => session.framer.silence(), config.frame.idleMs);
    }
  }

  function close(socket: ScaleSocket, error?: Error): void {
    const session = socket.data;
    if (session === undefined) return;
    socket.data = undefined;
    clearTimeout(session.silence);
    session.framer.end();
    const { connectionId, remoteAddress } = session;
    presence.disconnected(connectionId);
    sockets.delete(connectionId);
    const left = (perAddress.get(remoteAddress) ?? 1) - 1;
    if (left > 0) perAddress.set(remoteAddress, left);
    else perAddress.delete(remoteAddress);
    logger.info(
      { connection: connectionId, remote: remoteAddress, error: error?.message },
      "scale disconnected",
    );
  }

  const listener = listen(host, port, {
    open,
    data,
    close,
    error(socket, error) {
      logger.error({ connection: socket.data?.connectionId, error }, "connection failed");
      socket.terminate();
    },
  });
  logger.info({ host, port: listener.port }, "scales' port open");

  return {
    port: listener.port,
    get listening() {
      return listening;
    },
    close(connectionId) {
      const socket = sockets.get(connectionId);
      socket?.end();
      return socket !== undefined;
    },
    async stop() {
      if (!listening) return;
      listening = false;
      listener.stop();
      // A FIN, while reading goes on: what a scale has sent by now is still taken.
      for (const socket of sockets.values()) socket.shutdown();
      const deadline = clock.now() + farewellMs;
      while (sockets.size > 0 && clock.now() < deadline) await clock.sleep(20);
      for (const socket of sockets.values()) {
        close(socket);
        socket.terminate();
      }
    },
  };
}

function listen(
  hostname: string,
  port: number,
  socket: Bun.SocketHandler<Session | undefined>,
): TCPSocketListener<Session | undefined> {
  try {
    const options: TCPSocketListenOptions<Session | undefined> = { hostname, port, socket, data: undefined };
    return Bun.listen(options);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const why =
      code === "EADDRINUSE"
        ? "another program uses it (find it with: ss -ltnp); stop that one or set PREPUFF_SCALE_PORT"
        : code === "EACCES"
          ? "ports below 1024 need special rights; set PREPUFF_SCALE_PORT to a higher one"
          : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
            ? "this machine has no such address; set PREPUFF_SCALE_HOST to 0.0.0.0 or to one of its own"
            : String(error);
    throw new Error(`the scales' port ${hostname}:${port} cannot be opened: ${why}`);
  }
}
