import type { Socket, TCPSocketListener } from "bun";
import type { Config } from "../../config/config.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Logger } from "../../logging/logger.ts";
import { createAllowList } from "../../runtime/address-ranges.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import { once } from "../../runtime/once.ts";
import type { ConnectionReader } from "../frames/connection-reader.ts";
import { Greeting } from "../frames/greeting.ts";
import type { LineGrammar } from "../frames/line-grammar.ts";
import { createPrintedScales } from "../frames/printed-scales.ts";
import type { Intake, Origin } from "../intake.ts";
import type { Presence } from "../presence.ts";
import type { Choice } from "../sources/choice.ts";
import { createReader } from "../sources/reader.ts";
import { createRegisteredReader } from "../sources/registered-reader.ts";
import type { Sources } from "../sources/sources.ts";
import { createAdmission, type Turned } from "./admission.ts";
import { openFilesLimit, shareDescriptors } from "./descriptors.ts";
import { createForeigners } from "./foreigners.ts";
import { createHalfOpenWatch } from "./half-open.ts";
import { openPort } from "./open-port.ts";
import { createQuietTimer, type QuietTimer } from "./quiet-timer.ts";
import { createReadBudget } from "./read-budget.ts";
import { createSourcePorts } from "./source-ports.ts";

/**
 * After this much silence the kernel asks the other side whether it is still there (10 probes, 1 s apart): whoever
 * vanished without a word is gone 10 to 20 s later. TCP_USER_TIMEOUT would add nothing: it is about bytes sent and
 * not acknowledged, and nothing is ever sent to a scale.
 */
const keepAliveAfterMs = 10_000;
/** How long scales may go on sending after the appliance has closed its side, at shutdown. */
const farewellMs = 500;
/** How long a connection that was taken for half-open has to show that it is alive. */
const ghostAnswerMs = 2_000;
/** How long one that gave its place away is still read. */
const displacedMs = 2_000;
/** How often newcomers are looked at while the journal takes nothing. */
const unreadLookMs = 100;
const refusedLogEveryMs = 10_000;

interface Session {
  readonly connectionId: number;
  readonly remoteAddress: string;
  /** The port of a source; null: the scales' port. */
  readonly ofPort: number | null;
  readonly choice: Choice;
  readonly origin: Origin;
  readonly reader: ConnectionReader;
  readonly greeting: Greeting;
  /** It began as no scale does: nothing more is read of it. */
  isForeign: boolean;
  readonly quiet: QuietTimer;
  /** Our side is closed, because this scale printed on a newer connection. */
  leftBehindBy: { readonly scale: number; readonly giveUp: Timer } | undefined;
  /** Our side is closed, because another one needs its place. */
  displaced: Timer | undefined;
}

type ScaleSocket = Socket<Session | undefined>;

export interface Listener {
  /**
   * Opens the scales' port.
   *
   * @returns the port; differs from the configured one only where that is 0.
   * @throws Error in plain words where it cannot be opened.
   */
  start(): number;
  readonly listening: boolean;
  /** Ends one connection; the scale may connect again. @returns false where there is no such connection. */
  close(connectionId: number): boolean;
  /** Also of a port that was never opened. Accepts no more, closes our side of every connection, takes what scales still send, and ends every connection. */
  stop(): Promise<void>;
}

/** The scales' port, and what comes in there. */
export function createListener(parts: {
  config: Config;
  grammar: LineGrammar;
  intake: Intake;
  journal: Pick<Journal, "writable" | "onWritable">;
  presence: Presence;
  sources: Pick<Sources, "all" | "choose" | "onChange">;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}): Listener {
  const { config, grammar, intake, journal, presence, sources, clock, logger, metrics } = parts;
  const { host, port, maxConnections } = config.scale;
  const isAllowed = createAllowList(config.scale.allow);
  const sockets = new Map<number, ScaleSocket>();
  const halfOpen = createHalfOpenWatch();
  const foreigners = createForeigners({ intake, clock, logger, metrics });
  const printedScales = createPrintedScales((scale) => config.station.byScale.has(scale));
  let lastId = 0;
  let listener: TCPSocketListener<Session | undefined> | null = null;
  let listening = false;
  let refusedSinceLog = 0;
  let refusedLoggedAt = Number.NEGATIVE_INFINITY;

  const share = createReadBudget<ScaleSocket>({
    work,
    pause: (socket) => socket.pause(),
    resume,
  });

  const sourcePorts = createSourcePorts({
    sources,
    open: (ofPort) => openPort<Session | undefined>(host, ofPort, handlers(ofPort)),
    clock,
    logger,
  });
  // What sends on such a connection connects anew, and is then read as the sources are now.
  sources.onChange("scales' ports", () => {
    for (const socket of sockets.values()) {
      const session = socket.data;
      if (session === undefined) continue;
      const choice = sources.choose(session.ofPort, session.remoteAddress);
      if (!Bun.deepEquals(choice, session.choice)) socket.end();
    }
  });

  const descriptors = shareDescriptors(maxConnections, openFilesLimit());
  const admission = createAdmission<ScaleSocket>({
    limits: {
      inAll: descriptors.places,
      perAddress: config.scale.maxPerAddress,
      spare: descriptors.spare,
      noPlace: descriptors.places < maxConnections ? "too_few_descriptors" : "too_many_connections",
    },
    hasPrinted: presence.hasPrinted,
    isUnread: (socket) => !journal.writable || share.isHeld(socket),
    turnAway,
    cut: giveUp,
    // While nothing is read there is nothing to see, and no need to look all the time.
    nextTurn: (look) => (journal.writable ? setImmediate(look) : setTimeout(look, unreadLookMs)),
  });

  journal.onWritable("scales' port", (writable) => {
    if (writable) share.goOn();
    else share.halt();
    for (const socket of sockets.values()) {
      if (writable) resume(socket);
      else socket.pause();
    }
  });

  function resume(socket: ScaleSocket): void {
    if (journal.writable && !share.isHeld(socket)) socket.resume();
  }

  presence.onMoved("scales' port", (scale, from, to, at) => {
    const socket = sockets.get(from.id);
    if (!socket?.data || socket.data.leftBehindBy || !halfOpen.isLeftBehind(scale, from, to, at)) return;
    logger.info({ connection: from.id, scale, by: to.id }, "scale is back: its older connection is closed");
    socket.data.leftBehindBy = { scale, giveUp: setTimeout(() => giveUp(socket), ghostAnswerMs) };
    // Only a FIN: what a live one has on its way is still read.
    socket.shutdown();
  });

  /** Ends it from this side, which says nothing about whether the other one is alive. */
  function giveUp(socket: ScaleSocket): void {
    clearTimeout(socket.data?.leftBehindBy?.giveUp);
    clearTimeout(socket.data?.displaced);
    if (socket.data) socket.data.leftBehindBy = undefined;
    close(socket);
    socket.terminate();
  }

  function foundAlive(session: Session): void {
    const { connectionId, leftBehindBy } = session;
    if (leftBehindBy === undefined) return;
    session.leftBehindBy = undefined;
    clearTimeout(leftBehindBy.giveUp);
    halfOpen.wasAlive(leftBehindBy.scale);
    logger.warn(
      { connection: connectionId, scale: leftBehindBy.scale },
      "two connections print for one scale: check the indicators' scale ids",
    );
  }

  function turnAway(socket: ScaleSocket, why: Turned): void {
    const session = socket.data;
    if (session === undefined) return;
    if (why !== "displaced") {
      refuse(socket, session.remoteAddress, why);
      return;
    }
    countRefused(session.remoteAddress, why);
    session.displaced = setTimeout(() => giveUp(socket), displacedMs);
    socket.shutdown();
  }

  function refuse(socket: ScaleSocket, address: string, reason: string): void {
    countRefused(address, reason);
    socket.end();
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
      refuse(socket, remoteAddress, reason);
      return;
    }
    const choice = sources.choose(ofPort, remoteAddress);
    const origin: Origin = { connectionId, remoteAddress, source: choice.source, lastBagUid: null };
    const reader = createRegisteredReader(choice, origin, (source) =>
      createReader(source, {
        grammar,
        decimalMark: config.frame.decimalMark,
        scales: printedScales.from(remoteAddress),
        intake,
        origin,
      }),
    );
    const quiet = createQuietTimer({
      reader,
      idleMs: config.frame.idleMs,
      maxAgeMs: config.frame.maxAgeMs,
      isHeldBack: () => !journal.writable || share.isHeld(socket),
    });
    socket.data = {
      connectionId,
      remoteAddress,
      ofPort,
      choice,
      origin,
      reader,
      quiet,
      greeting: new Greeting(),
      isForeign: false,
      leftBehindBy: undefined,
      displaced: undefined,
    };
    socket.setKeepAlive(true, keepAliveAfterMs);
    sockets.set(connectionId, socket);
    presence.connected(connectionId, remoteAddress, clock.now());
    if (!journal.writable) socket.pause();
    logger.info({ connection: connectionId, remote: remoteAddress }, "scale connected");
  }

  function data(socket: ScaleSocket, bytes: Uint8Array): void {
    const session = socket.data;
    if (session === undefined) return;
    session.quiet.stop();
    foundAlive(session);
    presence.received(session.connectionId, bytes.length, clock.now());
    share.push(socket, bytes);
  }

  function work(socket: ScaleSocket, bytes: Uint8Array, isAll: boolean): void {
    const session = socket.data;
    if (session === undefined || session.isForeign) return;
    const greeting = session.greeting.take(bytes);
    if (greeting !== null) {
      session.isForeign = true;
      foreigners.turnAway(greeting, session.origin);
      socket.end();
      return;
    }
    session.reader.push(bytes, performance.now());
    if (isAll) session.quiet.start();
  }

  function close(socket: ScaleSocket, error?: Error): void {
    const session = socket.data;
    if (session === undefined) return;
    share.finish(socket);
    socket.data = undefined;
    session.quiet.stop();
    // After our own close Bun tells the other side's only here. A reset comes with an error: its indicator started anew.
    if (error === undefined) foundAlive(session);
    clearTimeout(session.leftBehindBy?.giveUp);
    clearTimeout(session.displaced);
    // What a foreigner sent is in its rejected frame.
    if (!session.isForeign) session.reader.end();
    const { connectionId, remoteAddress } = session;
    admission.ended(connectionId);
    presence.disconnected(connectionId, clock.now());
    sockets.delete(connectionId);
    logger.info(
      { connection: connectionId, remote: remoteAddress, error: error?.message },
      "scale disconnected",
    );
  }

  function handlers(ofPort: number | null): Bun.SocketHandler<Session | undefined> {
    return {
      open: (socket) => open(socket, ofPort),
      data,
      close,
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
    listener = openPort<Session | undefined>(host, port, handlers(null));
    listening = true;
    logger.info({ host, port: listener.port }, "scales' port open");
    sourcePorts.start();
    return listener.port;
  }

  async function stop(): Promise<void> {
    listening = false;
    listener?.stop();
    await sourcePorts.stop();
    // A FIN, while reading goes on: what a scale has sent by now is still taken.
    for (const socket of sockets.values()) socket.shutdown();
    const deadline = clock.now() + farewellMs;
    while (sockets.size > 0 && clock.now() < deadline) await clock.sleep(20);
    for (const socket of sockets.values()) giveUp(socket);
  }

  return {
    start,
    get listening() {
      return listening;
    },
    close(connectionId) {
      const socket = sockets.get(connectionId);
      socket?.end();
      return socket !== undefined;
    },
    stop: once(stop),
  };
}
