import type { HttpParts } from "./parts.ts";

/** How long to wait before asking again for a port that somebody else has. */
const retryAfterMs = 5_000;

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
    const { createApp, listen } = await import("./app.ts");
    // Made once: what it registers (metrics, watchers) cannot be registered a second time.
    const app = createApp(parts);
    while (!stopping.signal.aborted) {
      try {
        const server = await listen(app, host, port);
        logger.info({ host, port: server.port }, "HTTP port open");
        opened.resolve(server.port);
        return server;
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
