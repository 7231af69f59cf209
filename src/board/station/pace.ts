import { ApiProblem, NotReached } from "../shared/api.ts";

/**
 * Reads something again at a bounded rate: `least` ms after it was asked for, whatever was asked meanwhile, and every `most` ms
 * also unasked. One at a time. What cannot be read is read the next time.
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
