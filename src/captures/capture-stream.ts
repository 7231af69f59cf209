import { latin1 } from "../scale/frames/bytes.ts";
import type { Tap } from "../scale/tap.ts";
import type { Capturer, Tappable } from "../scale/taps.ts";
import {
  type CaptureEnd,
  type CaptureHeader,
  type CaptureRecord,
  captureLine,
  definitionOf,
} from "./capture-file.ts";
import type { CaptureLimits } from "./limits.ts";

/** Lines waiting for the one who reads them: beyond it the capture ends, for the memory is the scales'. */
const bufferBytes = 1024 * 1024;
/** How often a connection that says nothing for so long is told apart from a dead one. */
const heartbeatMs = 2_000;

/**
 * The lines of a capture, as they come. It ends when it is as long or as large as was asked for, when its reader is too slow
 * or gone, and says why in its last line.
 *
 * @param parts.start begins to capture; null where another capture goes on.
 * @param parts.scalesOf ids of scales that are known where a connection comes from.
 * @param parts.goesOn asked at each heartbeat.
 * @param parts.onClosing calls back when the appliance stops; @returns forgets it.
 * @returns null where another capture goes on.
 */
export function openCaptureStream(parts: {
  readonly header: CaptureHeader;
  readonly start: (tap: Capturer["tap"]) => (() => void) | null;
  readonly scalesOf: (address: string) => number[];
  readonly limits: CaptureLimits;
  readonly goesOn: () => boolean;
  readonly onClosing: (end: () => void) => () => void;
}): ReadableStream<Uint8Array> | null {
  const { header, start, scalesOf, limits, goesOn, onClosing } = parts;
  const encoder = new TextEncoder();
  const startedAt = performance.now();
  let out: ReadableStreamDefaultController<Uint8Array>;
  let release: (() => void) | null = null;
  let forget: () => void = () => undefined;
  let timer: Timer | undefined;
  let heartbeat: Timer | undefined;
  let bytes = 0;
  let isOver = false;

  function now(): number {
    return Math.round((performance.now() - startedAt) * 10) / 10;
  }

  function enqueue(line: string): void {
    const encoded = encoder.encode(line);
    bytes += encoded.length;
    out.enqueue(encoded);
  }

  function write(record: CaptureRecord): void {
    if (isOver) return;
    const line = captureLine(record);
    if (bytes + line.length > limits.bytes) end("size");
    else if ((out.desiredSize ?? 0) <= 0) end("slow_reader");
    else enqueue(line);
  }

  function tap({ origin, port, choice }: Tappable, isOpen: boolean): Tap {
    const { connectionId: connection, remoteAddress: address } = origin;
    const moved = (dir: "in" | "out") => (bytes: Uint8Array) =>
      write({ t: now(), connection, dir, bytes: latin1(bytes) });
    write({
      t: now(),
      connection,
      dir: "open",
      address,
      port,
      source: definitionOf(origin.source),
      registered: isOpen ? [] : choice.registered.map(({ source }) => source),
      scales: scalesOf(address),
      before: isOpen,
    });
    return {
      received: moved("in"),
      sent: moved("out"),
      became: (raw, verdict) => write({ t: now(), connection, verdict, raw }),
      closed: () => write({ t: now(), connection, dir: "close" }),
    };
  }

  function stop(): void {
    isOver = true;
    clearTimeout(timer);
    clearInterval(heartbeat);
    forget();
    release?.();
  }

  /** Its last line may be beyond the limit. */
  function end(why: CaptureEnd): void {
    if (isOver) return;
    stop();
    enqueue(captureLine({ t: now(), end: why }));
    out.close();
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
        enqueue(captureLine(header));
        release = start(tap);
        if (release === null) return;
        forget = onClosing(() => end("stopped"));
        timer = setTimeout(() => end("time"), limits.ms);
        heartbeat = setInterval(() => (goesOn() ? enqueue("\n") : end("stopped")), heartbeatMs);
        heartbeat.unref();
      },
      cancel: stop,
    },
    { highWaterMark: bufferBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  return release === null ? null : stream;
}
