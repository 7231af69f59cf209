/**
 * Where a program is that some tests need and a user's machine may not have: a browser, Prometheus's tools.
 *
 * @param names its names, the preferred one first.
 * @returns its path; null where it is not installed: its tests are skipped and counted as such.
 * @throws in CI, where every test has to run.
 */
export function findTool(...names: readonly string[]): string | null {
  const path = names.map((name) => Bun.which(name)).find((found) => found !== null);
  if (path === undefined && process.env.CI) throw new Error(`CI needs ${names.join(" or ")}`);
  return path ?? null;
}
