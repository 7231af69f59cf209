import { type DatabaseAccess, isConnectionLoss } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import type { ScaleView } from "../scale/presence.ts";
import type { Cursor } from "./cursor.ts";
import type { AppEvent, HealthEvent, ReadingEvent } from "./event.ts";
import type { EventHub } from "./hub.ts";
import { loadMissedBags, loadMissedRejected, loadNewest } from "./load.ts";
import { comment, message } from "./sse.ts";

export interface StreamParts {
  readonly hub: EventHub;
  readonly database: DatabaseAccess;
  readonly plant: Pick<Plant, "id">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a scale looks like to the client. */
  readonly showScale: (scale: ScaleView) => unknown;
  /** The current health, for a new client. */
  readonly health: () => HealthEvent;
  /** The weights that are held up now, for a new client. */
  readonly waiting: () => readonly ReadingEvent[];
  /** Whether the client may still listen; checked with each heartbeat. */
  readonly isAdmitted: () => boolean;
}

/** Bytes waiting for one client. Beyond it the client is too slow, and its stream is closed: it can resume. */
const bufferBytes = 1024 * 1024;
/** A board shows a lost connection within 5 s: one late heartbeat must not count as a loss. */
const heartbeatMs = 2_000;
const pageSize = 200;
/** The stream of a client that reads nothing for so long while it is sent what it missed is closed. */
const drainLimitMs = 30_000;

/**
 * One client's stream of server-sent events.
 *
 * With a cursor, it begins with what the client missed, from PostgreSQL, and then goes on live. While it is behind,
 * newer bags and rejected frames are not sent directly but read: they were committed before they were published, so the
 * next read finds them. The cursor has what was sent, so nothing is sent twice. It catches up in the same way when the
 * hub could not read something.
 *
 * @param onEnd is called once, when the client has disconnected or its stream was closed.
 */
export function openStream(
  parts: StreamParts,
  cursor: Cursor,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const { hub, database, plant, clock, logger, showScale, health, waiting, isAdmitted } = parts;
  let out: ReadableStreamDefaultController<Uint8Array>;
  let unsubscribe: () => void = () => undefined;
  let heartbeat: Timer | undefined;
  let ended = false;
  /** PostgreSQL may have rows that were not sent. */
  let behind = true;
  let catchingUp = false;
  /** Something was committed since Postgres was asked. */
  let recheck = false;
  let drained: () => void = () => undefined;

  function send(bytes: Uint8Array): void {
    if (ended) return;
    out.enqueue(bytes);
    if ((out.desiredSize ?? 0) <= 0) letGo("slow");
  }

  function sendEvent(type: string, data: unknown): void {
    send(message({ id: cursor.toString(), type, data }));
  }

  /** An event about this moment: it has no id, and is never sent again. */
  function sendNow(type: string, data: unknown): void {
    send(message({ type, data }));
  }

  function tick(): void {
    sendNow("tick", { now: new Date(clock.now()).toISOString() });
  }

  function end(): void {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    unsubscribe();
    drained();
    onEnd();
  }

  /** Ends the stream properly: if the client connects again, it is refused with the reason. */
  function close(): void {
    if (ended) return;
    end();
    out.close();
  }

  function letGo(reason: "slow" | "failed"): void {
    if (ended) return;
    logger.info({ reason }, "a client of the events was let go");
    end();
    out.error(new Error(`the stream was ended: ${reason}`));
  }

  function listen(event: AppEvent): void {
    switch (event.type) {
      case "bag":
        if (event.isNew) sendNew("bag", cursor.bags, event.bag);
        else sendEvent("bag", event.bag);
        break;
      case "rejected":
        sendNew("rejected", cursor.rejected, event.frame);
        break;
      case "job":
        sendEvent("job", event.job);
        break;
      case "queue":
        sendNow("queue", event.queue);
        break;
      case "signal":
        sendNow("signal", event.signal);
        break;
      case "advice":
        sendNow("advice", event.advice);
        break;
      case "scale":
        sendEvent("scale", showScale(event.scale));
        break;
      case "reading":
        sendNow("reading", event.reading);
        break;
      case "live":
        sendNow("live", event.weight);
        break;
      case "scale_check":
        sendNow("scale_check", event.check);
        break;
      case "health":
        sendNow("health", event.health);
        break;
      case "gap":
        behind = true;
        recheck = true;
        void catchUp();
        break;
      case "end":
        close();
    }
  }

  function sendNew(type: string, track: Cursor["bags"], data: { readonly id: number }): void {
    // A client without a cursor, while PostgreSQL cannot be read, begins with the first event. An id up to the track's
    // end is not looked up again: it was committed before a new client's place was read.
    if (behind && track.through !== null && data.id > track.through) {
      recheck = true;
      void catchUp();
      return;
    }
    if (track.take(data.id)) sendEvent(type, data);
  }

  async function catchUp(): Promise<void> {
    if (catchingUp || !behind || ended || !database.up) return;
    catchingUp = true;
    try {
      await start();
      do {
        recheck = false;
        await sendMissed("bag", cursor.bags, loadMissedBags);
        await sendMissed("rejected", cursor.rejected, loadMissedRejected);
      } while (recheck && !ended);
      behind = false;
    } catch (error) {
      // Tried again with a later heartbeat, when PostgreSQL is reachable.
      if (!isConnectionLoss(error)) {
        logger.error({ err: error }, "what a client of the events missed could not be read");
        letGo("failed");
      }
    } finally {
      catchingUp = false;
    }
  }

  /** A client without a cursor begins now. It gets an id at once, so that it can resume from here. */
  async function start(): Promise<void> {
    if (cursor.bags.through !== null && cursor.rejected.through !== null) return;
    const newest = await database.run(loadNewest);
    cursor.bags.startAt(newest.bag);
    cursor.rejected.startAt(newest.rejected);
    send(message({ id: cursor.toString() }));
  }

  async function sendMissed<Item extends { readonly id: number }>(
    type: string,
    track: Cursor["bags"],
    load: (
      sql: Parameters<typeof loadMissedBags>[0],
      plant: number,
      track: Cursor["bags"],
      limit: number,
    ) => Promise<Item[]>,
  ): Promise<void> {
    for (;;) {
      const items = await database.run((sql) => load(sql, plant.id, track, pageSize));
      for (const item of items) if (track.take(item.id)) sendEvent(type, item);
      if (items.length < pageSize || ended) return;
      await roomAgain();
    }
  }

  /** Waits for the client to take what it was sent, so that a long past is never all in memory. */
  async function roomAgain(): Promise<void> {
    const until = clock.now() + drainLimitMs;
    while (!ended && (out.desiredSize ?? 0) < bufferBytes / 2) {
      if (clock.now() > until) letGo("slow");
      const taken = new Promise<void>((resolve) => {
        drained = resolve;
      });
      await withTimeLimit(taken, 1_000, () => undefined, clock);
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
        send(comment("retry: 2000"));
        tick();
        sendNow("health", health());
        unsubscribe = hub.subscribe("stream of events", listen);
        for (const reading of waiting()) sendNow("reading", reading);
        heartbeat = setInterval(() => {
          if (!isAdmitted()) return close();
          tick();
          void catchUp();
        }, heartbeatMs);
        heartbeat.unref();
        void catchUp();
      },
      pull: () => drained(),
      cancel: end,
    },
    { highWaterMark: bufferBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}
