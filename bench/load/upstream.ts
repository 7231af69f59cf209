import { join } from "node:path";
import { z } from "zod";

const started = z.object({ url: z.string() });
const tallyShape = z.object({
  requests: z.number(),
  /** Each counted once. */
  bags: z.number(),
  outOfOrder: z.number(),
  /** Milliseconds since the epoch; NaN (null on the way here) before the first bag. */
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
});

export type UpstreamTally = z.output<typeof tallyShape>;

export interface LocalUpstream extends AsyncDisposable {
  /** The full URL of `scan_bag`. */
  readonly url: string;
  tally(): Promise<UpstreamTally>;
}

/** Starts a local upstream in a process of its own. */
export async function startUpstream(): Promise<LocalUpstream> {
  let tell: (message: unknown) => void = () => undefined;
  const next = () =>
    new Promise<unknown>((resolve) => {
      tell = resolve;
    });
  const first = next();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "upstream-process.ts"), "0"], {
    stdio: ["ignore", "ignore", "inherit"],
    serialization: "json",
    ipc: (message) => tell(message),
  });
  const stop = () => child.kill("SIGKILL");
  process.on("exit", stop);
  const { url } = started.parse(await first);
  return {
    url,
    async tally() {
      const answer = next();
      child.send("tally");
      return tallyShape.parse(await answer);
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", stop);
      stop();
      await child.exited;
    },
  };
}
