/** Connections that say nothing. */
export interface Crowd extends Disposable {
  /** How many the other side still keeps. */
  readonly inside: number;
}

/** Few enough that the kernel's queue of a listener does not overflow: whoever is dropped there comes again after 1 s. */
const together = 200;

/** Opens `size` connections, as fast as they are taken. */
export async function openCrowd(port: number, size: number): Promise<Crowd> {
  const inside = new Set<Bun.Socket>();
  const handlers: Bun.SocketHandler<undefined> = {
    open: (socket) => void inside.add(socket),
    data: () => undefined,
    close: (socket) => void inside.delete(socket),
    error: () => undefined,
  };
  const come = async () => {
    try {
      await Bun.connect({ hostname: "127.0.0.1", port, socket: handlers });
    } catch {
      // Refused by a listener that is just going: there is nothing to hold.
    }
  };
  for (let left = size; left > 0; left -= together) {
    await Promise.all(Array.from({ length: Math.min(left, together) }, come));
  }
  return {
    get inside() {
      return inside.size;
    },
    [Symbol.dispose]() {
      for (const socket of inside) socket.terminate();
    },
  };
}
