import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";
import type { JobStatistics } from "./job-statistics.ts";

/** Read for every request: with so few bags that takes next to no time. */
const cheapMs = 50;
/** What took longer is not read again before so many times that time has passed: at most a tenth of one processor. */
const restFactor = 9;
const keptMax = 100;

interface Look {
  readonly found: Promise<JobStatistics | null>;
  /** Until when it serves others; milliseconds since the epoch. */
  validUntil: number;
}

/**
 * Reads figures of jobs for many boards at once: those who ask while a job is read share the answer, and a job of very many
 * bags is not read with each of them.
 */
export function createStatisticsReader(
  read: (id: number) => Promise<JobStatistics | null>,
  clock: Pick<Clock, "now">,
): (id: number) => Promise<JobStatistics | null> {
  const looks = new LRUCache<number, Look>({ max: keptMax });

  return (id) => {
    const now = clock.now();
    const last = looks.get(id);
    if (last !== undefined && now < last.validUntil) return last.found;
    const look: Look = { found: read(id), validUntil: Number.POSITIVE_INFINITY };
    looks.set(id, look);
    look.found.then(
      () => {
        const tookMs = Math.max(0, clock.now() - now);
        look.validUntil = tookMs > cheapMs ? clock.now() + tookMs * restFactor : 0;
      },
      () => {
        look.validUntil = 0;
      },
    );
    return look.found;
  };
}
