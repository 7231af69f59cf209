import { connectScale, frames } from "./scale-line.ts";

/** Scales that send without end, each on a connection of its own. */
export interface Load extends AsyncDisposable {
  /** Frames that the kernel took, by scale. */
  readonly sent: ReadonlyMap<number, number>;
  /** Resolves when the other side has ended every connection, or `stop` did. */
  readonly done: Promise<void>;
  /** Ends the sending; true when the other side confirmed for every scale that it read everything. */
  stop(): Promise<boolean>;
}

export interface LoadOptions {
  readonly port: number;
  readonly scales: readonly number[];
  /** Frames of each scale in one go, every 2 ms or so. */
  readonly group?: number;
  /** Where each scale goes on; each bag's weight follows from its number. */
  readonly from?: ReadonlyMap<number, number>;
}

export async function startLoad({ port, scales, group = 5, from }: LoadOptions): Promise<Load> {
  const sent = new Map(scales.map((scale) => [scale, from?.get(scale) ?? 0]));
  const lines = await Promise.all(scales.map(async (scale) => ({ scale, line: await connectScale(port) })));
  let isStopped = false;
  let confirmed = 0;
  const play = async ({ scale, line }: (typeof lines)[number]) => {
    while (line.isOpen && !isStopped) {
      const next = sent.get(scale) ?? 0;
      await line.send(frames(scale, next, group));
      sent.set(scale, next + group);
      await Bun.sleep(2);
    }
    if (await line.close()) confirmed++;
  };
  const done = Promise.all(lines.map(play)).then(() => undefined);
  return {
    sent,
    done,
    async stop() {
      isStopped = true;
      await done;
      return confirmed === lines.length;
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      for (const { line } of lines) line[Symbol.dispose]();
      await done;
    },
  };
}
