import pLimit from "p-limit";
import { type Clock, systemClock } from "../runtime/clock.ts";
import type { Address } from "./connection.ts";
import { newScaleCounts, type PlantCounts, sumCounts } from "./counts.ts";
import { playListening } from "./listening-indicator.ts";
import { playScale } from "./scale.ts";
import type { Play } from "./script.ts";
import { playStream } from "./stream.ts";

export interface PlantOptions extends Play, Address {
  /** How many scales, each with a connection of its own; 1 … 10000. */
  readonly scales: number;
  /** The first scale's id; the others follow on. */
  readonly firstScale: number;
  /** How often a second each scale sends what it shows; 0: it prints bags. */
  readonly streamHz: number;
  /** Scales listen on this port and those behind it, on `host`, and do not connect; null: they connect. */
  readonly listenPort: number | null;
  /** A scale that could not connect for so long gives up; 0: never. */
  readonly connectTimeoutMs: number;
  /** How long an orderly close waits for the other side's. */
  readonly closeTimeoutMs: number;
}

/** 100 bags of 50 lb from each of 4 scales, as fast as the socket takes them, without any fault. */
export const plantDefaults: PlantOptions = {
  host: "127.0.0.1",
  port: 10001,
  scales: 4,
  firstScale: 1,
  streamHz: 0,
  listenPort: null,
  dialect: null,
  bags: 100,
  rate: 0,
  target: 50,
  unit: "lb",
  spread: 2,
  drift: 0,
  decimals: 2,
  terminator: "crlf",
  decimalComma: false,
  pad: 0,
  faults: {},
  cutPauseMs: 20,
  seed: 1,
  connectTimeoutMs: 30_000,
  closeTimeoutMs: 10_000,
};

export interface PlantControl {
  /** Aborts: every scale finishes its current line and closes its connection properly. */
  readonly signal?: AbortSignal;
  /** Paces the bags and the reconnects. */
  readonly clock?: Clock;
}

export interface Plant {
  /** What was done so far. */
  counts(): PlantCounts;
  /** The final counts, once every scale is done, has given up, or was stopped. Never rejects. */
  readonly done: Promise<PlantCounts>;
}

/** More attempts at once overflow the listener's backlog, and then the kernel waits a second and more. */
const connectsAtOnce = 128;
/** Full-speed batches: large ones for few scales; for many, no more than this in all. */
const batch = { mostBytes: 65_536, leastBytes: 1_024, sharedBytes: 16_777_216 };

/** Starts the scales; what is left out of `options` is as in `plantDefaults`. */
export function startPlant(options: Partial<PlantOptions> = {}, control: PlantControl = {}): Plant {
  const all: PlantOptions = { ...plantDefaults, ...options };
  const clock = control.clock ?? systemClock;
  const halt = control.signal ?? new AbortController().signal;
  const giveUp = new AbortController();
  let giveUpTimer: Timer | undefined;
  const onHalt = () => {
    giveUpTimer = setTimeout(() => giveUp.abort(), all.closeTimeoutMs);
  };
  if (halt.aborted) onHalt();
  else halt.addEventListener("abort", onHalt, { once: true });

  const stage = {
    address: all,
    clock,
    connecting: pLimit(connectsAtOnce),
    batchBytes: Math.max(
      batch.leastBytes,
      Math.min(batch.mostBytes, Math.floor(batch.sharedBytes / all.scales)),
    ),
    connectTimeoutMs: all.connectTimeoutMs,
    closeTimeoutMs: all.closeTimeoutMs,
    halt,
    giveUp: giveUp.signal,
  };
  const startedAt = clock.now();
  const perScale = Array.from({ length: all.scales }, (_, i) => newScaleCounts(all.firstScale + i));
  const counts = () => sumCounts(perScale, all.bags, clock.now() - startedAt);
  const played = perScale.map((scale, index) => {
    const { listenPort, streamHz: hertz } = all;
    if (listenPort !== null) return playListening(all, { port: listenPort + index, hertz }, stage, scale);
    return hertz > 0 ? playStream(all, hertz, stage, scale) : playScale(all, stage, scale);
  });
  const done = Promise.all(played).then(() => {
    halt.removeEventListener("abort", onHalt);
    clearTimeout(giveUpTimer);
    return counts();
  });
  return { counts, done };
}

/** Runs the scales to their end and returns what they did. */
export function runPlant(
  options: Partial<PlantOptions> = {},
  control: PlantControl = {},
): Promise<PlantCounts> {
  return startPlant(options, control).done;
}
