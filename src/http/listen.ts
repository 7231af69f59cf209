import { errorCode } from "../runtime/error-code.ts";
import { once } from "../runtime/once.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import type { App } from "./app.ts";
import { isMatch } from "./method-not-allowed.ts";
import { answerNowhere } from "./nowhere.ts";
import { pathOf } from "./request/address.ts";

export interface Listening {
  readonly port: number;
  /**
   * Ends the event streams, answers what was asked, then closes; after a bound it closes regardless. Calling it again waits
   * for the first.
   */
  stop(): Promise<void>;
}

/**
 * Longer than the heartbeat of an event stream, so that none is taken for idle. Single bytes do not extend it: a body
 * that arrives slowly is cut off after it all the same, and headers always after 12 s (measured on Bun 1.4.5).
 */
const idleTimeoutSeconds = 30;
/** Of any body, whatever becomes of it; what a route takes is less. */
const bodyBytesMax = 1024 * 1024;
const stopLimitMs = 5_000;

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program",
  EADDRNOTAVAIL: "cannot be had: this machine has no such address",
  EACCES: "may not be opened by this user: below 1024 it takes special rights",
};

type Handler = (request: Bun.BunRequest) => Promise<Response>;

/**
 * Opens the HTTP port.
 *
 * @param port 0: any free one.
 * @param idleSeconds how long a body may take, and a connection may be idle.
 * @throws in plain words, with the system's code: EADDRINUSE if another program has the port.
 */
export async function listen(
  app: App,
  hostname: string,
  port: number,
  idleSeconds = idleTimeoutSeconds,
): Promise<Listening> {
  const server = open();
  // Elysia asks it for the client's address.
  app.server = server;
  return {
    port: server.port ?? port,
    stop: once(stop),
  };

  async function stop(): Promise<void> {
    app.decorator.endStreams();
    await withTimeLimit(server.stop(), stopLimitMs, () => server.stop(true));
  }

  function open(): Bun.Server<undefined> {
    try {
      return Bun.serve({
        hostname,
        port,
        // Bun's default for Elysia is true: then two processes share one port, and each gets half of the requests.
        reusePort: false,
        development: false,
        idleTimeout: idleSeconds,
        maxRequestBodySize: bodyBytesMax,
        routes: routesOf(app),
        fetch: async (request) => answerNowhere(withHost(request)),
      });
    } catch (error) {
      const code = errorCode(error);
      const why = code === null ? undefined : reasons[code];
      if (why === undefined) throw error;
      throw Object.assign(new Error(`port ${port} on ${hostname} ${why}`, { cause: error }), { code });
    }
  }
}

/**
 * Bun finds a route by the address as it was sent, and gives it on as a browser would write it (without `/./`, `\` as
 * `/`). A proxy's rules match the first form, so a route is served only if both forms match it.
 */
function routesOf(app: App): Record<string, Handler> {
  const answer = app.compile().fetch;
  const patterns = [...new Set(app.routes.map(({ path }) => path))];
  return Object.fromEntries(
    patterns.map((pattern): [string, Handler] => [
      pattern,
      async (sent) => {
        const request = withHost(sent);
        if (!isMatch(pattern, pathOf(request.url))) return answerNowhere(request);
        return request.method === "HEAD" ? headOf(request, answer) : answer(request);
      },
    ]),
  );
}

/** A request of HTTP/1.0 may name no host; then Bun's URL is a path alone. */
function withHost(request: Request): Request {
  if (!request.url.startsWith("/")) return request;
  return Object.defineProperty(request, "url", { value: `http://localhost${request.url}` });
}

/** What GET would answer, without the body: nothing is read to the end for it, and no stream goes on. */
async function headOf(request: Request, answer: App["fetch"]): Promise<Response> {
  const { body, status, headers } = await answer(Object.defineProperty(request, "method", { value: "GET" }));
  await body?.cancel();
  return new Response(null, { status, headers });
}
