import type { AnyElysia } from "elysia";
import { errorMessage } from "../runtime/error-message.ts";
import { once } from "../runtime/once.ts";
import type { Services } from "./api/services.ts";
import type { App } from "./app.ts";
import type { Listening } from "./listen.ts";

/** 1, 2, 4 … 30 s between one attempt and the next. */
const retryFirstMs = 1_000;
const retryMaxMs = 30_000;

const portHint = "Free the port, or set PREPUFF_HTTP_PORT or PREPUFF_HTTP_HOST and start again";
const codeHint = "Make a file with prepuff support-bundle and report it";

export interface HttpServer {
  /** Begins to open the port, in the background. */
  start(): void;
  /** Resolves with the port when it is open; never, where it is stopped before that. */
  readonly port: Promise<number>;
  /** Answers what was asked, then closes. Calling it again waits for the first. */
  stop(): Promise<void>;
}

/**
 * The HTTP side, in the background: its code is loaded after the scales' port is open, and what fails (a port that
 * somebody else has, an address that is not there yet, its own code) is tried again until it works, and logged once. No
 * failure of it may affect weighing or end the process.
 */
export function createHttpServer(services: Services, loadPages: () => Promise<AnyElysia>): HttpServer {
  const { config, clock, logger } = services;
  const { host, port } = config.http;
  const stopping = new AbortController();
  const opened = Promise.withResolvers<number>();
  let opening: Promise<Listening | null> | undefined;
  let app: App | null = null;

  async function open(): Promise<Listening | null> {
    let logged: string | null = null;
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      try {
        app ??= await build(services, loadPages);
        const { listen } = await import("./listen.ts");
        if (stopping.signal.aborted) return null;
        const server = await listen(app, host, port);
        logger.info({ host, port: server.port }, "HTTP port open");
        opened.resolve(server.port);
        return server;
      } catch (error) {
        const why = errorMessage(error);
        if (why !== logged) {
          logger.error(
            { host, port, error: why, hint: app === null ? codeHint : portHint },
            "HTTP port not opened, trying again; weighing goes on",
          );
        }
        logged = why;
        await clock.sleep(Math.min(retryFirstMs * 2 ** failures, retryMaxMs), stopping.signal);
      }
    }
    return null;
  }

  return {
    start() {
      opening ??= open();
    },
    port: opened.promise,
    stop: once(async () => {
      stopping.abort();
      await (await opening)?.stop();
    }),
  };
}

/** Where it fails, the metrics that it registered are taken back: it can be built again, and nothing is registered twice. */
async function build(services: Services, loadPages: () => Promise<AnyElysia>): Promise<App> {
  const { registry } = services.metrics;
  const [{ createApp }, pages] = await Promise.all([import("./app.ts"), loadPages()]);
  const before = new Set(registry.getMetricsAsArray().map(({ name }) => name));
  try {
    return createApp(services, pages);
  } catch (error) {
    for (const { name } of registry.getMetricsAsArray()) {
      if (!before.has(name)) registry.removeSingleMetric(name);
    }
    throw error;
  }
}
