/**
 * Keeps the screen on while the page is seen: a station's tablet shows the next bag without a touch. Browsers allow it
 * only over TLS and on the machine itself; elsewhere the device's own setting decides.
 *
 * @returns lets the screen go dark again.
 */
export function keepScreenOn(): () => void {
  let lock: WakeLockSentinel | null = null;
  let isOver = false;
  // The browser takes it back whenever the page is hidden.
  const ask = async () => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (isOver) await lock.release();
    } catch {
      // A battery that is nearly empty, or a page without TLS.
    }
  };
  void ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release().catch(() => undefined);
  };
}
