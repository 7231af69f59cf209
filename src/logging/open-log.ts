import type { Config } from "../config/config.ts";
import type { Clock } from "../runtime/clock.ts";
import { createSecretHider } from "./known-secrets.ts";
import { createLineQueue } from "./line-queue.ts";
import { createLogLosses, type LogLosses } from "./log-losses.ts";
import { createLogger, type Logger } from "./logger.ts";
import { openStandardOutlet } from "./outlets.ts";

/** The log of a process that keeps working whatever happens to its output. */
export interface Log {
  readonly logger: Logger;
  readonly losses: LogLosses;
  /** Writes text for people between the lines. */
  readonly print: (text: string) => void;
  /** Waits until what was said is written, at most `limitMs`. */
  readonly flush: (limitMs: number) => Promise<void>;
}

/** Opens the log of `config` on standard output, and in its folder where it has one. Nothing that is logged throws or waits. */
export async function openLog(
  config: Config,
  options: { readonly clock: Pick<Clock, "now">; readonly color: boolean },
): Promise<Log> {
  let isFailureSaid = false;
  const losses = createLogLosses(options.clock, {
    error(fields, message) {
      // Once, because this line may be lost itself. Deferred, because this is called from inside the logger.
      if (!isFailureSaid) queueMicrotask(() => logger.error(fields, message));
      isFailureSaid = true;
    },
  });
  const stdout = createLineQueue({
    outlet: openStandardOutlet(1),
    onLost: () => losses.lost("stdout"),
    // A moment later: this is called from inside the logger.
    onRecovery: (linesLost) =>
      queueMicrotask(() => logger.warn({ lines_lost: linesLost }, "standard output is written again")),
  });
  const logger = await createLogger(config.log, {
    ...options,
    stdout,
    losses,
    hide: createSecretHider(config),
  });
  return { logger, losses, print: stdout.write, flush: stdout.flush };
}
