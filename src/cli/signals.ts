import type { Logger } from "../logging/logger.ts";
import { exitCode } from "./io.ts";

/** npx and bun pass a Ctrl-C on that the terminal has sent to this process too: together they are one request to stop. */
const sameWishMs = 1_000;
const stoppingLine = "stopping: the scales' port closes, what was read is kept (again: stop at once)";

const stopSignals = ["SIGTERM", "SIGINT", "SIGQUIT"] as const;

/**
 * Without a handler these end a process at once, without a message. Here they are ignored: log files rotate by
 * themselves, and a closed terminal or a timer of another program is no reason to stop weighing. (SIGPWR is the
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

/** What asks the process to stop. */
export interface StopRequest {
  /** Aborted at the first SIGTERM, SIGINT or SIGQUIT. */
  readonly signal: AbortSignal;
  /** Starts to log signals, including those received before. */
  logTo(logger: Logger): void;
}

/**
 * Listens to signals: another one that asks for a stop, more than a second after the first, ends the process at once. The other
 * signals that would end it are named in the log, the first time, and ignored.
 */
export function listenForStop(): StopRequest {
  const stopping = new AbortController();
  let logger: Logger | null = null;
  let unlogged: ((to: Logger) => void)[] = [];
  const log = (line: (to: Logger) => void) => (logger === null ? void unlogged.push(line) : line(logger));

  for (const signal of ignoredSignals) ignore(signal, log);
  let firstAt: number | null = null;
  const onSignal = (signal: string) => {
    if (firstAt === null) {
      firstAt = performance.now();
      log((to) => to.info({ signal }, stoppingLine));
      stopping.abort();
    } else if (performance.now() - firstAt > sameWishMs) {
      log((to) =>
        to.warn({ signal }, "stopped at once; what is in the journal is recorded at the next start"),
      );
      process.exit(exitCode.failed);
    }
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  return {
    signal: stopping.signal,
    logTo(to) {
      logger = to;
      for (const line of unlogged) line(to);
      unlogged = [];
    },
  };
}

function ignore(signal: NodeJS.Signals, log: (line: (to: Logger) => void) => void): void {
  let isNamed = false;
  try {
    process.on(signal, () => {
      if (isNamed) return;
      isNamed = true;
      log((to) => to.info({ signal }, "signal ignored: weighing goes on. SIGTERM stops the appliance"));
    });
  } catch {
    // Not every system has each of them.
  }
}
