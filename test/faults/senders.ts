import { connectScale, frames, type ScaleLine, uniqueWeight } from "../support/scale-line.ts";

/** What one connection carried: bags `from` … `to - 1` of its scale, and whether the other side confirmed them all. */
export interface Stretch {
  readonly from: number;
  to: number;
  isConfirmed: boolean;
}

/** Scales that send numbered bags for as long as the world lives, and connect again whenever they are cut off. */
export interface Senders {
  readonly scales: readonly number[];
  /** All bags that were given to the kernel so far. */
  readonly sent: number;
  /**
   * The next bags of another scale, which a scenario sends itself. Stretches of one scale must arrive in the order in
   * which they are made.
   */
  stretch(scale: number, count: number): Stretch;
  /** Resets every connection, as when the network's switch restarts. */
  reset(): void;
  /** Ends the sending in order; what the kernel has is read by the other side. */
  stop(): Promise<void>;
  /**
   * Holds the weights that were stored, in the order of the journal, against what was sent.
   *
   * Of each connection a beginning must be stored, in order, and all of it where the other side confirmed it.
   *
   * @param isDestroyed the disk has lost this bag: it may be missing.
   */
  compare(
    stored: ReadonlyMap<number, readonly string[]>,
    isDestroyed: (scale: number, weight: string) => boolean,
  ): Comparison;
}

export interface Comparison {
  readonly sent: number;
  /** The end of what broken connections carried, bags: bytes that the kernel still had. */
  readonly neverRead: number;
  /** The first frames of those ends: of each a piece may have been read. */
  readonly cutFrames: readonly string[];
  readonly destroyed: number;
  /** Bags that were read, as the other side said, and are not stored. */
  readonly lost: number;
  readonly faults: readonly string[];
}

/** @param parts.port where the appliance listens now; null while it is down. */
export function startSenders(parts: {
  readonly scales: readonly number[];
  readonly port: () => number | null;
  /** How often the appliance was ended so far. */
  readonly ends: () => number;
  /** Bags of a scale every 20 ms or so. */
  readonly group: number;
}): Senders {
  const { scales, port, ends, group } = parts;
  const stretches = new Map<number, Stretch[]>(scales.map((scale) => [scale, []]));
  const lines = new Map<number, ScaleLine>();
  let isStopped = false;
  const playing = Promise.all(scales.map(play));

  async function play(scale: number): Promise<void> {
    let next = 0;
    while (!isStopped) {
      const at = port();
      const endsBefore = ends();
      const line = at === null ? null : await connectScale(at).catch(() => null);
      if (line === null) {
        await Bun.sleep(50);
        continue;
      }
      lines.set(scale, line);
      const stretch: Stretch = { from: next, to: next, isConfirmed: false };
      stretches.get(scale)?.push(stretch);
      while (line.isOpen && !isStopped) {
        // Before it is sent: what is half-way when the line is cut may have arrived.
        stretch.to = next + group;
        await line.send(frames(scale, next, group));
        next += group;
        await Bun.sleep(20);
      }
      // One that ends says goodbye to all: that is no word about what was on its way.
      stretch.isConfirmed = (await line.close()) && ends() === endsBefore;
    }
  }

  return {
    scales,
    get sent() {
      return [...stretches.values()].flat().reduce((all, { from, to }) => all + to - from, 0);
    },
    stretch(scale, count) {
      const all = stretches.get(scale) ?? [];
      stretches.set(scale, all);
      const from = all.at(-1)?.to ?? 0;
      const stretch = { from, to: from + count, isConfirmed: false };
      all.push(stretch);
      return stretch;
    },
    reset() {
      for (const line of lines.values()) line.reset();
    },
    async stop() {
      isStopped = true;
      await playing;
    },
    compare(stored, isDestroyed) {
      const faults: string[] = [];
      const cutFrames: string[] = [];
      const counts = { sent: 0, neverRead: 0, destroyed: 0, lost: 0 };
      for (const [scale, all] of stretches) {
        const weights = stored.get(scale) ?? [];
        let at = 0;
        for (const { from, to, isConfirmed } of all) {
          let index = from;
          for (; index < to; index++) {
            if (weights[at] === uniqueWeight(index)) at++;
            else if (isDestroyed(scale, uniqueWeight(index))) counts.destroyed++;
            else break;
          }
          counts.sent += to - from;
          if (index === to) continue;
          if (isConfirmed) {
            counts.lost += to - index;
            faults.push(`scale ${scale}: bags ${index} to ${to - 1} are lost`);
          } else {
            counts.neverRead += to - index;
            cutFrames.push(frames(scale, index, 1).trimEnd());
          }
        }
        // A bag in the middle is missing, or one is stored twice, out of order or without having been sent.
        if (at < weights.length)
          faults.push(`scale ${scale}: out of line at its stored bag ${at} (${weights[at]})`);
      }
      return { ...counts, cutFrames, faults };
    },
  };
}
