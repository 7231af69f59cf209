import type { Clock } from "../runtime/clock.ts";

/** Log lines that could not be written. */
export interface LogLoss {
  readonly output: "stdout" | "file";
  readonly lines: number;
  /** Of the last one, in milliseconds since the epoch. */
  readonly at: number;
}

export interface LogLosses {
  /** One line of an output is lost. */
  lost(output: LogLoss["output"]): void;
  /** Calls back for every loss, at once for those before. One follows: the metrics. */
  follow(listener: (loss: LogLoss) => void): void;
}

/** Carries the news of lost lines from the log, which is there first, to the metrics. */
export function createLogLosses(clock: Pick<Clock, "now">): LogLosses {
  const before = new Map<LogLoss["output"], LogLoss>();
  let listener: ((loss: LogLoss) => void) | null = null;
  return {
    lost(output) {
      const at = clock.now();
      if (listener !== null) listener({ output, lines: 1, at });
      else before.set(output, { output, lines: (before.get(output)?.lines ?? 0) + 1, at });
    },
    follow(follower) {
      listener = follower;
      for (const loss of before.values()) follower(loss);
      before.clear();
    },
  };
}
