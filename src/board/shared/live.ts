import { signal } from "@preact/signals";
import { createParser } from "eventsource-parser";
import type { HealthEvent, LiveEvent, QueueEvent, ReadingEvent } from "../../events/event.ts";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import type { RejectedFrame } from "../../records/rejected/rejected-list.ts";
import type { AskedCheck } from "../../records/scale-checks/asked.ts";
import type { LiveScale } from "../../records/scales/scale-list.ts";
import type { Advice } from "../../records/signals/advice-view.ts";
import type { QualitySignal } from "../../records/signals/signal-view.ts";
import { createEmitter, type Emitter, type FailureLog } from "../../runtime/emitter.ts";
import { noteServerTime } from "./clock.ts";
import { loadSession } from "./session.ts";

/** The events of `/api/events`, by name. */
export interface LiveEvents {
  bag: Bag;
  rejected: RejectedFrame;
  job: Job;
  queue: QueueEvent;
  signal: QualitySignal;
  advice: Advice;
  scale: LiveScale;
  reading: ReadingEvent;
  live: LiveEvent;
  scale_check: AskedCheck;
  health: HealthEvent;
  tick: { readonly now: string };
}

/** `lost`: nothing was received for so long that what is shown may be out of date. */
export const connection = signal<"connecting" | "live" | "lost">("connecting");
/** When something was received last, in ms of this device's clock; null: never. */
export const heardAt = signal<number | null>(null);
/** Counts the times that the stream was opened: lists are loaded again then. */
export const opened = signal(0);
export const health = signal<HealthEvent | null>(null);

/**
 * The appliance sends something at least every 2.5 s. With a check every 500 ms a lost connection is shown within 5 s.
 */
const lostAfterMs = 4_000;
const lookEveryMs = 500;
const retryMs = 500;
/**
 * How long an attempt may take to be answered. After a loss the browser tries its dead connections one after the other:
 * such attempts are aborted soon. Every fourth attempt has more time, for an appliance that is slow.
 */
const answerWithinMs = { mostly: 2_000, atTimes: 6_000 };
const atTimes = 4;
/** Behind by more than this, a fresh start is quicker than every event of the time between. */
const resumeWithinMs = 600_000;

/** The browser's console shows it, as it shows an error that nobody caught. */
const failureLog: FailureLog = { error: ({ err }) => reportError(err) };
const emitterOf = <Event>(type: string) => createEmitter<[Event]>(type, failureLog);
const emitters: { readonly [Type in keyof LiveEvents]: Emitter<[LiveEvents[Type]]> } = {
  bag: emitterOf("bag"),
  rejected: emitterOf("rejected"),
  job: emitterOf("job"),
  queue: emitterOf("queue"),
  signal: emitterOf("signal"),
  advice: emitterOf("advice"),
  scale: emitterOf("scale"),
  reading: emitterOf("reading"),
  live: emitterOf("live"),
  scale_check: emitterOf("scale_check"),
  health: emitterOf("health"),
  tick: emitterOf("tick"),
};

let lastEventId = "";
let timer: ReturnType<typeof setInterval> | null = null;
let attempt = new AbortController();
let sinceHeard = stopwatch();
/** Since this attempt began, or since it said something. */
let sinceSign = stopwatch();
let signLimitMs = lostAfterMs;
/** In a row, without an answer. */
let attempts = 0;

/** @returns the function that ends it. */
export function onLive<Type extends keyof LiveEvents>(
  type: Type,
  owner: string,
  listener: (event: LiveEvents[Type]) => void,
): () => void {
  return emitters[type].on(owner, listener);
}

/**
 * Follows the appliance's events until `stopLive`. Not an EventSource: that cannot resume after it was created again,
 * does not say why it was refused, and does not notice a dead connection.
 */
export function startLive(): void {
  if (timer !== null) return;
  sinceHeard = stopwatch();
  timer = setInterval(look, lookEveryMs);
  for (const type of wakeEvents) addEventListener(type, look);
  document.addEventListener("visibilitychange", look);
  void follow(timer);
}

export function stopLive(): void {
  if (timer === null) return;
  clearInterval(timer);
  timer = null;
  for (const type of wakeEvents) removeEventListener(type, look);
  document.removeEventListener("visibilitychange", look);
  attempt.abort();
  lastEventId = "";
  heardAt.value = null;
  connection.value = "connecting";
  health.value = null;
}

/** After a sleep, or when the network is back, there is no waiting for the timer. */
const wakeEvents = ["online", "pageshow", "focus"] as const;

function look(): void {
  if (timer === null) return;
  if (sinceHeard() >= lostAfterMs) connection.value = "lost";
  if (sinceSign() >= signLimitMs) attempt.abort();
}

async function follow(run: ReturnType<typeof setInterval>): Promise<void> {
  while (timer === run) {
    attempt = new AbortController();
    attempts++;
    signLimitMs = attempts % atTimes === 0 ? answerWithinMs.atTimes : answerWithinMs.mostly;
    sinceSign = stopwatch();
    try {
      await listen(attempt.signal);
    } catch {
      // Whatever the error is, the next attempt follows.
    }
    if (timer === run) await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

async function listen(signal: AbortSignal): Promise<void> {
  if (sinceHeard() > resumeWithinMs) lastEventId = "";
  const answer = await fetch("/api/events", {
    headers: lastEventId === "" ? {} : { "last-event-id": lastEventId },
    cache: "no-store",
    signal,
  });
  if (answer.status === 401) await loadSession();
  if (!answer.ok || answer.body === null) return;
  const parser = createParser({
    onId: (id) => {
      lastEventId = id;
    },
    onEvent: ({ event = "message", data }) => dispatch(event, data),
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  hear();
  opened.value++;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    hear();
    parser.feed(value);
  }
}

function hear(): void {
  sinceHeard = stopwatch();
  sinceSign = sinceHeard;
  signLimitMs = lostAfterMs;
  attempts = 0;
  heardAt.value = Date.now();
  connection.value = "live";
}

function dispatch(type: string, data: string): void {
  if (!isKnown(type)) return;
  const event = JSON.parse(data);
  if (type === "tick") noteServerTime(event.now);
  if (type === "health") health.value = event;
  emitters[type].emit(event);
}

function isKnown(type: string): type is keyof LiveEvents {
  return type in emitters;
}

/** By two clocks, because one stops while a tablet sleeps and the other may be set back. */
function stopwatch(): () => number {
  const wall = Date.now();
  const steady = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}
