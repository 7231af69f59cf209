import { type Logger, multistream, pino } from "pino";
import type { Config } from "../config/config.ts";
import type { Clock } from "../runtime/clock.ts";
import { createDailyFile } from "./daily-file.ts";
import { limitKinds } from "./log-budget.ts";
import type { LogLosses } from "./log-losses.ts";
import { redactLine } from "./redact.ts";

export type { Logger };

export interface LoggerOptions {
  readonly clock: Pick<Clock, "now">;
  /** The output of lines. It must neither throw nor block, because callers log in the middle of their work. */
  readonly stdout: { write(line: string): unknown };
  /** Colours for `pretty`. */
  readonly color?: boolean;
  /** Takes the secrets that are known out of a finished line. */
  readonly hide?: (line: string) => string;
  /** Told of each line that the file lacks. */
  readonly losses?: Pick<LogLosses, "lost">;
}

/**
 * The appliance's logger: one line an event on standard output, as JSON or for people, and with `dir` also as JSON in
 * a file a day. In this process and without worker threads: pino's transports cannot be loaded from a compiled binary,
 * and lose the last lines of a crash.
 */
export async function createLogger(config: Config["log"], options: LoggerOptions): Promise<Logger> {
  const { level } = config;
  const { stdout, losses, hide = (line: string) => line } = options;
  const stream = config.format === "pretty" ? await prettyStream(stdout, options.color ?? false) : stdout;
  const streams: { level: typeof level; stream: { write(line: string): unknown } }[] = [{ level, stream }];
  if (config.dir !== null) {
    const file = createDailyFile({
      dir: config.dir,
      clock: options.clock,
      onLost: () => losses?.lost("file"),
      // A moment later: these are called from inside the logger.
      onFailure: (reason) =>
        queueMicrotask(() => logger.error({ dir: config.dir, reason }, "log file cannot be written")),
      onRecovery: (linesLost) =>
        queueMicrotask(() =>
          logger.warn({ dir: config.dir, lines_lost: linesLost }, "log file is written again"),
        ),
    });
    streams.push({ level, stream: file });
  }
  const isWritten = limitKinds({
    now: () => performance.now(),
    onLeftOut: (of, lines) =>
      logger.warn({ of, lines }, "lines of one kind were left out: there are too many"),
  });
  const logger: Logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        streamWrite: (line) => hide(redactLine(line)),
        logMethod(args, method, lineLevel) {
          const message = args.find((arg) => typeof arg === "string") ?? "";
          if (isWritten(message, lineLevel)) method.apply(this, args);
        },
      },
    },
    multistream(streams),
  );
  return logger;
}

/** Lines for people. Loaded only where wanted: it costs 20 ms at start. */
async function prettyStream(stdout: { write(line: string): unknown }, colorize: boolean) {
  const { prettyFactory } = await import("pino-pretty");
  const pretty = prettyFactory({ colorize, translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l", singleLine: true });
  return {
    write(line: string) {
      stdout.write(pretty(visible(JSON.parse(line))));
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * The same value with control characters in its texts and keys written out (`\n`, `\u001b`): a frame's bytes must
 * neither begin a line nor command a terminal. Only a stack keeps its line breaks, which pino-pretty indents.
 */
function visible(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    return key === "stack" ? value.split("\n").map(writtenOut).join("\n") : writtenOut(value);
  }
  if (Array.isArray(value)) return value.map((item) => visible(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]): [string, unknown] => [writtenOut(name), visible(item, name)]),
  );
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function writtenOut(text: string): string {
  return text.replace(
    control,
    (c) => shortEscapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
