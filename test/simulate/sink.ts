import type { Socket } from "bun";

export interface SinkOptions {
  readonly port?: number;
  readonly allowHalfOpen?: boolean;
  readonly onOpen?: (socket: Socket<undefined>, connection: number) => void;
  readonly onData?: (socket: Socket<undefined>, connection: number, total: number) => void;
}

/** A listener that keeps every byte of every connection, in the order of their opening. */
export function openSink(options: SinkOptions = {}) {
  const connections: { readonly chunks: Buffer[]; bytes: number }[] = [];
  const numbers = new Map<Socket<undefined>, number>();
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    allowHalfOpen: options.allowHalfOpen ?? false,
    socket: {
      open(socket) {
        const number = connections.push({ chunks: [], bytes: 0 }) - 1;
        numbers.set(socket, number);
        options.onOpen?.(socket, number);
      },
      data(socket, bytes) {
        const number = numbers.get(socket) ?? -1;
        const connection = connections[number];
        if (!connection) throw new Error("bytes on a connection that was not opened");
        // A copy: the runtime may use the buffer again.
        connection.chunks.push(Buffer.from(bytes));
        connection.bytes += bytes.length;
        options.onData?.(socket, number, connection.bytes);
      },
      // With a half-open socket and no handler, the runtime would close it at the FIN.
      end() {},
      close: (socket) => void numbers.delete(socket),
      error() {},
    },
  });
  const texts = () => connections.map(({ chunks }) => Buffer.concat(chunks).toString("latin1"));
  return {
    port: listener.port,
    connections,
    /** What arrived on each connection, one character a byte. */
    texts,
    /** What each scale sent over all its connections; a connection is the scale's whose id comes first on it. */
    byScale() {
      const scales = new Map<number, string>();
      for (const text of texts()) {
        const scale = Number(/(\d+),/.exec(text)?.[1]);
        scales.set(scale, (scales.get(scale) ?? "") + text);
      }
      return scales;
    },
    openSockets: () => numbers.size,
    [Symbol.dispose]() {
      for (const socket of numbers.keys()) socket.terminate();
      listener.stop(true);
    },
  };
}
