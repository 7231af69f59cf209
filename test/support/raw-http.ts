import { connect } from "node:net";

export interface Exchanged {
  readonly answer: string;
  readonly ms: number;
}

/** Sends exactly these bytes, then `drip` every 500 ms, and tells what came until the other side hung up. */
export function exchange(port: number, bytes: string, drip?: string): Promise<Exchanged> {
  const { promise, resolve } = Promise.withResolvers<Exchanged>();
  const began = performance.now();
  let answer = "";
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
  const dripping = setInterval(() => drip !== undefined && socket.writable && socket.write(drip), 500);
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearInterval(dripping);
    resolve({ answer, ms: performance.now() - began });
  });
  return promise;
}

/** The status of an answer as it came; 0: there is none. */
export function statusOf({ answer }: Exchanged): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
}
