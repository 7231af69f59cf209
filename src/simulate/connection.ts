import type { Socket } from "bun";

/** Where the appliance listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One connection of one scale. It ends once: by `finish`, or by the other side's doing. */
export interface Connection {
  /** False as soon as the other side closed or reset the connection, or `finish` was called. */
  readonly isOpen: boolean;
  /**
   * Hands `bytes` to the kernel, as fast as it takes them, and says after each write how many it has by
   * then. Resolves early, without an error, when the connection breaks or `giveUp` aborts.
   */
  send(bytes: Uint8Array, taken: (count: number) => void): Promise<void>;
  /**
   * Closes in order: all that was sent, then FIN, then the wait for the other side's FIN, by which it says that it read
   * everything. False: no FIN came within `timeoutMs`, or a reset came instead.
   */
  finish(timeoutMs: number): Promise<boolean>;
}

/**
 * Connects. Rejects when the port is closed, when no answer came within `timeoutMs`, or when `giveUp` aborts. `onLost`
 * is called once if the other side ends the connection; not after `finish`.
 */
export function connect(
  address: Address,
  timeoutMs: number,
  giveUp: AbortSignal,
  onLost: () => void,
): Promise<Connection> {
  let isOpen = false;
  let isClosed = false;
  let hasError = false;
  /** Called whenever something happens that a waiting `send` or `finish` may have waited for. */
  let wake = () => {};
  const event = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const lost = () => {
    if (!isOpen) return;
    isOpen = false;
    onLost();
  };

  const connectionOver = (socket: Socket<undefined>): Connection => ({
    get isOpen() {
      return isOpen;
    },
    async send(bytes, taken) {
      let count = 0;
      while (isOpen && !giveUp.aborted) {
        // Unbuffered: write takes what fits into the kernel's buffer, and -1 says that the socket is gone.
        const fitted = socket.write(count === 0 ? bytes : bytes.subarray(count));
        if (fitted < 0) return lost();
        count += fitted;
        if (fitted > 0) taken(count);
        if (count >= bytes.length) return;
        await event();
      }
    },
    async finish(finishTimeoutMs) {
      isOpen = false;
      let isExpired = false;
      const timer = setTimeout(() => {
        isExpired = true;
        wake();
      }, finishTimeoutMs);
      // Not end(): that one closes at once, without waiting for the other side.
      socket.shutdown();
      while (!isClosed && !isExpired && !giveUp.aborted) await event();
      clearTimeout(timer);
      if (isClosed) return !hasError;
      // Not terminate(): its reset would take back the bytes that the other side has not read yet.
      socket.close();
      return false;
    },
  });

  return new Promise((resolve, reject) => {
    let isLate = false;
    const failed = (error: unknown) => {
      clearTimeout(timer);
      giveUp.removeEventListener("abort", onGiveUp);
      reject(error);
    };
    const late = () => {
      isLate = true;
      failed(new Error(`no answer from ${address.host}:${address.port} in time`));
    };
    const onGiveUp = () => (isOpen ? wake() : late());
    const timer = setTimeout(late, timeoutMs);
    giveUp.addEventListener("abort", onGiveUp);

    Bun.connect({
      hostname: address.host,
      port: address.port,
      socket: {
        open(socket) {
          if (isLate) return void socket.close();
          clearTimeout(timer);
          isOpen = true;
          // A peer without power sends nothing; keepalive probes detect it.
          socket.setKeepAlive(true, 10_000);
          resolve(connectionOver(socket));
        },
        drain: () => wake(),
        // Read and discarded: unread bytes would turn the close into a reset.
        data() {},
        // The other side's FIN: whatever is still written, it will not read.
        end: lost,
        close(_socket, error) {
          isClosed = true;
          hasError ||= error !== undefined;
          giveUp.removeEventListener("abort", onGiveUp);
          lost();
          wake();
        },
        error(_socket, error) {
          hasError = true;
          failed(error);
        },
        connectError: (_socket, error) => failed(error),
      },
    }).catch(failed);
  });
}
