import { createServer, type Socket } from "node:net";
import { whenAborted } from "../runtime/when-aborted.ts";
import type { Connection } from "../simulate/connection.ts";

/** A connection that the other side made. */
export interface ServedConnection extends Connection {
  /** Waits until so many more bytes were received, at most `limitMs`. @returns whether they were. */
  asked(count: number, limitMs: number): Promise<boolean>;
}

/** A port on which an indicator is played: who connects gets the next connection. */
export interface Served {
  /** Resolves when somebody has connected; null: `halt` was aborted first. @param onLost as of `connect` */
  next(halt: AbortSignal, onLost: () => void): Promise<ServedConnection | null>;
  stop(): void;
}

/** @throws Error where the port cannot be opened. */
export async function serve(port: number): Promise<Served> {
  const waiting: ServedSocket[] = [];
  let connected = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    waiting.push(new ServedSocket(socket));
    connected.resolve();
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, done);
  });
  return {
    async next(halt, onLost) {
      const halted = whenAborted(halt);
      while (!halt.aborted) {
        const served = waiting.shift();
        if (served === undefined) {
          connected = Promise.withResolvers();
          await Promise.race([connected.promise, halted]);
        } else if (served.isOpen) {
          served.onLost = onLost;
          return served;
        }
      }
      return null;
    },
    stop() {
      server.close();
      for (const served of waiting) served.cut();
    },
  };
}

class ServedSocket implements ServedConnection {
  onLost: () => void = () => undefined;
  isOpen = true;
  #isClosed = false;
  #received = 0;
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      this.#received += data.length;
      this.#wake();
    });
    // A reset comes as an error, and then as the end.
    socket.on("error", () => undefined);
    socket.on("end", () => this.#lost());
    socket.on("close", () => {
      this.#isClosed = true;
      this.#lost();
      this.#wake();
    });
  }

  async send(bytes: Uint8Array, taken: (count: number) => void): Promise<void> {
    if (!this.isOpen) return;
    await new Promise<void>((resolve) => {
      this.#socket.write(bytes, (error) => {
        if (!error) taken(bytes.length);
        resolve();
      });
    });
  }

  async asked(count: number, limitMs: number): Promise<boolean> {
    await this.#until(() => this.#received >= count || !this.isOpen, limitMs);
    const isAsked = this.#received >= count;
    this.#received = Math.max(0, this.#received - count);
    return isAsked;
  }

  async finish(timeoutMs: number): Promise<boolean> {
    this.isOpen = false;
    this.#socket.end();
    await this.#until(() => this.#isClosed, timeoutMs);
    this.#socket.destroy();
    return this.#isClosed;
  }

  cut(): void {
    this.#socket.destroy();
  }

  async #until(isTrue: () => boolean, limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    for (let left = limitMs; !isTrue() && left > 0; left = deadline - performance.now()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
      clearTimeout(timer);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }

  #lost(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.onLost();
    this.#wake();
  }
}
