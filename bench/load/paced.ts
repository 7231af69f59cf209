import { connectScale, frames, uniqueWeight } from "../../test/support/scale-line.ts";
import { nowMs } from "../watch/clock.ts";

export interface PacedLoad {
  readonly port: number;
  readonly scales: readonly number[];
  /** Bags a second of each scale. */
  readonly perSecond: number;
  readonly framesEach: number;
  /** Number of each scale's first frame; its weight follows from it. Default: 0. */
  readonly first?: number;
}

/**
 * Scales that print at their pace, not in step.
 *
 * @returns when each frame's last byte was given to the kernel, by `scale,weight`.
 */
export async function pacedLoad(load: PacedLoad): Promise<Map<string, number>> {
  const { port, scales, perSecond, framesEach, first = 0 } = load;
  const sentAt = new Map<string, number>();
  const everyMs = 1000 / perSecond;
  const lines = await Promise.all(
    scales.map((scale) => connectScale(port).then((line) => ({ scale, line }))),
  );
  const began = nowMs();
  await Promise.all(
    lines.map(async ({ scale, line }, index) => {
      const offset = (everyMs * index) / lines.length;
      for (let nth = 0; nth < framesEach; nth++) {
        await Bun.sleep(began + offset + nth * everyMs - nowMs());
        const bytes = frames(scale, first + nth, 1);
        sentAt.set(`${scale},${uniqueWeight(first + nth)}`, nowMs());
        await line.send(bytes);
      }
      await line.close();
    }),
  );
  return sentAt;
}
