import type { Capture } from "../../captures/capture-file.ts";
import { replay } from "../../captures/replay.ts";
import { serve } from "../../captures/served.ts";
import { systemClock } from "../../runtime/clock.ts";
import { errorCodeOrMessage } from "../../runtime/error-message.ts";
import { exitCode, type Io } from "../io.ts";

/** Plays a capture and says what was sent. @returns the exit code */
export async function play(
  io: Io,
  capture: Capture,
  options: { readonly host: string; readonly port: number; readonly speed: number; readonly listen?: number },
): Promise<number> {
  const { host, port, speed, listen } = options;
  const served = listen === undefined ? null : await opened(listen);
  if (served !== null) io.stderr.write(`prepuff: port ${listen} is open: waiting for an appliance\n`);
  const halt = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals) => {
    stoppedBy = signal;
    halt.abort();
  };
  // Once: the second Ctrl-C ends the process at once, as everywhere.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const to = served ?? { host, port };
    const { connections, bytes, bags, rejected, troubles } = await replay(capture, to, speed, {
      clock: systemClock,
      halt: halt.signal,
    });
    io.stdout.write(
      `connections  ${connections}\nbytes sent   ${bytes}\nbags         ${bags} when it was captured\nrejected     ${rejected} when it was captured\n`,
    );
    for (const trouble of troubles) io.stderr.write(`prepuff: ${trouble}\n`);
    if (stoppedBy !== undefined) return stoppedBy === "SIGINT" ? 130 : 143;
    return troubles.length > 0 ? exitCode.failed : exitCode.ok;
  } finally {
    served?.stop();
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

async function opened(port: number) {
  try {
    return await serve(port);
  } catch (error) {
    throw new Error(`port ${port} cannot be opened (${errorCodeOrMessage(error)})`);
  }
}
