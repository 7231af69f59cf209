import { errorCode } from "../config/texts.ts";
import type { App } from "./app.ts";

export interface Listening {
  readonly port: number;
  /** Ends the event streams, answers what was asked, then closes; after a bound it closes regardless. */
  stop(): Promise<void>;
}

/**
 * Longer than the heartbeat of an event stream, so that none is taken for idle. Single bytes are no life: a body
 * that trickles in is cut off after it all the same, and headers always after 12 s (measured on Bun 1.4.5).
 */
const idleTimeoutSeconds = 30;
const bodyBytesMax = 1024 * 1024;
const stopLimitMs = 5_000;

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program",
  EADDRNOTAVAIL: "cannot be had: this machine has no such address",
  EACCES: "may not be opened by this user: below 1024 it takes special rights",
};

/**
 * Opens the HTTP port.
 *
 * @param port 0: any free one.
 * @param idleSeconds how long a body may take, and a connection may say nothing.
 * @throws in plain words, with the system's code: EADDRINUSE where somebody else has the port.
 */
export async function listen(
  app: App,
  hostname: string,
  port: number,
  idleSeconds = idleTimeoutSeconds,
): Promise<Listening> {
  try {
    app.listen({
      hostname,
      port,
      // Elysia's default is true: then two processes share one port, and each gets half of the requests.
      reusePort: false,
      idleTimeout: idleSeconds,
      maxRequestBodySize: bodyBytesMax,
    });
  } catch (error) {
    const code = errorCode(error);
    const why = code === null ? undefined : reasons[code];
    if (why === undefined) throw error;
    throw Object.assign(new Error(`port ${port} on ${hostname} ${why}`, { cause: error }), { code });
  }
  const { server } = app;
  if (server === null) throw new Error("the HTTP server did not start");
  return {
    port: server.port ?? port,
    async stop() {
      app.decorator.endStreams();
      const late = new Promise<"late">((resolve) => setTimeout(resolve, stopLimitMs, "late").unref());
      if ((await Promise.race([server.stop(), late])) === "late") await server.stop(true);
    },
  };
}
