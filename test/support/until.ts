/** Waits until something is so. @throws after `limitMs`, naming what was waited for. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${limitMs} ms: ${what}`);
    await Bun.sleep(10);
  }
}
