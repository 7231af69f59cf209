import { basename } from "node:path";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { errorMessage } from "../../runtime/error-message.ts";
import { once } from "../../runtime/once.ts";
import type { EmbeddedPostgres, startEmbeddedPostgres } from "./server.ts";
import { EmbeddedTrouble } from "./trouble.ts";

const retryFirstMs = 1_000;
const retryMaxMs = 60_000;
/** A server that ran for so long counts as working. */
const wellAfterMs = 60_000;

/** The embedded PostgreSQL, which is started when it is first asked for, and again whenever it ended by itself. */
export interface EmbeddedSupervisor {
  /**
   * The running server's URL; starts it where it does not run, but not more often than the backoff allows: 1, 2, 4 … 60 s
   * after one failure behind the other. The URL may change with each start.
   *
   * @throws EmbeddedTrouble the last failure, until it runs.
   */
  locate(): Promise<string>;
  /** Why it does not run; null while it does. */
  readonly trouble: EmbeddedTrouble | null;
  /** Gives up a start that is under way; nothing is started any more. */
  giveUp(): void;
  /** Gives up, and stops the server where it runs. Calling it again waits for the first. */
  stop(): Promise<void>;
}

export function superviseEmbedded(parts: {
  folder: string;
  logger: Logger;
  clock: Clock;
  start: typeof startEmbeddedPostgres;
}): EmbeddedSupervisor {
  const { folder, logger, clock, start } = parts;
  const stopping = new AbortController();
  let running: EmbeddedPostgres | null = null;
  let starting: Promise<string> | null = null;
  let lastPort: number | undefined;
  let trouble: EmbeddedTrouble | null = null;
  let failures = 0;
  let notBefore = 0;

  function failed(error: EmbeddedTrouble): void {
    trouble = error;
    notBefore = clock.now() + Math.min(retryFirstMs * 2 ** failures, retryMaxMs);
    failures++;
  }

  function onEnd(server: EmbeddedPostgres, startedAt: number, how: string): void {
    if (running !== server || stopping.signal.aborted) return;
    running = null;
    if (clock.now() - startedAt >= wellAfterMs) failures = 0;
    failed(
      new EmbeddedTrouble(
        `the embedded PostgreSQL ended by itself (${how})`,
        "Nothing: the appliance starts it again. If it ends again and again, the log says why",
      ),
    );
    logger.error(
      { postgres: how },
      "the embedded PostgreSQL ended by itself: it is started again, weighing goes on",
    );
  }

  async function startNow(): Promise<string> {
    try {
      const server = await start({
        folder,
        logger,
        signal: stopping.signal,
        ...(lastPort !== undefined && { port: lastPort }),
      });
      running = server;
      lastPort = Number(new URL(server.url).port);
      trouble = null;
      const startedAt = clock.now();
      void server.ended.then((how) => onEnd(server, startedAt, how));
      logger.info({ folder }, "embedded PostgreSQL started");
      return server.url;
    } catch (error) {
      failed(
        error instanceof EmbeddedTrouble
          ? error
          : new EmbeddedTrouble(
              `the embedded PostgreSQL in ${basename(folder)} does not start: ${errorMessage(error)}`,
              "Read the appliance's log",
            ),
      );
      throw trouble ?? error;
    } finally {
      starting = null;
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    // One that is under way may have a server by now.
    await starting?.catch(() => undefined);
    await running?.stop();
  }

  return {
    get trouble() {
      return trouble;
    },
    async locate() {
      if (running !== null) return running.url;
      if (stopping.signal.aborted) throw new Error("stopped");
      const waitsMs = notBefore - clock.now();
      // Longer than any backoff: the clock was set back.
      if (trouble !== null && waitsMs > 0 && waitsMs <= retryMaxMs) throw trouble;
      starting ??= startNow();
      return starting;
    },
    giveUp: () => stopping.abort(),
    stop: once(stop),
  };
}
