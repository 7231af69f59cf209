const lowest = 15_000;
/** From here on the kernel gives ports to connections. */
const highest = 32_767;

/**
 * A port of 127.0.0.1 that nobody has now: for programs that do not say which one they took, or that come back on it.
 * Any out of thousands that are given to nobody unasked: neither a connection nor another test takes it meanwhile.
 */
export function freePort(): number {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    if (isFree(port)) return port;
  }
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } }).stop(true);
    return true;
  } catch {
    return false;
  }
}
