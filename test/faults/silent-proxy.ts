import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** A TCP line between two programs that can be taken away in every way, without either side being told why. */
export interface SilentProxy extends Disposable {
  readonly port: number;
  /**
   * Nothing passes any more, in both directions, and who says goodbye is not heard either. New connections are taken,
   * and as silent; with `newcomers: "pass"` they work.
   */
  silence(newcomers?: "silent" | "pass"): void;
  /** What was held back passes, in order, and all that follows. */
  speak(): void;
  /** Resets every connection. */
  cut(): void;
  /** The near ends vanish, and the far ends are not told: ghosts, until the far side finds out. */
  abandon(): void;
  /** Closes the port, and cuts every connection. */
  refuse(): Promise<void>;
  /** Opens the same port again; with `tls` it speaks that to the near side. */
  accept(tls?: TlsOptions): Promise<void>;
  /**
   * The near side hears of each answer only `bytes.slice(0, end)` and then that the line is closed. One write of
   * the far side is taken for an answer. null: whole answers.
   */
  cutAnswers(end: number | null): void;
}

/** One direction of a connection. */
interface Flow {
  readonly from: Socket;
  readonly to: Socket;
  /** What was said while it was silent; null while it is not. */
  held: Buffer[] | null;
  /** `from` says nothing more. */
  hasEnded: boolean;
}

/** Listens on loopback, on a port of its own that stays the same, and leads to `target`. */
export async function startSilentProxy(target: number, tls?: TlsOptions): Promise<SilentProxy> {
  const near = new Set<Socket>();
  const far = new Set<Socket>();
  const flows = new Set<Flow>();
  /** Of the near side, from the moment that the port took it: with TLS before it is joined. */
  const taken = new Set<Socket>();
  let isNewSilent = false;
  let answerEnd: number | null = null;
  let server = await listen(0, tls);
  const port = portOf(server);

  async function listen(onPort: number, tls?: TlsOptions): Promise<Server> {
    // Half-open: a goodbye passes only when everything before it has passed.
    const options = { allowHalfOpen: true };
    const listening = tls ? createTlsServer({ ...tls, ...options }, join) : createServer(options, join);
    listening.on("connection", (socket: Socket) => {
      taken.add(socket);
      socket.once("close", () => taken.delete(socket));
    });
    // A client that dislikes the certificate.
    listening.on("tlsClientError", () => undefined);
    listening.listen(onPort, "127.0.0.1");
    await once(listening, "listening");
    return listening;
  }

  function join(client: Socket): void {
    const server = connect({ host: "127.0.0.1", port: target, allowHalfOpen: true, noDelay: true });
    lead(client, server, near);
    lead(server, client, far);
  }

  function lead(from: Socket, to: Socket, side: Set<Socket>): void {
    const flow: Flow = { from, to, held: isNewSilent ? [] : null, hasEnded: false };
    flows.add(flow);
    side.add(from);
    from.on("data", (bytes: Buffer) => {
      if (flow.held !== null) {
        flow.held.push(bytes);
      } else if (answerEnd !== null && side === far) {
        to.end(bytes.subarray(0, answerEnd));
        from.destroy();
      } else if (!to.write(bytes)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.on("end", () => {
      flow.hasEnded = true;
      if (flow.held === null) to.end();
    });
    from.on("error", () => undefined);
    from.on("close", (hasFailed: boolean) => {
      side.delete(from);
      flow.hasEnded = true;
      // What was held before it went passes all the same, when its time comes.
      if (flow.held !== null) return;
      flows.delete(flow);
      // Whoever was cut off by a reset must not look like one who said goodbye.
      if (hasFailed && !to.destroyed) to.resetAndDestroy();
    });
  }

  function release(flow: Flow): void {
    const { held, to } = flow;
    flow.held = null;
    if (flow.from.destroyed) flows.delete(flow);
    if (held === null || to.destroyed) return;
    for (const bytes of held) to.write(bytes);
    if (flow.hasEnded) to.end();
  }

  function cut(): void {
    for (const socket of new Set([...taken, ...near, ...far])) socket.resetAndDestroy();
    flows.clear();
  }

  return {
    port,
    silence(newcomers = "silent") {
      isNewSilent = newcomers === "silent";
      for (const flow of flows) flow.held ??= [];
    },
    speak() {
      isNewSilent = false;
      for (const flow of flows) release(flow);
    },
    cut,
    abandon() {
      for (const socket of near) {
        socket.removeAllListeners("end");
        socket.removeAllListeners("close");
        near.delete(socket);
        socket.resetAndDestroy();
      }
    },
    async refuse() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
    async accept(tls) {
      server = await listen(port, tls);
    },
    cutAnswers(end) {
      answerEnd = end;
    },
    [Symbol.dispose]() {
      server.close();
      for (const socket of [...near, ...far]) socket.destroy();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}
