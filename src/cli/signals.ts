import type { Logger } from "../logging/logger.ts";
import { exitCode } from "./io.ts";

/** npx and bun pass a Ctrl-C on that the terminal has sent to this process too: together they are one request to stop. */
const sameWishMs = 1_000;
const stoppingLine = "stopping: the scales' port closes, what was read is kept (again: stop at once)";

const stopSignals = ["SIGTERM", "SIGINT", "SIGQUIT"] as const;

/**
 * These end a process that does not listen to them, at once and without a word. Here they mean nothing: log files change by
 * themselves, and a terminal that was closed, or a timer of somebody else's, is no reason to stop weighing. (SIGPWR is the
 * runtime's own; SIGSTKFLT and the real-time ones it cannot catch.)
 */
const ignoredSignals = [
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGVTALRM",
  "SIGPROF",
  "SIGIO",
  "SIGXCPU",
  "SIGXFSZ",
] as const;

/**
 * Resolves at the first SIGTERM, SIGINT or SIGQUIT; another one, after more than a second, ends the process at once. The other
 * signals that would end it are named in the log, the first time, and ignored.
 */
export function firstStopSignal(logger: Logger): Promise<void> {
  for (const signal of ignoredSignals) ignore(signal, logger);
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const onSignal = (signal: string) => {
      if (firstAt === null) {
        firstAt = performance.now();
        logger.info({ signal }, stoppingLine);
        resolve();
      } else if (performance.now() - firstAt > sameWishMs) {
        logger.warn({ signal }, "stopped at once; what is in the journal is recorded at the next start");
        process.exit(exitCode.failed);
      }
    };
    for (const signal of stopSignals) process.on(signal, onSignal);
  });
}

function ignore(signal: NodeJS.Signals, logger: Logger): void {
  let isNamed = false;
  try {
    process.on(signal, () => {
      if (isNamed) return;
      isNamed = true;
      logger.info({ signal }, "signal ignored: weighing goes on. SIGTERM stops the appliance");
    });
  } catch {
    // Not every system has each of them.
  }
}
