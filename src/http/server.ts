import type { HttpParts } from "./parts.ts";

/** How long to wait before asking again for a port that somebody else has. */
const retryAfterMs = 5_000;
/** Longer than the heartbeat of an event stream. */
const idleSeconds = 30;
const bodyBytesMax = 1_048_576;

export interface HttpServer {
  /** Resolves with the port when it is open. */
  readonly port: Promise<number>;
  /** Answers what was asked, then closes. */
  stop(): Promise<void>;
}

/**
 * Opens the HTTP side, in the background: its code is loaded after the scales' port is open, and a port that
 * somebody else has is asked for again and again. Neither may keep the scales from weighing.
 */
export function startHttpServer(parts: HttpParts): HttpServer {
  const { config, clock, logger } = parts;
  const { host, port } = config.http;
  const stopping = new AbortController();
  const opened = Promise.withResolvers<number>();

  async function open(): Promise<{ stop(): Promise<unknown> } | null> {
    const { createApp } = await import("./app.ts");
    while (!stopping.signal.aborted) {
      try {
        const app = createApp(parts).listen({
          hostname: host,
          port,
          // Elysia's default lets two processes share a port without a word.
          reusePort: false,
          idleTimeout: idleSeconds,
          maxRequestBodySize: bodyBytesMax,
        });
        const openPort = app.server?.port ?? port;
        logger.info({ host, port: openPort }, "HTTP port open");
        opened.resolve(openPort);
        return app;
      } catch (error) {
        logger.error(
          { host, port, error: String(error) },
          "HTTP port not opened, trying again; weighing goes on",
        );
        await clock.sleep(retryAfterMs, stopping.signal);
      }
    }
    return null;
  }

  const server = open();
  return {
    port: opened.promise,
    async stop() {
      stopping.abort();
      await (await server)?.stop();
    },
  };
}
