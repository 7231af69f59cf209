import { useEffect, useMemo, useRef } from "preact/hooks";

/**
 * Gathers many calls into few: the first one acts at once where nothing happened for `everyMs`, those that follow are one
 * call when that time is over.
 */
export function useSoon(act: () => void, everyMs: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const actedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return useMemo(
    () => () => {
      if (timer.current !== null) return;
      const wait = Math.max(0, actedAt.current + everyMs - performance.now());
      timer.current = setTimeout(() => {
        timer.current = null;
        actedAt.current = performance.now();
        latest.current();
      }, wait);
    },
    [everyMs],
  );
}

/** Calls at intervals while the component is there. */
export function useEvery(act: () => void, everyMs: number): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const timer = setInterval(() => latest.current(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
