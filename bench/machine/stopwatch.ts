import type { World } from "../world.ts";
import { cpuSecondsOf } from "./processes.ts";

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
  const own = pid === null ? 0 : cpuSecondsOf(pid);
  const postgres = world.postgres.cpuSeconds();
  return (bags, at = performance.now()) => {
    const { user, system } = process.cpuUsage(generator);
    return {
      "bags/s": (bags / (at - began)) * 1000,
      ...(pid !== null && { "CPU ms/1000": ((cpuSecondsOf(pid) - own) * 1e6) / bags }),
      "Postgres CPU ms/1000": ((world.postgres.cpuSeconds() - postgres) * 1e6) / bags,
      // With all that it does to see when the round is over.
      "generator CPU %": (user + system) / 10 / (performance.now() - began),
    };
  };
}
