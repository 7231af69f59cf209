import { EventEmitter } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from "node:tls";

/** Asks a PostgreSQL server to go on with TLS: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const sslRequest = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const yes = "S".charCodeAt(0);
const no = "N".charCodeAt(0);
/** How long the other side may take to close after our Terminate message. */
const farewellMs = 1_000;

/** How a wire becomes TLS. */
export interface WireTls {
  /** Go on without it where the server has none. */
  readonly isOptional: boolean;
  /** Files' contents, not paths. */
  readonly options: ConnectionOptions;
  /** What the server's certificate must be for; null: any name. */
  readonly name: string | null;
}

/**
 * One connection to a PostgreSQL server, as bytes, in the shape of the socket that the driver expects.
 *
 * The driver is never told that it closed. Told so, it opens another one by itself, and what was left of a transaction
 * goes on there, outside of any; and where it has none yet it writes to `null`, which ends the process (postgres.js
 * 3.4.9, `nextWrite`). So here a closed connection stays closed: every later query fails like the first.
 */
export class Wire extends EventEmitter {
  #socket: Socket;
  #isOpen = false;
  #lost: Error | null = null;
  #waiting: Uint8Array[] = [];
  readonly #onLost: (error: Error) => void;

  /**
   * Begins to connect.
   *
   * @param parts.onLost called once, when it failed or closed, whoever closed it.
   */
  constructor(parts: {
    readonly address: string;
    readonly port: number;
    readonly tls: WireTls | null;
    readonly onLost: (error: Error) => void;
  }) {
    super();
    const { address, port, tls, onLost } = parts;
    this.#onLost = onLost;
    this.#socket = connectTcp({ host: address, port });
    this.#socket.setNoDelay(true);
    this.#watch(this.#socket);
    if (tls === null) this.#socket.once("connect", () => this.#opened());
    else this.#socket.once("connect", () => this.#negotiate(tls));
  }

  get readyState(): "opening" | "open" | "closed" {
    if (this.#lost !== null) return "closed";
    return this.#isOpen ? "open" : "opening";
  }

  write(bytes: Uint8Array): boolean {
    if (this.#lost !== null) {
      queueMicrotask(() => this.#tellLoss());
      return true;
    }
    if (this.#isOpen) return this.#socket.write(bytes);
    this.#waiting.push(bytes);
    return true;
  }

  /** Sends Terminate and closes. */
  end(goodbye: Uint8Array): void {
    if (this.#lost !== null) return;
    const socket = this.#socket;
    if (!this.#isOpen) {
      this.destroy();
      return;
    }
    socket.end(goodbye);
    // A server that hangs does not close its side, and the socket would stay open.
    setTimeout(() => socket.destroy(), farewellMs).unref();
  }

  /** Closes at once. */
  destroy(error: Error = closedError("the connection was given up")): void {
    this.#fail(error);
  }

  setKeepAlive(isOn: boolean, afterMs: number): void {
    this.#socket.setKeepAlive(isOn, afterMs);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #watch(socket: Socket): void {
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(closedError("the server closed the connection")));
  }

  #negotiate(tls: WireTls): void {
    const raw = this.#socket;
    raw.once("data", (answer: Buffer) => {
      // More than the one byte can only have been injected by a third party, because it came before TLS.
      if (answer.length === 1 && answer[0] === yes) return this.#encrypt(raw, tls);
      if (answer.length === 1 && answer[0] === no) {
        if (tls.isOptional) return this.#opened();
        return this.#fail(closedError("the server has no TLS, but sslmode asks for it"));
      }
      this.#fail(closedError("what answers there is not PostgreSQL"));
    });
    raw.write(sslRequest);
  }

  #encrypt(raw: Socket, tls: WireTls): void {
    const { name, options } = tls;
    const secure = connectTls({
      ...options,
      socket: raw,
      ...(name !== null && isIP(name) === 0 && { servername: name }),
      checkServerIdentity: (_, certificate) =>
        name === null ? undefined : checkServerIdentity(name, certificate),
    });
    secure.once("secureConnect", () => this.#opened());
    this.#watch(secure);
    this.#socket = secure;
  }

  #opened(): void {
    if (this.#lost !== null) return;
    const socket = this.#socket;
    this.#isOpen = true;
    socket.on("data", (bytes) => this.emit("data", bytes));
    socket.on("drain", () => this.emit("drain"));
    for (const bytes of this.#waiting.splice(0)) socket.write(bytes);
  }

  #fail(error: Error): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    this.#waiting = [];
    this.#socket.destroy();
    this.#tellLoss();
    this.#onLost(error);
  }

  #tellLoss(): void {
    if (this.listenerCount("error") > 0) this.emit("error", this.#lost);
  }
}

function closedError(message: string): Error {
  return Object.assign(new Error(message), { code: "CONNECTION_CLOSED" });
}
