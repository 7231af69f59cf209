import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { errorMessage } from "../../runtime/error-message.ts";
import { type Repeated, repeat } from "../../runtime/repeat.ts";
import type { Sources } from "../sources/sources.ts";

/** How soon a port that is taken is tried again. */
const tryEveryMs = 5_000;

/**
 * Keeps the ports open that sources have of their own. One that cannot be opened is said once, and tried again: weighing
 * on the others goes on. `troubleOf` says why one is not open.
 */
export function createSourcePorts(parts: {
  sources: Pick<Sources, "all" | "onChange">;
  /** @throws Error in plain words where it cannot be opened. */
  open: (port: number) => { stop(): void };
  clock: Clock;
  logger: Logger;
}): Repeated & { troubleOf(port: number): string | null } {
  const { sources, open, clock, logger } = parts;
  const listeners = new Map<number, { stop(): void }>();
  /** Why each cannot be opened. */
  const failed = new Map<number, string>();

  function wanted(): Set<number> {
    return new Set(
      sources.all().flatMap(({ source: { enabled, connection } }) => {
        const port = connection.kind === "listen" && enabled ? connection.port : null;
        return port === null ? [] : [port];
      }),
    );
  }

  async function keep(): Promise<void> {
    const ports = wanted();
    for (const [port, listener] of listeners) {
      if (ports.has(port)) continue;
      listener.stop();
      listeners.delete(port);
      logger.info({ port }, "a source's port is closed");
    }
    for (const port of failed.keys()) if (!ports.has(port)) failed.delete(port);
    for (const port of ports) if (!listeners.has(port)) tryToOpen(port);
  }

  function tryToOpen(port: number): void {
    try {
      listeners.set(port, open(port));
      failed.delete(port);
      logger.info({ port }, "a source's port is open");
    } catch (error) {
      const isKnown = failed.has(port);
      failed.set(port, errorMessage(error));
      if (isKnown) return;
      logger.error(
        { port, error: errorMessage(error) },
        "a source's port cannot be opened; it is tried again",
      );
    }
  }

  const kept = repeat({
    work: keep,
    everyMs: tryEveryMs,
    clock,
    onError: (error) => logger.error({ error: errorMessage(error) }, "ports of sources not looked at"),
  });
  const forget = sources.onChange("ports of sources", kept.wake);
  return {
    ...kept,
    troubleOf: (port) => failed.get(port) ?? null,
    async stop() {
      forget();
      await kept.stop();
      for (const listener of listeners.values()) listener.stop();
      listeners.clear();
    },
  };
}
