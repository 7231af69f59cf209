/**
 * Whether a scale says nothing although it should: it is connected, a job runs on its station, and neither a good
 * reading came nor the job was started within the last `afterMs`. Times in milliseconds since the epoch.
 *
 * @param jobStartedAt of the station's active job; undefined where there is none.
 */
export function isSilent(
  scale: { readonly connected: boolean; readonly firstSeenAt: number; readonly lastReadingAt: number | null },
  jobStartedAt: number | undefined,
  now: number,
  afterMs: number,
): boolean {
  if (!scale.connected || jobStartedAt === undefined) return false;
  return now - Math.max(scale.lastReadingAt ?? scale.firstSeenAt, jobStartedAt) > afterMs;
}
