import type { Socket } from "bun";
import type { Config } from "../../config/config.ts";
import type { Source } from "../../config/sources/source.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import type { ConnectionReader } from "../frames/connection-reader.ts";
import { Greeting } from "../frames/greeting.ts";
import type { LineGrammar } from "../frames/line-grammar.ts";
import { createPrintedScales } from "../frames/printed-scales.ts";
import type { Intake, Origin } from "../intake.ts";
import type { Presence } from "../presence.ts";
import type { Choice } from "../sources/choice.ts";
import type { Question } from "../sources/commands.ts";
import { createReader, type ReaderParts } from "../sources/reader.ts";
import { createRegisteredReader } from "../sources/registered-reader.ts";
import type { Sources } from "../sources/sources.ts";
import type { Streams } from "../streams/streams.ts";
import type { Tappable, Taps } from "../taps.ts";
import { type Answer, Exchange } from "./exchange.ts";
import { createForeigners } from "./foreigners.ts";
import { createHalfOpenWatch } from "./half-open.ts";
import { createQuietTimer, type QuietTimer } from "./quiet-timer.ts";
import { createReadBudget } from "./read-budget.ts";
import { createRecentBytes } from "./recent-bytes.ts";

/**
 * After this much silence the kernel asks the other side whether it is still there (10 probes, 1 s apart): whoever
 * vanished without a word is gone 10 to 20 s later. TCP_USER_TIMEOUT would add nothing: it is about bytes sent and
 * not acknowledged, and hardly anything is sent to a scale.
 */
const keepAliveAfterMs = 10_000;
/** How long scales may go on sending after the appliance has closed its side, at shutdown. */
const farewellMs = 500;
/** How long a connection that was taken for half-open has to show that it is alive. */
const ghostAnswerMs = 2_000;
/** How long one that gave its place away is still read. */
const displacedMs = 2_000;

/** One connection with an indicator, whoever opened it. */
interface Session {
  readonly connectionId: number;
  readonly remoteAddress: string;
  readonly via: Via;
  readonly origin: Origin;
  readonly reader: ConnectionReader;
  /** Made with the first command: most are never asked for anything. */
  exchange: Exchange | null;
  /** Of a connection that the appliance opened itself: null. */
  readonly greeting: Greeting | null;
  /** It began as no scale does: nothing more is read of it. */
  isForeign: boolean;
  readonly quiet: QuietTimer;
  /** Our side is closed, because this scale printed on a newer connection. */
  leftBehindBy: { readonly scale: number; readonly giveUp: Timer } | undefined;
  /** Our side is closed, because another one needs its place. */
  displaced: Timer | undefined;
}

export type ScaleSocket = Socket<Session | undefined>;

/** How a connection came about: on a port (null: the scales' port), with what it may be; or opened for a source. */
export type Via =
  | { readonly kind: "port"; readonly port: number | null; readonly choice: Choice }
  | { readonly kind: "source"; readonly source: Source };

/** The connections that are read, from their beginning to their end. */
export interface Sessions {
  /** Reads the connection from now on. `data` and `close` of its socket must follow. */
  begin(socket: ScaleSocket, connectionId: number, remoteAddress: string, via: Via): void;
  data(socket: ScaleSocket, bytes: Uint8Array): void;
  /** To be called when the connection has ended; @param error where it was reset. */
  close(socket: ScaleSocket, error?: Error): void;
  /** Ends it from this side, which says nothing about whether the other one is alive. */
  giveUp(socket: ScaleSocket): void;
  /** Closes our side, and reads what comes for a moment longer: another connection needs its place. */
  displace(socket: ScaleSocket): void;
  /** Whether bytes of it wait, or may wait, to be worked on. */
  isUnread(socket: ScaleSocket): boolean;
  /** Ends one connection in order. @returns false where there is no such connection. */
  end(connectionId: number): boolean;
  /**
   * Sends a command on a connection.
   *
   * @returns as `Exchange.ask`; null also where there is no such connection.
   */
  ask(connectionId: number, question: Question, limitMs: number): Promise<Answer | null>;
  /** The source that a connection is read as; null: the default one, or there is no such connection. */
  sourceOf(connectionId: number): Source | null;
  /** The last bytes of a connection whose prints are no bags; null: its prints are, or there is no such connection. */
  recentBytes(connectionId: number): Uint8Array | null;
  /** Keeps the last bytes of a connection for a minute from now on, whatever its prints are. */
  watch(connectionId: number): void;
  /** Closes our side of every connection, takes what scales still send, and ends every connection. */
  stop(): Promise<void>;
}

/** What the scales' port is made of. */
export interface SessionParts {
  readonly config: Config;
  readonly grammar: LineGrammar;
  readonly intake: Intake;
  readonly streams: Pick<Streams, "sample">;
  readonly journal: Pick<Journal, "writable" | "onWritable">;
  readonly presence: Presence;
  readonly sources: Pick<Sources, "choose" | "all" | "onChange">;
  readonly taps: Pick<Taps, "opened" | "closed" | "follow">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** @param onEnd called when a connection has ended. */
export function createSessions(parts: SessionParts, onEnd: (connectionId: number) => void): Sessions {
  const { config, grammar, intake, streams, journal, presence, sources, taps } = parts;
  const { clock, logger, metrics } = parts;
  const sockets = new Map<number, ScaleSocket>();
  const recent = createRecentBytes();
  const halfOpen = createHalfOpenWatch();
  const foreigners = createForeigners({ intake, clock, logger, metrics });
  const printedScales = createPrintedScales((scale) => config.station.byScale.has(scale));

  const readerParts: ReaderParts = {
    grammar,
    decimalMark: config.frame.decimalMark,
    intake(outcome, origin) {
      recent.read(origin.connectionId, outcome.kind === "frame" && outcome.parsed.ok);
      intake(outcome, origin);
    },
    streams: {
      sample(print, raw, source, origin) {
        recent.read(origin.connectionId, print.kind !== "rejected");
        streams.sample(print, raw, source, origin);
      },
    },
    onPrint({ kind }, frame, { connectionId }) {
      sockets.get(connectionId)?.data?.exchange?.heard({ frame, isKnown: kind !== "rejected" });
    },
  };
  taps.follow(() =>
    [...sockets.values()].flatMap(({ data }) => (data === undefined ? [] : [tappableOf(data)])),
  );

  const budget = createReadBudget<ScaleSocket>({
    work,
    pause: (socket) => socket.pause(),
    resume,
  });

  // What sends on such a connection connects anew, and is then read as the sources are now.
  sources.onChange("connections", () => {
    for (const socket of sockets.values()) {
      if (socket.data !== undefined && !isCurrent(socket.data)) socket.end();
    }
  });

  function isCurrent({ via, remoteAddress }: Session): boolean {
    if (via.kind === "port") return Bun.deepEquals(sources.choose(via.port, remoteAddress), via.choice);
    return sources.all().some(({ source }) => Bun.deepEquals(source, via.source));
  }

  journal.onWritable("scales' port", (writable) => {
    if (writable) budget.goOn();
    else budget.halt();
    for (const socket of sockets.values()) {
      if (writable) resume(socket);
      else socket.pause();
    }
  });

  function resume(socket: ScaleSocket): void {
    if (journal.writable && !budget.isHeld(socket)) socket.resume();
  }

  presence.onMoved("scales' port", (scale, from, to, at) => {
    const socket = sockets.get(from.id);
    if (!socket?.data || socket.data.leftBehindBy || !halfOpen.isLeftBehind(scale, from, to, at)) return;
    logger.info({ connection: from.id, scale, by: to.id }, "scale is back: its older connection is closed");
    socket.data.leftBehindBy = { scale, giveUp: setTimeout(() => giveUp(socket), ghostAnswerMs) };
    // Only a FIN: what a live one has on its way is still read.
    socket.shutdown();
  });

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

  function begin(socket: ScaleSocket, connectionId: number, remoteAddress: string, via: Via): void {
    const choice = choiceOf(via);
    const origin: Origin = {
      connectionId,
      remoteAddress,
      source: choice.source,
      lastBagUid: null,
      tap: null,
    };
    const scales = printedScales.from(remoteAddress);
    const answer = (bytes: Uint8Array) => send(socket, bytes);
    const reader = createRegisteredReader(choice, origin, (source) =>
      createReader(source, readerParts, { origin, scales, answer }),
    );
    const quiet = createQuietTimer({
      reader,
      idleMs: config.frame.idleMs,
      maxAgeMs: config.frame.maxAgeMs,
      isHeldBack: () => isUnread(socket),
    });
    socket.data = {
      connectionId,
      remoteAddress,
      via,
      origin,
      reader,
      exchange: null,
      quiet,
      greeting: via.kind === "port" ? new Greeting() : null,
      isForeign: false,
      leftBehindBy: undefined,
      displaced: undefined,
    };
    socket.setKeepAlive(true, keepAliveAfterMs);
    sockets.set(connectionId, socket);
    presence.connected(connectionId, remoteAddress, clock.now(), origin);
    recent.began(connectionId);
    taps.opened(tappableOf(socket.data));
    if (!journal.writable) socket.pause();
    logger.info(
      { connection: connectionId, remote: remoteAddress, source: choice.source?.name },
      "scale connected",
    );
  }

  function send(socket: ScaleSocket, bytes: Uint8Array): void {
    socket.data?.origin.tap?.sent(bytes);
    socket.write(bytes);
  }

  function exchangeOn(socket: ScaleSocket, session: Session): Exchange {
    session.exchange ??= new Exchange((command) => send(socket, Buffer.from(command, "latin1")), clock);
    return session.exchange;
  }

  function isUnread(socket: ScaleSocket): boolean {
    return !journal.writable || budget.isHeld(socket);
  }

  function data(socket: ScaleSocket, bytes: Uint8Array): void {
    const session = socket.data;
    if (session === undefined) return;
    session.quiet.stop();
    foundAlive(session);
    session.origin.tap?.received(bytes);
    presence.received(session.connectionId, bytes.length, clock.now());
    budget.push(socket, bytes);
  }

  function work(socket: ScaleSocket, bytes: Uint8Array, isAll: boolean): void {
    const session = socket.data;
    if (session === undefined || session.isForeign) return;
    const greeting = session.greeting?.take(bytes) ?? null;
    if (greeting !== null) {
      session.isForeign = true;
      foreigners.turnAway(greeting, session.origin);
      socket.end();
      return;
    }
    recent.received(session.connectionId, bytes);
    session.reader.push(bytes, performance.now());
    if (isAll) session.quiet.start();
  }

  function close(socket: ScaleSocket, error?: Error): void {
    const session = socket.data;
    if (session === undefined) return;
    budget.finish(socket);
    socket.data = undefined;
    session.quiet.stop();
    // After our own close Bun tells the other side's only here. A reset comes with an error: its indicator started anew.
    if (error === undefined) foundAlive(session);
    clearTimeout(session.leftBehindBy?.giveUp);
    clearTimeout(session.displaced);
    // What a foreigner sent is in its rejected frame.
    if (!session.isForeign) session.reader.end();
    taps.closed(session.origin);
    const { connectionId, remoteAddress } = session;
    recent.ended(connectionId);
    onEnd(connectionId);
    presence.disconnected(connectionId, clock.now());
    sockets.delete(connectionId);
    logger.info(
      { connection: connectionId, remote: remoteAddress, error: error?.message },
      "scale disconnected",
    );
  }

  return {
    begin,
    data,
    close,
    giveUp,
    displace(socket) {
      if (socket.data === undefined) return;
      socket.data.displaced = setTimeout(() => giveUp(socket), displacedMs);
      socket.shutdown();
    },
    isUnread,
    end(connectionId) {
      const socket = sockets.get(connectionId);
      socket?.end();
      return socket !== undefined;
    },
    async ask(connectionId, question, limitMs) {
      const socket = sockets.get(connectionId);
      if (socket?.data === undefined) return null;
      return await exchangeOn(socket, socket.data).ask(question, limitMs);
    },
    recentBytes: recent.of,
    watch(connectionId) {
      if (sockets.has(connectionId)) recent.watch(connectionId);
    },
    sourceOf: (connectionId) => sockets.get(connectionId)?.data?.origin.source ?? null,
    async stop() {
      // A FIN, while reading goes on: what a scale has sent by now is still taken.
      for (const socket of sockets.values()) socket.shutdown();
      const deadline = clock.now() + farewellMs;
      while (sockets.size > 0 && clock.now() < deadline) await clock.sleep(20);
      for (const socket of sockets.values()) giveUp(socket);
    },
  };
}

/** What a connection may be, as far as was known when it was opened. */
function choiceOf(via: Via): Choice {
  return via.kind === "port" ? via.choice : { source: via.source, registered: [] };
}

function tappableOf({ origin, via }: Session): Tappable {
  return { origin, port: via.kind === "port" ? via.port : null, choice: choiceOf(via) };
}
