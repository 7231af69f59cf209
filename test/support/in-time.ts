/**
 * Whether it ends within `ms`, by a timer beside it in this process: what holds up the one on a busy machine holds up
 * the other.
 */
export function isInTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  return Promise.race([work.then(() => true), Bun.sleep(ms).then(() => false)]);
}
