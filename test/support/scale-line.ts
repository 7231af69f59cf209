import { connect, type Socket } from "node:net";

/** One scale's connection, in a test's hands. */
export interface ScaleLine extends Disposable {
  /** False as soon as the other side said goodbye, or cut the line. */
  readonly isOpen: boolean;
  /** Resolves when the kernel has it all, or the line is cut. */
  send(bytes: string): Promise<void>;
  /**
   * Closes in order: FIN, and the wait for the other side's, by which it says that it read everything.
   * False where the other side had said goodbye before, or a reset came: then nobody knows.
   */
  close(): Promise<boolean>;
  /** As when the cable is cut and the indicator starts anew. */
  reset(): void;
}

/** Connects to the scales' port. Each text is one latin1 byte a character. */
export function connectScale(port: number, host = "127.0.0.1"): Promise<ScaleLine> {
  return new Promise((done, fail) => {
    // Half-open: after the other side's goodbye the test still decides when to end.
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.off("error", fail);
      done(lineOver(socket));
    });
  });
}

function lineOver(socket: Socket): ScaleLine {
  let isOpen = true;
  let hasFailed = false;
  let hasEnded = false;
  const closed = Promise.withResolvers<void>();
  socket.on("error", () => {
    hasFailed = true;
  });
  socket.on("end", () => {
    hasEnded = true;
    isOpen = false;
  });
  socket.on("close", () => {
    isOpen = false;
    closed.resolve();
  });
  // What is not read never ends.
  socket.resume();
  return {
    get isOpen() {
      return isOpen;
    },
    async send(bytes) {
      if (!isOpen) return;
      const taken = new Promise<void>((resolve) => socket.write(bytes, "latin1", () => resolve()));
      await Promise.race([taken, closed.promise]);
    },
    async close() {
      const wasOpen = isOpen;
      isOpen = false;
      socket.end();
      await closed.promise;
      return wasOpen && hasEnded && !hasFailed;
    },
    reset() {
      isOpen = false;
      socket.resetAndDestroy();
    },
    [Symbol.dispose]: () => {
      socket.destroy();
    },
  };
}

/** The weight of a scale's bag `index`: no other bag of this scale has it. 45.0000 … 54.9999, then on from 100. */
export function uniqueWeight(index: number): string {
  // Within 50 lb ±10 % as long as that lasts; the step spreads neighbours over the range.
  const tenThousandths = index < 100_000 ? 450_000 + ((index * 61_803) % 100_000) : 900_000 + index;
  return `${Math.floor(tenThousandths / 10_000)}.${String(tenThousandths % 10_000).padStart(4, "0")}`;
}

/** The weights of a scale's first `count` bags. */
export function uniqueWeights(count: number): string[] {
  return Array.from({ length: count }, (_, index) => uniqueWeight(index));
}

/** `count` frames of a scale, bags `from` … `from + count - 1`, each with CRLF. */
export function frames(scale: number, from: number, count: number): string {
  let text = "";
  for (let index = from; index < from + count; index++) text += `${scale},${uniqueWeight(index)} lb\r\n`;
  return text;
}
