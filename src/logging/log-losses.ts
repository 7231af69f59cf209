import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type FailureLog } from "../runtime/emitter.ts";

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
  /** Calls back for every loss, and at once for those before. @returns the function that ends it. */
  follow(owner: string, listener: (loss: LogLoss) => void): () => void;
}

/** Passes lost lines from the log, which is made first, to the metrics. */
export function createLogLosses(clock: Pick<Clock, "now">, log: FailureLog): LogLosses {
  const soFar = new Map<LogLoss["output"], LogLoss>();
  const losses = createEmitter<[loss: LogLoss]>("log line lost", log);
  return {
    lost(output) {
      const at = clock.now();
      soFar.set(output, { output, lines: (soFar.get(output)?.lines ?? 0) + 1, at });
      losses.emit({ output, lines: 1, at });
    },
    follow(owner, listener) {
      for (const loss of soFar.values()) listener(loss);
      return losses.on(owner, listener);
    },
  };
}
