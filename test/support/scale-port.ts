import { connect } from "node:net";

/** Tries until somebody accepts: that is what a scale does. */
export async function untilAccepted(port: number, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await accepts(port))) {
    if (performance.now() > deadline) throw new Error(`nobody accepts on ${port} after ${limitMs} ms`);
    await Bun.sleep(0.5);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
