import { createServer, connect as dial, type Socket } from "node:net";

/** The network between the appliance and Postgres, in a test's hands. */
export interface CuttableLine {
  /** The given URL, through this line. */
  readonly url: string;
  /** Resets every connection; new ones are refused until `mend`. */
  cut(): void;
  /** Connections stay open and carry nothing more, as behind a dead switch; new ones hang as well. */
  freeze(): void;
  /** New connections work; frozen ones stay dead. */
  mend(): void;
  stop(): void;
}

export async function openLine(target: string): Promise<CuttableLine> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: "whole" | "cut" | "frozen" = "whole";

  const server = createServer((near) => {
    near.on("error", () => near.destroy());
    if (state === "cut") near.destroy();
    if (state !== "whole") return;
    const far = dial(Number(port), hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        if (!pairs.delete(pair)) return;
        for (const end of pair) end.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  const url = new URL(target);
  url.host = `127.0.0.1:${address.port}`;

  function cut(): void {
    state = "cut";
    for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
  }

  return {
    url: url.href,
    cut,
    freeze() {
      state = "frozen";
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
        far.pause();
      }
      pairs.clear();
    },
    mend() {
      state = "whole";
    },
    stop() {
      cut();
      server.close();
    },
  };
}
