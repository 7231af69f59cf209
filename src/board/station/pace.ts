import { ApiProblem, NotReached } from "../shared/api.ts";

/**
 * Repeats a read at a bounded rate: `least` ms after the first request for it, however many follow, and every `most` ms
 * without one. One at a time; a read that fails is repeated the next time.
 */
export function everyWhile(
  ms: { readonly least: number; readonly most: number },
  read: () => Promise<void>,
): { soon(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  let isAsked = false;
  let isStopped = false;
  let lastAt = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    isReading = true;
    isAsked = false;
    lastAt = performance.now();
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof NotReached)) throw error;
    } finally {
      isReading = false;
      plan();
    }
  }

  function plan(): void {
    if (isReading || isStopped) return;
    clearTimeout(timer);
    const next = lastAt + (isAsked ? ms.least : ms.most);
    timer = setTimeout(() => void run(), Math.max(0, next - performance.now()));
  }

  return {
    soon() {
      isAsked = true;
      plan();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
