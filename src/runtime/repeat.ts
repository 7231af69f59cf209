import type { Clock } from "./clock.ts";

/** Work that is done again and again, until it is stopped. */
export interface Repeated {
  /** Begins with a first turn at once. Called again, or after `stop`, it changes nothing. */
  start(): void;
  /** Waits for the turn in progress; none begins after it. Further calls wait for the same turn. */
  stop(): Promise<void>;
  /** The next turn begins now, or as soon as the one in progress has ended. */
  wake(): void;
}

/**
 * Turns of one piece of work, one at a time.
 *
 * @param parts.everyMs from the end of a turn to the next one; as a function it is asked after each turn.
 * @param parts.onError called when a turn failed; the next one follows all the same.
 */
export function repeat(parts: {
  readonly work: () => Promise<void>;
  readonly everyMs: number | (() => number);
  readonly clock: Pick<Clock, "sleep">;
  readonly onError: (error: unknown) => void;
}): Repeated {
  const { work, everyMs, clock, onError } = parts;
  let running: Promise<void> | undefined;
  let isStopping = false;
  let isWoken = false;
  let pausing = new AbortController();

  async function run(): Promise<void> {
    while (!isStopping) {
      isWoken = false;
      try {
        await work();
      } catch (error) {
        onError(error);
      }
      await pause();
    }
  }

  async function pause(): Promise<void> {
    if (isStopping || isWoken) return;
    pausing = new AbortController();
    await clock.sleep(typeof everyMs === "number" ? everyMs : everyMs(), pausing.signal);
  }

  return {
    start() {
      if (!isStopping) running ??= run();
    },
    async stop() {
      isStopping = true;
      pausing.abort();
      await running;
    },
    wake() {
      isWoken = true;
      pausing.abort();
    },
  };
}
