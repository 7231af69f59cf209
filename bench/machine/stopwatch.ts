import type { World } from "../world.ts";
import { cpuSecondsOf, cpuSecondsOfMachine } from "./processes.ts";

/** CPU time that a bag takes: of the contender's process, of PostgreSQL's processes, and of both. */
export const cpu = {
  own: "CPU µs a bag: its own",
  postgres: "PostgreSQL's",
  inAll: "in all",
} as const;

/** What a round of `bags` has taken, in the columns of the ingest case. */
export type Taken = (bags: number, at?: number) => Readonly<Record<string, number>>;

/**
 * Starts the clock of a round.
 *
 * @param pid of the contender; null where it is PostgreSQL alone.
 * @returns what reads it: `at` is when the last bag was there (performance.now()), default: now.
 */
export function startWatch(world: World, pid: number | null): Taken {
  const began = performance.now();
  const generator = process.cpuUsage();
  const ownBefore = pid === null ? 0 : cpuSecondsOf(pid);
  const machineBefore = cpuSecondsOfMachine();
  const postgresBefore = world.postgres.cpuSeconds();
  return (bags, at = performance.now()) => {
    const { user, system } = process.cpuUsage(generator);
    const own = pid === null ? 0 : cpuSecondsOf(pid) - ownBefore;
    const postgres = world.postgres.cpuSeconds() - postgresBefore;
    const generating = (user + system) / 1e6;
    const others = cpuSecondsOfMachine() - machineBefore - own - postgres - generating;
    const seconds = (performance.now() - began) / 1000;
    return {
      "bags/s": (bags / (at - began)) * 1000,
      ...(pid !== null && { [cpu.own]: (own / bags) * 1e6 }),
      [cpu.postgres]: (postgres / bags) * 1e6,
      [cpu.inAll]: ((own + postgres) / bags) * 1e6,
      // With all that it does to see when the round is over.
      "generator CPU %": (generating / seconds) * 100,
      // Of one core. Others at work make all figures worse, and comparable only within a run.
      "others' CPU %": Math.max(0, (others / seconds) * 100),
    };
  };
}
