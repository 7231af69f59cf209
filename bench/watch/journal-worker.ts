import { Database } from "bun:sqlite";
import { nowMs } from "./clock.ts";

/** Five looks a millisecond. */
const lookEveryMs = 0.2;

declare const self: Worker;

// Looks from the side at the journal of a running appliance: SQLite shows a commit to others when it is on the disk.
self.onmessage = ({ data }: MessageEvent<{ path: string; isOver: Int32Array }>) => {
  const db = new Database(data.path, { readonly: true });
  const last = db.prepare<{ seq: number }, []>("select seq from sqlite_sequence where name = 'entry'");
  const seen: [seq: number, at: number][] = [];
  let most = 0;
  self.postMessage("looking");
  while (Atomics.load(data.isOver, 0) === 0) {
    const seq = last.get()?.seq ?? 0;
    if (seq > most) {
      seen.push([seq, nowMs()]);
      most = seq;
    }
    Atomics.wait(data.isOver, 0, 0, lookEveryMs);
  }
  db.close();
  self.postMessage(seen);
};
