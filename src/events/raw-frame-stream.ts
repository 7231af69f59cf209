import type { Clock } from "../runtime/clock.ts";
import { escapeBytes } from "../scale/frames/bytes.ts";
import type { RawFrame, RawFrameHub } from "../scale/raw-frames.ts";
import { comment, message } from "./sse.ts";

/** A `line` as clients get it. */
export interface RawFrameEvent extends Pick<RawFrame, "outcome"> {
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
/** Bytes waiting for one client: some seconds of frames. Beyond it the client's stream is closed. */
const bufferBytes = 256 * 1024;
const heartbeatMs = 2_000;

/**
 * The frames of one connection or scale as they come in, for one client, as server-sent events: `line`, and `tick` every 2 s. Nothing is sent again after a
 * reconnect: they are for setting up a print format now.
 *
 * @param options.isWanted chooses the frames.
 * @param options.goesOn asked at each tick: false ends the stream.
 * @param options.onEnd is called once, when the client has disconnected or its stream was closed.
 */
export function openRawFrameStream(options: {
  readonly hub: Pick<RawFrameHub, "subscribe">;
  readonly clock: Pick<Clock, "now">;
  readonly isWanted: (frame: RawFrame) => boolean;
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

  function listen(frame: RawFrame | "end"): void {
    if (frame === "end") close();
    else if (isWanted(frame)) show(frame);
  }

  function show({ at, connectionId, raw, outcome }: RawFrame): void {
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
    const event: RawFrameEvent = {
      at: new Date(at).toISOString(),
      connection: connectionId,
      raw: escapeBytes(Buffer.from(raw, "latin1")),
      outcome,
      skipped,
    };
    send("line", event);
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
        unsubscribe = hub.subscribe("stream of raw frames", listen);
        heartbeat = setInterval(() => (goesOn() ? tick() : close()), heartbeatMs);
        heartbeat.unref();
      },
      cancel: end,
    },
    { highWaterMark: bufferBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}
