import { frames } from "../../test/support/scale-line.ts";

export interface Flood {
  readonly port: number;
  /** Each on a connection of its own. */
  readonly scales: readonly number[];
  readonly framesEach: number;
}

/**
 * Scales that send all their frames as fast as the other side takes them, then say goodbye. The bytes are made before the
 * clock starts; while it runs there is nothing but `write`.
 *
 * @param onStart called when all are connected and the first byte is about to go.
 */
export async function flood({ port, scales, framesEach }: Flood, onStart: () => void): Promise<void> {
  const parcels = scales.map((scale) => Buffer.from(frames(scale, 0, framesEach), "latin1"));
  const lines = await Promise.all(parcels.map((bytes) => connect(port, bytes)));
  onStart();
  for (const line of lines) line.begin();
  await Promise.all(lines.map(({ sent }) => sent));
}

async function connect(port: number, bytes: Uint8Array) {
  const sent = Promise.withResolvers<void>();
  let left = bytes;
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data() {},
      drain: write,
      close: () => sent.reject(new Error("the other side hung up in the middle of a flood")),
    },
  });

  function write(): void {
    left = left.subarray(Math.max(0, socket.write(left)));
    if (left.length > 0) return;
    // The end of a frame, for those who read by lines and those who wait for the end.
    sent.resolve();
    socket.end();
  }

  return { begin: write, sent: sent.promise };
}
