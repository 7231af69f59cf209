/** Scale ids 1 … count. */
export function scalesOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
