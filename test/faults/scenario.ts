import type { Plant } from "./plant.ts";

export type Part = "process" | "postgres" | "upstream" | "scales" | "disk" | "clock";

/** One fault. */
export interface Scenario {
  readonly name: string;
  /** Two scenarios that share a part are never played at once. */
  readonly parts: readonly Part[];
  /** Why it cannot be played on this machine; null: it can. */
  obstacle?(plant: Plant): string | null;
  /** Brings the fault, holds it, and takes it away before it returns. */
  play(plant: Plant): Promise<void>;
}

/** Names the scenarios of one part. */
export function scenariosOf(part: Part) {
  return (
    name: string,
    play: Scenario["play"],
    { obstacle, alone = [] }: { obstacle?: Scenario["obstacle"]; alone?: readonly Part[] } = {},
  ): Scenario => ({
    name: `${part}: ${name}`,
    parts: [part, ...alone],
    play,
    ...(obstacle && { obstacle }),
  });
}

/** A time to hold a fault, in ms: drawn from the seed. */
export function between(plant: Plant, leastMs: number, mostMs: number): number {
  return leastMs + (mostMs - leastMs) * plant.random();
}

/** A whole number from the seed, both bounds included. */
export function whole(plant: Plant, least: number, most: number): number {
  return Math.floor(between(plant, least, most + 1));
}
