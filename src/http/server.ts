import type { AnyElysia } from "elysia";
import type { HttpParts } from "./api/parts.ts";
import type { App } from "./app.ts";
import type { Listening } from "./listen.ts";

/** 1, 2, 4 … 30 s between one attempt and the next. */
const retryFirstMs = 1_000;
const retryMaxMs = 30_000;

export interface HttpServer {
  /** Resolves with the port when it is open. */
  readonly port: Promise<number>;
  /** Answers what was asked, then closes. */
  stop(): Promise<void>;
}

/**
 * Opens the HTTP side, in the background: its code is loaded after the scales' port is open, and what fails (a port that somebody
 * else has, an address that is not there yet) is tried again and again, and said once. None of it may keep the scales from
 * weighing, or end the process.
 */
export function startHttpServer(parts: HttpParts, loadPages: () => Promise<AnyElysia>): HttpServer {
  const { config, clock, logger } = parts;
  const { host, port } = config.http;
  const stopping = new AbortController();
  const opened = Promise.withResolvers<number>();
  let app: App | null = null;

  async function attempt(): Promise<Listening> {
    const [{ createApp }, { listen }, pages] = await Promise.all([
      import("./app.ts"),
      import("./listen.ts"),
      loadPages(),
    ]);
    // Made once: what it registers (metrics, watchers) cannot be registered a second time.
    app ??= createApp(parts, pages);
    return listen(app, host, port);
  }

  async function open(): Promise<Listening | null> {
    let told: string | null = null;
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      try {
        const server = await attempt();
        logger.info({ host, port: server.port }, "HTTP port open");
        opened.resolve(server.port);
        return server;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (why !== told) {
          const hint = "Free the port, or set PREPUFF_HTTP_PORT or PREPUFF_HTTP_HOST and start again";
          logger.error(
            { host, port, error: why, hint },
            "HTTP port not opened, trying again; weighing goes on",
          );
        }
        told = why;
        await clock.sleep(Math.min(retryFirstMs * 2 ** failures, retryMaxMs), stopping.signal);
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
