/** Many scales that are connected and silent. */
export interface Crowd {
  readonly size: number;
  /** How many were hung up on. */
  readonly lost: number;
  /** Each sends a frame of its own. */
  print(): void;
  /** As when the power of the switch is cut: all are gone at once, without goodbye. */
  cut(): void;
}

/** Connects all at once; resolves when the kernel says that each is. */
export async function connectCrowd(port: number, size: number): Promise<Crowd> {
  let lost = 0;
  let isCut = false;
  const sockets = await Promise.all(
    Array.from({ length: size }, () =>
      Bun.connect({
        hostname: "127.0.0.1",
        port,
        socket: {
          data() {},
          close() {
            if (!isCut) lost++;
          },
        },
      }),
    ),
  );
  return {
    size,
    get lost() {
      return lost;
    },
    print() {
      sockets.forEach((socket, index) => {
        socket.write(`${index + 1},50.00 lb\r\n`);
      });
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.terminate();
    },
  };
}
