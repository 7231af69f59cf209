import type { Source } from "../config/sources/source.ts";
import type { Print, WeighedEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import type { Reading } from "../weighing/reading.ts";
import type { RejectReason } from "../weighing/reject-reason.ts";
import type { ArmedChecks, Asked } from "./armed-checks.ts";
import type { FramerOutcome } from "./frames/framer.ts";
import type { Presence } from "./presence.ts";
import type { RawFrame, RawFrameHub } from "./raw-frames.ts";
import type { RejectedBudget } from "./rejected-budget.ts";
import type { Repeats, RepeatWindow } from "./repeats.ts";
import type { SourceTally } from "./sources/tally.ts";
import type { Stations } from "./stations.ts";
import type { Tap } from "./tap.ts";

/** How a connection began that is no scale's. */
export interface GreetingOutcome {
  readonly kind: "broken";
  readonly reason: "greeting";
  readonly text: string;
}

/** Where a frame came from. */
export interface Origin {
  readonly connectionId: number;
  readonly remoteAddress: string;
  /** null: the default source. */
  source: Source | null;
  /** The bag that the last frame was; null where it was none. The intake keeps it. */
  lastBagUid: string | null;
  /** Hears what its frames become, where somebody captures it; null: nobody does. */
  tap: Tap | null;
}

export type Intake = (outcome: FramerOutcome | GreetingOutcome, origin: Origin) => void;

export interface IntakeParts {
  readonly journal: Pick<Journal, "append" | "count" | "isShortOfRoom">;
  readonly rejectedBudget: RejectedBudget;
  readonly stations: Stations;
  readonly presence: Presence;
  readonly repeats: Pick<Repeats, "printed" | "rejected">;
  readonly repeatWindow: RepeatWindow;
  readonly sourceTally: Pick<SourceTally, "bag" | "rejected">;
  /** The checks whose print is awaited. */
  readonly checks: Pick<ArmedChecks<Asked>, "take">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** For the pages where a scale is set up. */
  readonly rawFrames: Pick<RawFrameHub, "publish" | "isFollowed">;
}

/**
 * Takes each frame into the journal: as a bag, with everything decided that is decided at the moment of weighing, or as
 * a rejected frame with its reason. Every frame becomes one of the two.
 */
export function createIntake(parts: IntakeParts): Intake {
  const { journal, rejectedBudget, stations, presence, repeats, repeatWindow, sourceTally, checks } = parts;
  const { clock, logger, metrics, rawFrames } = parts;

  presence.onForgotten("intake", (id) => {
    const scale = String(id);
    for (const result of ["accepted", "rejected"]) metrics.readings.remove({ scale, result });
    metrics.scaleLastReading.remove({ scale });
    metrics.bagsInDoubt.remove({ scale });
  });

  /** Scales that are not remembered share a label: a broken sender must not fill Prometheus. */
  function label(scale: number | null): string {
    return scale !== null && presence.isKnown(scale) ? String(scale) : "other";
  }

  /** A frame is published when it is on disk. Mostly there are no listeners. */
  function publishing(frame: RawFrame): (() => void) | undefined {
    return rawFrames.isFollowed ? () => rawFrames.publish(frame) : undefined;
  }

  function accept(reading: Reading, raw: string, origin: Origin, at: number): void {
    const scale = stations.actualScale(reading.printedScale);
    const { connectionId, source } = origin;
    if (source?.station != null) stations.printedAt(scale, source.station);
    const { weight, unit, printedScale } = reading;
    // Of a stream the detector has seen each load come and go: equal ones are no repeats.
    const isDetected = source?.mode === "stream";
    // Also of a check: its weight printed twice is a check and a bag that people are told of.
    const repeatSuspected = !isDetected && repeatWindow.printed(scale, reading, at);
    const checkUid = checks.take(scale, { weight, unit }, at);
    if (checkUid !== null) {
      keepCheck(checkUid, scale, reading, raw, origin, at);
      return;
    }
    presence.reading(connectionId, scale, reading, at);
    sourceTally.bag(source?.name ?? null, scale, at);
    const scaleLabel = label(scale);
    const isInDoubt = !isDetected && repeats.printed(scale, `${reading.weight} ${reading.unit}`, at);
    const doubt = isInDoubt ? "repeats" : null;
    if (doubt !== null) metrics.bagsInDoubt.inc({ scale: scaleLabel });
    const uid = Bun.randomUUIDv7();
    origin.lastBagUid = uid;
    origin.tap?.became(raw, { kind: "bag", scale: printedScale, weight, unit });
    const entry: WeighedEntry = {
      kind: "weighed",
      uid,
      receivedAt: at,
      remoteAddress: origin.remoteAddress,
      station: stations.stationOf(scale),
      scale,
      printedScale,
      weight,
      unit,
      gross: stations.weighsGross(printedScale),
      repeatSuspected,
      doubt,
      raw,
    };
    const outcome = { kind: "bag", scale, weight, unit } as const;
    journal.append(entry, publishing({ at, connectionId, scale, raw, outcome }));
    metrics.readings.inc({ scale: scaleLabel, result: "accepted" });
    metrics.scaleLastReading.set({ scale: scaleLabel }, at / 1000);
  }

  /** A good print that checks the scale: no bag and no fault. It is always kept, and puts no bag in doubt. */
  function keepCheck(
    uid: string,
    scale: number,
    reading: Reading,
    raw: string,
    origin: Origin,
    at: number,
  ): void {
    const { weight, unit, printedScale } = reading;
    const { connectionId, remoteAddress } = origin;
    const print: Print = { weight, unit };
    origin.lastBagUid = null;
    origin.tap?.became(raw, { kind: "rejected", reason: "check", scale: printedScale });
    presence.reading(connectionId, scale, reading, at);
    const outcome = { kind: "rejected", reason: "check" } as const;
    journal.append(
      {
        kind: "rejected",
        receivedAt: at,
        remoteAddress,
        scale,
        reason: "check",
        raw,
        frames: 1,
        ofUid: uid,
        print,
      },
      publishing({ at, connectionId, scale, raw, outcome }),
    );
    metrics.framesRejected.inc({ reason: "check" });
    metrics.readings.inc({ scale: label(scale), result: "accepted" });
    metrics.scaleLastReading.set({ scale: label(scale) }, at / 1000);
  }

  function reject(
    reason: RejectReason,
    printedScale: number | null,
    raw: string,
    origin: Origin,
    at: number,
    ofUid: string | null = null,
  ): void {
    origin.lastBagUid = null;
    origin.tap?.became(raw, { kind: "rejected", reason, scale: printedScale });
    const scale = printedScale === null ? null : stations.actualScale(printedScale);
    presence.rejected(origin.connectionId, scale, printedScale, at);
    sourceTally.rejected(origin.source?.name ?? null, at);
    if (scale !== null && origin.source?.mode !== "stream") repeats.rejected(scale, raw, at);
    const { remoteAddress } = origin;
    const frame = { receivedAt: at, remoteAddress, scale, reason, raw };
    const { connectionId } = origin;
    const outcome = { kind: "rejected", reason } as const;
    const publish = publishing({ at, connectionId, scale, raw, outcome });
    // With little space only bags, and what belongs to a bag, are kept.
    const hasRoom = !journal.isShortOfRoom && rejectedBudget.allows(origin.connectionId, raw, at);
    if (hasRoom || ofUid !== null) {
      journal.append({ kind: "rejected", ...frame, frames: 1, ofUid, print: null }, publish);
    } else {
      journal.count(frame, publish);
      metrics.framesCounted.inc({ reason });
    }
    metrics.framesRejected.inc({ reason });
    metrics.readings.inc({ scale: label(scale), result: "rejected" });
    logger.debug(
      { connection: origin.connectionId, remote: remoteAddress, scale, reason, raw },
      "frame rejected",
    );
  }

  return (outcome, origin) => {
    const at = clock.now();
    const raw = outcome.text;
    if (outcome.kind === "broken") {
      reject(outcome.reason, null, raw, origin, at);
      return;
    }
    if (outcome.kind === "remainder") {
      reject("remainder", null, raw, origin, at, origin.lastBagUid);
      return;
    }
    const { parsed } = outcome;
    if (!parsed.ok) {
      reject(parsed.reason, parsed.printedScale, raw, origin, at);
    } else if (!stations.isAccepted(parsed.reading.printedScale)) {
      reject("unknown_scale", parsed.reading.printedScale, raw, origin, at);
    } else {
      if (parsed.hadParity && presence.sentParity(origin.connectionId)) {
        logger.warn(
          { connection: origin.connectionId, remote: origin.remoteAddress },
          "prints come with parity bits, which are taken off: set the device server to 7 data bits and the scale's parity",
        );
      }
      accept(parsed.reading, raw, origin, at);
    }
  };
}
