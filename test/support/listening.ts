import { loadConfig } from "../../src/config/load.ts";
import type { Source } from "../../src/config/sources/source.ts";
import type { CountedFrame, Entry } from "../../src/journal/entry.ts";
import { type Clock, systemClock } from "../../src/runtime/clock.ts";
import { createEmitter } from "../../src/runtime/emitter.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { type Asked, createArmedChecks } from "../../src/scale/armed-checks.ts";
import { zm405 } from "../../src/scale/frames/zm405.ts";
import { createIntake } from "../../src/scale/intake.ts";
import { createListener, type Listener } from "../../src/scale/port/listener.ts";
import { createPresence } from "../../src/scale/presence.ts";
import { createRawFrameHub } from "../../src/scale/raw-frames.ts";
import { createRejectedBudget } from "../../src/scale/rejected-budget.ts";
import { createRepeats, createRepeatWindow } from "../../src/scale/repeats.ts";
import { createSources } from "../../src/scale/sources/sources.ts";
import { createSourceTally } from "../../src/scale/sources/tally.ts";
import { createStations } from "../../src/scale/stations.ts";
import { createLiveWeights, type LiveWeight } from "../../src/scale/streams/live.ts";
import { createStreams } from "../../src/scale/streams/streams.ts";
import { createTaps } from "../../src/scale/taps.ts";
import { silentLogger as logger, silentLogger } from "./silent-logger.ts";

const listeners: Listener[] = [];

/** Stops what `listening` started; for `afterEach`. */
export async function stopListening(): Promise<void> {
  for (const listener of listeners.splice(0)) await listener.stop();
}

/** The scales' side of an appliance; what would be journaled is kept in `entries`. */
export function listening(
  env: Record<string, string> = {},
  clock: Clock = systemClock,
  of: { readonly sources?: readonly Source[] } = {},
) {
  const { config } = loadConfig({
    env: {
      PREPUFF_SCALE_HOST: "127.0.0.1",
      PREPUFF_SCALE_PORT: "0",
      ...env,
    },
    cwd: "/nonexistent",
  });
  const metrics = createMetrics();
  const stations = createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined });
  const sources = createSources(of.sources ?? [], [], silentLogger);
  stations.takeSources(of.sources ?? []);
  const presence = createPresence(stations.isConfigured, silentLogger);
  const entries: Entry[] = [];
  const writableChanges = createEmitter<[writable: boolean]>("journal writable or not", silentLogger);
  let held: (() => void)[] | null = null;
  const durable = (tell: () => void = () => undefined) => (held === null ? tell() : held.push(tell));
  const journal = {
    writable: true,
    isShortOfRoom: false,
    append(entry: Entry, onDurable?: () => void) {
      entries.push(entry);
      durable(onDurable);
    },
    count(frame: CountedFrame, onDurable?: () => void) {
      entries.push({ kind: "rejected", ...frame, frames: 1, ofUid: null, print: null });
      durable(onDurable);
    },
    onWritable: writableChanges.on,
  };
  const rawFrames = createRawFrameHub(silentLogger);
  const checks = createArmedChecks<Asked>(clock, silentLogger);
  const intake = createIntake({
    journal,
    stations,
    presence,
    sourceTally: createSourceTally(),
    checks,
    rejectedBudget: createRejectedBudget(config.frame.rejectedPerMinute),
    repeats: createRepeats(config.frame.repeatLimit),
    repeatWindow: createRepeatWindow(config.frame.repeatWindowMs),
    clock,
    logger,
    metrics,
    rawFrames,
  });
  const taps = createTaps();
  const liveWeights: LiveWeight[] = [];
  const live = createLiveWeights(silentLogger);
  live.subscribe("test", (weight) => liveWeights.push(weight));
  const streams = createStreams({
    intake,
    presence,
    live,
    sources,
    clock,
    monotonic: () => performance.now(),
    count: ({ name }, kind) => metrics.samples.inc({ source: name, kind }),
    onError: (error) => {
      throw error;
    },
  });
  const listener = createListener({
    config,
    grammar: zm405,
    intake,
    streams,
    journal,
    presence,
    sources,
    taps,
    clock,
    logger,
    metrics,
  });
  listeners.push(listener);
  const port = listener.start();
  streams.start();
  return {
    port,
    listener,
    presence,
    rawFrames,
    entries,
    checks,
    stations,
    sources,
    taps,
    streams,
    liveWeights,
    metrics,
    weights: () => entries.map((entry) => (entry.kind === "weighed" ? entry.weight : entry.reason)),
    /** From now on nothing gets to the disk. @returns lets all of it get there. */
    holdDisk() {
      held = [];
      return () => {
        const waiting = held ?? [];
        held = null;
        for (const tell of waiting) tell();
      };
    },
    /** From now on the journal's disk has little room. */
    runShortOfRoom() {
      journal.isShortOfRoom = true;
    },
    setWritable(writable: boolean) {
      journal.writable = writable;
      writableChanges.emit(writable);
    },
  };
}
