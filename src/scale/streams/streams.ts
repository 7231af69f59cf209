import { LRUCache } from "lru-cache";
import type { Source } from "../../config/sources/source.ts";
import type { Print, PrintKind } from "../../indicators/print.ts";
import { StreamDetector } from "../../indicators/stream/detector.ts";
import type { StreamOutcome } from "../../indicators/stream/outcome.ts";
import type { StreamSample } from "../../indicators/stream/sample.ts";
import type { StreamSettings } from "../../indicators/stream/settings.ts";
import type { Clock } from "../../runtime/clock.ts";
import { repeat } from "../../runtime/repeat.ts";
import type { Intake, Origin } from "../intake.ts";
import type { Presence } from "../presence.ts";
import { bagOf } from "../sources/prints.ts";
import type { Sources } from "../sources/sources.ts";
import { evidenceOf } from "./evidence.ts";
import type { LiveWeight, LiveWeights } from "./live.ts";

const tickEveryMs = 1_000;
/** A weight that is older is no live one: the connection is lost, or the indicator stands still. */
const staleMs = 2_000;
/** Of prints that are no samples one in so long is kept, for people to see; all are counted. */
const keepRejectedEveryMs = 60_000;
/** More scales than any plant has, but noise invents ids: the one sampled longest ago is ended. */
const streamsMax = 1_000;

/** The scales whose prints are samples: the bags are found in them. */
export interface Streams {
  /** Takes a print of a source in stream mode. */
  sample(print: Print, raw: string, source: Source, origin: Origin): void;
  /** Lets time pass where no samples come. */
  tick(): void;
  /** Lets time pass by itself. */
  start(): void;
  /** What is on a platform now has not been seen to leave: it is rejected, with its samples. */
  stop(): Promise<void>;
}

interface Stream {
  readonly scale: number;
  source: Source;
  readonly detector: StreamDetector;
  /** Where its last sample came from. */
  origin: Origin;
  sampledAtMs: number;
}

/**
 * @param parts.monotonic milliseconds of a clock that nobody sets.
 * @param parts.count called with each sample, and what it said.
 */
export function createStreams(parts: {
  intake: Intake;
  presence: Pick<Presence, "sampled">;
  live: Pick<LiveWeights, "show">;
  sources: Pick<Sources, "all" | "onChange">;
  clock: Clock;
  monotonic: () => number;
  count: (source: Source, kind: PrintKind) => void;
  onError: (error: unknown) => void;
}): Streams {
  const { intake, presence, live, sources, clock, monotonic, count, onError } = parts;
  const streams = new LRUCache<number, Stream>({
    max: streamsMax,
    dispose: (stream, _, why) => {
      if (why === "evict") close(stream);
    },
  });
  const keptAtMs = new Map<string, number>();

  function tick(): void {
    const now = monotonic();
    for (const stream of streams.values()) {
      found(stream, stream.detector.tick(now));
      show(stream, now);
    }
  }
  const ticking = repeat({ work: async () => tick(), everyMs: tickEveryMs, clock, onError });

  // One that was changed begins anew: its samples may mean something else.
  const forget = sources.onChange("streams", () => {
    for (const stream of [...streams.values()]) {
      if (sources.all().some(({ source }) => Bun.deepEquals(source, stream.source))) continue;
      end(stream);
    }
  });

  function end(stream: Stream): void {
    streams.delete(stream.scale);
    close(stream);
  }

  function close(stream: Stream): void {
    found(stream, stream.detector.end(monotonic()));
    live.show(liveOf(stream, true));
  }

  function streamOf(scale: number, source: Source, origin: Origin, now: number): Stream {
    const known = streams.get(scale);
    // The same object at every sample but the first one after a change of sources: then an equal one.
    if (known !== undefined && (known.source === source || Bun.deepEquals(known.source, source))) {
      known.source = source;
      return known;
    }
    if (known !== undefined) end(known);
    const detector = new StreamDetector(settingsOf(source));
    const stream = { scale, source, detector, origin, sampledAtMs: now };
    streams.set(scale, stream);
    return stream;
  }

  function found({ source, scale, origin }: Stream, outcomes: readonly StreamOutcome[]): void {
    for (const outcome of outcomes) {
      const text = evidenceOf(outcome);
      const { unit } = outcome;
      const parsed =
        outcome.kind === "rejected"
          ? ({ ok: false, reason: outcome.reason, printedScale: scale } as const)
          : bagOf(
              { kind: "weight", weight: outcome.weight, unit, ...nothingMore },
              { ...source, scale },
              false,
            );
      intake({ kind: "frame", text, parsed }, origin);
    }
  }

  function show(stream: Stream, now: number): void {
    live.show(liveOf(stream, now - stream.sampledAtMs > staleMs));
  }

  function reject(raw: string, print: Print, source: Source, origin: Origin, now: number): void {
    const last = keptAtMs.get(source.name);
    if (last !== undefined && now - last < keepRejectedEveryMs) return;
    keptAtMs.set(source.name, now);
    intake({ kind: "frame", text: raw, parsed: bagOf(print, source, false) }, origin);
  }

  return {
    sample(print, raw, source, origin) {
      const now = monotonic();
      const scale = print.scale ?? source.scale;
      const { kind } = print;
      count(source, kind);
      if (kind === "other") return;
      if (kind === "rejected" || scale === null) {
        reject(raw, print, source, origin, now);
        return;
      }
      const stream = streamOf(scale, source, origin, now);
      if (stream.origin !== origin || now - stream.sampledAtMs > tickEveryMs) {
        presence.sampled(origin.connectionId, scale, clock.now());
      }
      stream.origin = origin;
      stream.sampledAtMs = now;
      const { weight, unit, mode, stable } = print;
      const sample: StreamSample = { kind, weight, unit, mode, stable };
      found(stream, stream.detector.push(sample, now));
      show(stream, now);
    },
    tick,
    start: ticking.start,
    async stop() {
      forget();
      await ticking.stop();
      for (const stream of [...streams.values()]) end(stream);
    },
  };
}

const nothingMore = { mode: null, stable: null, scale: null, reason: null, mark: null } as const;

function liveOf({ scale, source, detector }: Stream, isStale: boolean): LiveWeight {
  const { state, weight, unit, stable } = detector.view();
  return { scale, station: source.station, weight: isStale ? null : weight, unit, stable, state };
}

function settingsOf({ unit, stream }: Source): StreamSettings {
  return {
    unit,
    division: stream.division,
    leastWeight: stream.min_weight,
    bandDivisions: stream.band,
    settleMs: stream.settle_ms,
    rearmPercent: stream.rearm_percent,
    commit: stream.commit,
  };
}
