import { connectScale, frames, type ScaleLine } from "../support/scale-line.ts";
import type { Plant, Rubbish } from "./plant.ts";
import type { Stretch } from "./senders.ts";

/** Ids of scales that only scenarios use; those of the plant are below. 12 stands for 11. */
export const wild = {
  reset: 8,
  slow: 9,
  flood: 10,
  one: 11,
  same: 12,
  noisy: 13,
  storm: 14,
  crowd: 15,
} as const;

const connectLimitMs = 60_000;

/** Connects as soon as the appliance lets us: it may just be down, which is another fault. */
export async function connectWhenUp(plant: Plant): Promise<ScaleLine> {
  const deadline = performance.now() + connectLimitMs;
  for (;;) {
    try {
      return await connectScale(plant.appliance().scalePort);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await Bun.sleep(50);
    }
  }
}

/** What a scale prints that is no bag, and what is to be kept of it, one character a byte. */
export interface Noise {
  readonly printed: string;
  readonly raw: string;
}

/** A scale's connection that tells the oracle what goes over it. */
export interface NotedLine {
  readonly isOpen: boolean;
  /** Prints the next bags of its scale. */
  print(bags: number): Promise<void>;
  /** Prints what is to be rejected. */
  blurt(noise: readonly Noise[]): Promise<void>;
  /** Closes in order. @returns whether the other side confirmed that it read everything. */
  close(): Promise<boolean>;
  reset(): void;
}

/**
 * @param send gives text to the line in a way of its own. Only one line of a scale at a time: its bags have one order.
 */
export function noteLine(
  { senders, rubbish, ends }: Plant,
  line: ScaleLine,
  scale: number,
  send: (text: string) => Promise<void> = (text) => line.send(text),
): NotedLine {
  const stretches: Stretch[] = [];
  const noted: Rubbish[] = [];
  const endsBefore = ends();
  return {
    get isOpen() {
      return line.isOpen;
    },
    async print(bags) {
      if (!line.isOpen) return;
      const stretch = senders.stretch(scale, bags);
      stretches.push(stretch);
      await send(frames(scale, stretch.from, bags));
    },
    async blurt(noise) {
      if (!line.isOpen) return;
      const all = noise.map(({ raw }) => ({ raw, isConfirmed: false }));
      noted.push(...all);
      rubbish.push(...all);
      await send(noise.map(({ printed }) => printed).join(""));
    },
    async close() {
      // One that ends says goodbye to all: that is no word about what was on its way.
      const isConfirmed = (await line.close()) && ends() === endsBefore;
      for (const each of [...stretches, ...noted]) each.isConfirmed = isConfirmed;
      return isConfirmed;
    },
    reset: () => line.reset(),
  };
}
