/** Milliseconds since the epoch, with their thousandths: one clock for all threads. (hrtime begins anew in each.) */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
