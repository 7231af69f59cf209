import { createServer, type Server, type Socket } from "node:net";
import { freePort } from "./free-port.ts";

/** An indicator that listens, in a test's hands. Texts hold one character a byte (latin1). */
export interface FakeIndicator extends AsyncDisposable {
  readonly port: number;
  /** Everything that it was sent, of all connections. */
  readonly asked: () => string;
  /** Connections that were made to it so far. */
  readonly connections: () => number;
  /** Sends on every open connection. */
  send(bytes: string): void;
  /** Cuts every open connection, with a reset. */
  reset(): void;
}

/**
 * @param answer what it does with the bytes of each packet that it gets; left out: nothing.
 * @param port where it listens; left out: on any.
 */
export async function startIndicator(
  answer: (command: string, send: (bytes: string) => void, reset: () => void) => void = () => undefined,
  port = freePort(),
): Promise<FakeIndicator> {
  const sockets = new Set<Socket>();
  let asked = "";
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const command = data.toString("latin1");
      asked += command;
      answer(
        command,
        (bytes) => socket.write(bytes, "latin1"),
        () => socket.resetAndDestroy(),
      );
    });
  });
  await listen(server, port);
  return {
    port,
    asked: () => asked,
    connections: () => connections,
    send: (bytes) => {
      for (const socket of sockets) socket.write(bytes, "latin1");
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
}
