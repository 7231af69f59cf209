import type { Clock } from "../runtime/clock.ts";
import { escapeBytes } from "../scale/frames/bytes.ts";
import type { LineHub, RawLine } from "../scale/lines.ts";
import { comment, message } from "./sse.ts";

/** A `line` as clients get it. */
export interface LineEvent extends Pick<RawLine, "outcome"> {
  /** RFC 3339. */
  readonly at: string;
  readonly connection: number;
  /** Without its terminator; unprintable bytes as `\\xNN`. */
  readonly raw: string;
  /** Lines left out before this one. */
  readonly skipped: number;
}

/** More than anyone can read. */
const linesPerSecond = 50;
/** Bytes waiting for one client: some seconds of lines. Beyond it the client's stream is closed. */
const bufferBytes = 256 * 1024;
const heartbeatMs = 2_000;

/**
 * One client's view of raw lines, as server-sent events: `line`, and `tick` every 2 s. Nothing is sent again after a
 * reconnect: the lines are for setting up a print format now.
 *
 * @param options.isWanted chooses the lines.
 * @param options.goesOn asked at each tick: false ends the stream.
 * @param options.onEnd is called once, when the client has disconnected or its stream was closed.
 */
export function openLineStream(options: {
  readonly hub: Pick<LineHub, "subscribe">;
  readonly clock: Pick<Clock, "now">;
  readonly isWanted: (line: RawLine) => boolean;
  readonly goesOn: () => boolean;
  readonly onEnd: () => void;
}): ReadableStream<Uint8Array> {
  const { hub, clock, isWanted, goesOn, onEnd } = options;
  let out: ReadableStreamDefaultController<Uint8Array>;
  let unsubscribe: () => void = () => undefined;
  let heartbeat: Timer | undefined;
  let ended = false;
  let second = 0;
  let sentInSecond = 0;
  let skipped = 0;

  function end(): void {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    unsubscribe();
    onEnd();
  }

  function close(): void {
    if (ended) return;
    end();
    out.close();
  }

  function send(type: string, data: unknown): void {
    if (ended) return;
    out.enqueue(message({ type, data }));
    if ((out.desiredSize ?? 0) <= 0) close();
  }

  function listen(line: RawLine | "end"): void {
    if (line === "end") close();
    else if (isWanted(line)) show(line);
  }

  function show({ at, connectionId, raw, outcome }: RawLine): void {
    const now = Math.floor(at / 1000);
    if (now !== second) {
      second = now;
      sentInSecond = 0;
    }
    if (sentInSecond >= linesPerSecond) {
      skipped++;
      return;
    }
    sentInSecond++;
    const line: LineEvent = {
      at: new Date(at).toISOString(),
      connection: connectionId,
      raw: escapeBytes(Buffer.from(raw, "latin1")),
      outcome,
      skipped,
    };
    send("line", line);
    skipped = 0;
  }

  function tick(): void {
    send("tick", { now: new Date(clock.now()).toISOString() });
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
        controller.enqueue(comment("retry: 2000"));
        tick();
        unsubscribe = hub.subscribe("stream of raw lines", listen);
        heartbeat = setInterval(() => (goesOn() ? tick() : close()), heartbeatMs);
        heartbeat.unref();
      },
      cancel: end,
    },
    { highWaterMark: bufferBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}
