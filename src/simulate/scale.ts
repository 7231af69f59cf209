import type { Connection } from "./connection.ts";
import { countSent, type ScaleCounts } from "./counts.ts";
import { keyOf, lanes, uniformAt } from "./random.ts";
import { createConnector } from "./reconnect.ts";
import { type Batch, createScript, type Play } from "./script.ts";
import type { Stage } from "./stage.ts";

/**
 * Plays one scale from its first bag to its last, over as many connections as that takes, and counts
 * into `counts` as it goes. Resolves, never rejects: when all was sent, on `halt`, or when no connection
 * could be had in time.
 */
export async function playScale(play: Play, stage: Stage, counts: ScaleCounts): Promise<void> {
  const { clock, halt, giveUp } = stage;
  const connector = createConnector(stage, counts, play.seed);
  const script = createScript(play, counts.scale, stage.batchBytes);
  const intervalMs = play.rate > 0 ? 60_000 / play.rate : 0;
  // Scales do not print in step: each begins somewhere within its first interval.
  const firstAt = clock.now() + intervalMs * uniformAt(keyOf(play.seed, counts.scale), 0, lanes.phase);

  while (!halt.aborted) {
    const batch = script();
    if (batch === null || !(await playBatch(batch))) break;
    if (batch.disconnect) {
      await connector.close();
      counts.disconnects++;
    }
    // A scale at full speed, or one that catches up, must leave the process time for everything else.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await connector.close();

  /** False: it was not sent to its end. */
  async function playBatch(batch: Batch): Promise<boolean> {
    const dueAt = firstAt + batch.lastBag * intervalMs;
    let next = 0;
    while (next < batch.kinds.length) {
      const connection = await connector.connection();
      if (connection === null) return false;
      const waitMs = intervalMs > 0 ? dueAt - clock.now() : 0;
      if (waitMs > 0) await connector.rest(waitMs);
      else next = await write(connection, batch, next);
      if (giveUp.aborted) return false;
    }
    return true;
  }

  /**
   * Writes the batch's lines from number `from` on; returns the first one that the kernel did not get
   * whole. That one is written again, from its beginning, on the next connection.
   */
  async function write(connection: Connection, batch: Batch, from: number): Promise<number> {
    const { bytes, kinds, textEnds, ends, cut } = batch;
    let next = from;
    const send = async (start: number, end: number) => {
      let before = 0;
      await connection.send(bytes.subarray(start, end), (count) => {
        counts.bytes += count - before;
        before = count;
        for (;;) {
          const textEnd = textEnds[next];
          const kind = kinds[next];
          if (textEnd === undefined || kind === undefined || textEnd > start + count) return;
          countSent(counts, kind);
          next++;
        }
      });
    };

    const start = ends[from - 1] ?? 0;
    if (cut === null || cut.at <= start) await send(start, bytes.length);
    else {
      await send(start, cut.at);
      if (connection.isOpen) await connector.rest(cut.pauseMs);
      if (connection.isOpen) await send(cut.at, bytes.length);
    }
    return next;
  }
}
