import packageJson from "../../package.json" with { type: "json" };
import type { Config } from "../config/config.ts";
import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type FailureLog } from "../runtime/emitter.ts";
import type { Presence } from "../scale/presence.ts";
import type { Sources } from "../scale/sources/sources.ts";
import type { Tappable, Taps } from "../scale/taps.ts";
import { type CaptureHeader, captureFormat, definitionOf } from "./capture-file.ts";
import { openCaptureStream } from "./capture-stream.ts";
import type { CaptureLimits } from "./limits.ts";

/** Which connections are captured: those that belong, or may belong, to a source; those from an address; one; or all. */
export type Wanted =
  | { readonly by: "source"; readonly name: string }
  | { readonly by: "address"; readonly address: string }
  | { readonly by: "connection"; readonly id: number }
  | { readonly by: "all" };

/** Captures of what comes in on connections, while it comes. */
export interface Captures {
  /** Whether there is such a source; `default` is the one of all that belongs to no other. */
  hasSource(name: string): boolean;
  /**
   * Begins a capture; one at a time.
   *
   * @param goesOn asked every 2 s: false ends it.
   * @returns the lines of its file, as they come; null where another capture goes on.
   */
  start(wanted: Wanted, limits: CaptureLimits, goesOn: () => boolean): ReadableStream<Uint8Array> | null;
  /** Ends the capture that goes on. */
  close(): void;
}

/** The name of the default source, unless a source is named so. */
const defaultName = "default";
/** Ids of scales that are noted with a connection. */
const scalesMax = 256;

export function createCaptures(parts: {
  taps: Pick<Taps, "start">;
  config: Pick<Config, "frame" | "station">;
  sources: Pick<Sources, "all">;
  presence: Pick<Presence, "scales">;
  clock: Pick<Clock, "now">;
  log: FailureLog;
}): Captures {
  const { taps, config, sources, presence, clock, log } = parts;
  const closing = createEmitter("captures end", log);
  const named = (name: string) => sources.all().find(({ source }) => source.name === name)?.source ?? null;

  function isWanted(wanted: Wanted, { origin, choice }: Tappable): boolean {
    switch (wanted.by) {
      case "all":
        return true;
      case "address":
        return origin.remoteAddress === wanted.address;
      case "connection":
        return origin.connectionId === wanted.id;
      case "source":
        return [origin.source, ...choice.registered.map(({ source }) => source)].some((source) =>
          named(wanted.name) === null ? source === null : source?.name === wanted.name,
        );
    }
  }

  /** What tells a scale's id from other digits on a connection: those known from there, and those of the configuration. */
  function scalesOf(address: string): number[] {
    const there = presence.scales().filter(({ remoteAddress }) => remoteAddress === address);
    const ids = new Set([...there.map(({ id }) => id), ...config.station.byScale.keys()]);
    return [...ids].slice(0, scalesMax);
  }

  function headerOf(wanted: Wanted): CaptureHeader {
    const { decimalMark, idleMs, maxAgeMs } = config.frame;
    return {
      format: captureFormat,
      program: packageJson.version,
      at: new Date(clock.now()).toISOString(),
      source: wanted.by === "source" ? definitionOf(named(wanted.name)) : null,
      address: wanted.by === "address" ? wanted.address : null,
      settings: { decimal_mark: decimalMark, idle_ms: idleMs, max_age_ms: maxAgeMs },
    };
  }

  return {
    hasSource: (name) => name === defaultName || named(name) !== null,
    start: (wanted, limits, goesOn) =>
      openCaptureStream({
        header: headerOf(wanted),
        start: (tap) => taps.start({ isWanted: (connection) => isWanted(wanted, connection), tap }),
        scalesOf,
        limits,
        goesOn,
        onClosing: (end) => closing.on("capture", end),
      }),
    close: closing.emit,
  };
}
