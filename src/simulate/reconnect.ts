import { errorMessage } from "../runtime/error-message.ts";
import { type Connection, connect } from "./connection.ts";
import type { ScaleCounts } from "./counts.ts";
import { keyOf, lanes, uniformAt } from "./random.ts";
import type { Stage } from "./stage.ts";

/** Failed attempts wait about 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, then 5 s, less up to half by chance. */
const backoff = { firstMs: 100, mostMs: 5_000 };
/** One attempt, however long the scale may go on trying. */
const attemptTimeoutMs = 10_000;
/** A connection that the other side ends sooner was refused: it counts as one more failed attempt. */
const refusedWithinMs = 1_000;

export interface Connector {
  /** The open connection, or a new one; null on `halt`, or when none could be had in time. */
  connection(): Promise<Connection | null>;
  /** Closes what is open, in order; true when the other side confirmed that it read everything. */
  close(): Promise<boolean>;
  /** Waits `ms`, or until `halt` or the loss of the connection. */
  rest(ms: number): Promise<void>;
}

/** Keeps one scale connected. What happens is counted in `counts`; it never rejects. */
export function createConnector(stage: Stage, counts: ScaleCounts, seed: number): Connector {
  const { clock, halt, giveUp } = stage;
  const key = keyOf(seed, counts.scale);
  let connection: Connection | null = null;
  let failures = 0;
  let awaySince = clock.now();
  let connectedAt = 0;
  let bytesBefore = 0;
  let nap = new AbortController();

  // One listener for each scale: one for each pause would be 100,000s of them.
  halt.addEventListener("abort", () => nap.abort(), { once: true });

  async function rest(ms: number) {
    if (halt.aborted) return;
    nap = new AbortController();
    await clock.sleep(ms, nap.signal);
  }

  function onLost() {
    connection = null;
    counts.isConnected = false;
    if (counts.bytes > bytesBefore) counts.breaks.push(counts.bags);
    else {
      counts.failedConnects++;
      counts.lastFailure = "closed by the other side before anything was sent";
    }
    if (clock.now() - connectedAt < refusedWithinMs) failures++;
    else settled();
    nap.abort();
  }

  function settled() {
    failures = 0;
    awaySince = clock.now();
  }

  async function attempt(): Promise<void> {
    let isOurs = false;
    const onEnd = () => {
      if (isOurs) onLost();
    };
    try {
      const made = await stage.connecting(() => connect(stage.address, attemptTimeoutMs, giveUp, onEnd));
      // The other side may have ended it between its opening and now.
      if (!made.isOpen) throw new Error("closed by the other side at once");
      isOurs = true;
      connection = made;
      connectedAt = clock.now();
      bytesBefore = counts.bytes;
      counts.isConnected = true;
    } catch (error) {
      failures++;
      counts.failedConnects++;
      counts.lastFailure = errorMessage(error);
    }
  }

  return {
    rest,
    async connection() {
      while (!halt.aborted) {
        if (connection !== null) return connection;
        if (failures > 0) {
          const leftMs = (stage.connectTimeoutMs || Infinity) - (clock.now() - awaySince);
          if (leftMs <= 0) return null;
          const ms = Math.min(backoff.mostMs, backoff.firstMs * 2 ** (failures - 1));
          await rest(Math.min(leftMs, ms * (1 - uniformAt(key, failures, lanes.backoff) / 2)));
        }
        if (!halt.aborted) await attempt();
      }
      return null;
    },
    async close() {
      if (connection === null) return true;
      const closing = connection;
      connection = null;
      const isConfirmed = await closing.finish(stage.closeTimeoutMs);
      counts.isConnected = false;
      if (!isConfirmed) counts.breaks.push(counts.bags);
      settled();
      return isConfirmed;
    },
  };
}
