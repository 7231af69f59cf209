interface Heard {
  readonly connected: boolean;
  readonly firstSeenAt: number;
  readonly lastReadingAt: number | null;
}

/**
 * Since when a connected scale has sent no good reading, in milliseconds since the epoch; null: it is not connected. A
 * scale that sent none in this run of the appliance counts from when it was first seen.
 */
export function quietSince({ connected, firstSeenAt, lastReadingAt }: Heard): number | null {
  return connected ? (lastReadingAt ?? firstSeenAt) : null;
}

/**
 * Whether a scale is silent although it should print: it is connected, a job runs on its station, and neither a good
 * reading came nor the job was started within the last `afterMs`. Times in milliseconds since the epoch.
 *
 * @param jobStartedAt of the station's active job; undefined where there is none.
 */
export function isSilent(
  scale: Heard,
  jobStartedAt: number | undefined,
  now: number,
  afterMs: number,
): boolean {
  const since = quietSince(scale);
  if (since === null || jobStartedAt === undefined) return false;
  return now - Math.max(since, jobStartedAt) > afterMs;
}
