import type { Source } from "../../config/sources/source.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { errorMessage } from "../../runtime/error-message.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import { whenAborted } from "../../runtime/when-aborted.ts";
import { pollQuestion } from "../sources/commands.ts";
import type { Sources } from "../sources/sources.ts";
import type { ScaleSocket, Sessions } from "./sessions.ts";

/** How long a connection may take to be made. */
const connectMs = 5_000;
/** The pause before the next attempt: doubled from the first to the longest, with a random part so that many spread out. */
const pauseMs = { first: 1_000, longest: 30_000 } as const;
/** So many questions in a row without an answer: the connection is half-open, or the indicator is off. */
const unansweredMax = 3;

/** A source that the appliance calls. */
type Called = Source & { readonly connection: Source["connection"] & { readonly kind: "connect" } };

function isCalled(source: Source): source is Called {
  return source.enabled && source.connection.kind === "connect";
}

/** Keeps the connections that the appliance opens itself: to indicators and device servers that listen. */
export interface Dialler {
  start(): void;
  /** Why a source is not connected, in plain words; null: it is, or was not tried yet. */
  troubleOf(source: string): string | null;
  /** Opens no more. Those that are open stay, for others to end. */
  stop(): Promise<void>;
}

export function createDialler(parts: {
  sources: Pick<Sources, "all" | "onChange">;
  sessions: Pick<Sessions, "begin" | "data" | "close" | "ask">;
  /** A number that no connection had before. */
  nextId: () => number;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}): Dialler {
  const { sources, sessions, nextId, clock, logger, metrics } = parts;
  /** By the source's definition: one that was changed is another one. */
  const calls = new Map<string, { readonly halt: AbortController; readonly done: Promise<void> }>();
  /** Why each source is not connected, by its name. */
  const troubles = new Map<string, string>();
  let isStarted = false;

  function callAll(): void {
    if (!isStarted) return;
    const wanted = new Map(
      sources
        .all()
        .map(({ source }) => source)
        .filter(isCalled)
        .map((source) => [JSON.stringify(source), source]),
    );
    for (const [key, { halt }] of calls) {
      if (wanted.has(key)) continue;
      halt.abort();
      calls.delete(key);
    }
    for (const [key, source] of wanted) {
      if (calls.has(key)) continue;
      const halt = new AbortController();
      calls.set(key, { halt, done: keepConnected(source, halt.signal) });
    }
  }
  const forget = sources.onChange("connections of sources", callAll);

  async function keepConnected(source: Called, signal: AbortSignal): Promise<void> {
    let failures = 0;
    metrics.sourceConnected.set({ source: source.name }, 0);
    while (!signal.aborted) {
      const why = await call(source, signal, () => {
        failures = 0;
      });
      if (signal.aborted) break;
      failures++;
      troubles.set(source.name, why);
      // Once an outage, not once an attempt.
      if (failures === 1)
        logger.warn({ source: source.name, error: why }, "a source is not connected; it is tried again");
      const longest = Math.min(pauseMs.longest, pauseMs.first * 2 ** Math.min(failures - 1, 10));
      await clock.sleep(longest * (0.5 + Math.random() / 2), signal);
    }
    troubles.delete(source.name);
    metrics.sourceConnected.remove({ source: source.name });
  }

  /**
   * One connection from its beginning to its end.
   *
   * @param onHeard called when bytes came.
   * @returns why it ended, in plain words.
   */
  async function call(source: Called, signal: AbortSignal, onHeard: () => void): Promise<string> {
    const { connection, name } = source;
    const ended = Promise.withResolvers<string>();
    const connectionId = nextId();
    let socket: ScaleSocket;
    try {
      socket = await connect(connection.host, connection.port, connectionId);
    } catch (error) {
      return errorMessage(error);
    }
    troubles.delete(name);
    metrics.sourceConnected.set({ source: name }, 1);
    const polling = new AbortController();
    void poll(source, connectionId, polling.signal).then((why) => {
      if (why !== null) {
        ended.resolve(why);
        socket.terminate();
      }
    });
    const why = await Promise.race([
      ended.promise,
      whenAborted(signal).then(() => "the source is no longer wanted"),
    ]);
    if (signal.aborted) socket.end();
    polling.abort();
    metrics.sourceConnected.set({ source: name }, 0);
    return why;

    function connect(hostname: string, port: number, id: number): Promise<ScaleSocket> {
      const { promise, resolve, reject } = Promise.withResolvers<ScaleSocket>();
      let isLate = false;
      const late = setTimeout(() => {
        isLate = true;
        reject(new Error(`no connection within ${connectMs / 1000} s`));
      }, connectMs);
      void Bun.connect<ScaleSocket["data"]>({
        hostname,
        port,
        data: undefined,
        socket: {
          open(opened) {
            if (isLate) {
              opened.terminate();
              return;
            }
            clearTimeout(late);
            sessions.begin(opened, id, opened.remoteAddress ?? hostname, { kind: "source", source });
            resolve(opened);
          },
          data(opened, bytes) {
            onHeard();
            sessions.data(opened, bytes);
          },
          close(opened, error) {
            sessions.close(opened, error);
            ended.resolve(error === undefined ? "the other side closed the connection" : errorMessage(error));
          },
          connectError(_, error) {
            clearTimeout(late);
            reject(error);
          },
          error(opened, error) {
            logger.error({ source: name, error: error.message }, "connection failed");
            opened.terminate();
          },
        },
      }).catch(reject);
      return promise;
    }
  }

  /** Asks for the weight again and again. @returns why the connection is of no use; null: it has ended, or nothing is asked. */
  async function poll(source: Called, connectionId: number, signal: AbortSignal): Promise<string | null> {
    const { connection, name } = source;
    const question = pollQuestion(source);
    if (connection.poll === null || question === null) return null;
    const { every_ms, answer_ms } = connection.poll;
    let unanswered = 0;
    while (!signal.aborted) {
      const askedAt = clock.now();
      const answer = await sessions.ask(connectionId, question, answer_ms);
      if (signal.aborted) return null;
      const isAnswered = answer?.isKnown === true;
      metrics.sourcePolls.inc({ source: name, result: isAnswered ? "answered" : "no_answer" });
      unanswered = isAnswered ? 0 : unanswered + 1;
      if (unanswered === unansweredMax) return `no answer to ${unansweredMax} questions`;
      await clock.sleep(every_ms - (clock.now() - askedAt), signal);
    }
    return null;
  }

  return {
    start() {
      isStarted = true;
      callAll();
    },
    troubleOf: (source) => troubles.get(source) ?? null,
    async stop() {
      isStarted = false;
      forget();
      for (const { halt } of calls.values()) halt.abort();
      await Promise.all([...calls.values()].map(({ done }) => done));
    },
  };
}
