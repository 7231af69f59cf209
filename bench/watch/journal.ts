import { join } from "node:path";
import { z } from "zod";
import { journalName } from "../../src/journal/repair.ts";

const seenShape = z.array(z.tuple([z.number(), z.number()]));

export interface JournalWatch {
  /** Ends it. @returns when the entry of a number was seen to be on the disk; undefined: not. */
  stop(): Promise<(seq: number) => number | undefined>;
}

/** Looks at the journal of a running appliance all the time, in a thread of its own. */
export async function watchJournal(dataDir: string): Promise<JournalWatch> {
  const isOver = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./journal-worker.ts", import.meta.url).href);
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(`the journal could not be looked at: ${message}`));
    });
  const looking = next();
  worker.postMessage({ path: join(dataDir, journalName), isOver });
  await looking;
  return {
    async stop() {
      const done = next();
      Atomics.store(isOver, 0, 1);
      Atomics.notify(isOver, 0);
      const seen = seenShape.parse(await done);
      worker.terminate();
      return atFirst(seen);
    },
  };
}

/** Of looks in the order of time: when the first one was that saw `seq` or more. */
function atFirst(seen: readonly (readonly [seq: number, at: number])[]) {
  return (seq: number) => {
    let [from, to] = [0, seen.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((seen[middle]?.[0] ?? 0) < seq) from = middle + 1;
      else to = middle;
    }
    return seen[from]?.[1];
  };
}
