import type { Clock } from "../runtime/clock.ts";
import { errorMessage } from "../runtime/error-message.ts";
import { whenAborted } from "../runtime/when-aborted.ts";
import { type Address, type Connection, connect } from "../simulate/connection.ts";
import type { Capture, CaptureRecord } from "./capture-file.ts";
import type { Served, ServedConnection } from "./served.ts";

const connectMs = 10_000;
/** How long an orderly close waits for the other side's. */
const closeMs = 10_000;
/** How long an appliance that polls may take to ask; what was asked in the capture may not be asked again, such as a key. */
const askedMs = 5_000;
/** A silence of the capture lasts so much longer when it is played: it must be one also on a busy machine. */
const silenceMoreMs = 100;

export interface Replayed {
  readonly connections: number;
  readonly bytes: number;
  /** What the prints of the capture were. */
  readonly bags: number;
  readonly rejected: number;
  /** What went wrong, a sentence each, with the connection's number in the capture. */
  readonly troubles: readonly string[];
}

/**
 * Plays what came on the connections of a capture to an appliance, in its order, one connection for each: it connects to the
 * appliance, or plays the indicator that the appliance connects to. What was sent behind a question is then sent behind one. At a
 * higher speed pauses are shorter, but for silences that ended a print in the capture.
 *
 * @param speed how many times as fast as it came; Infinity: without pauses.
 * @param halt ends it with the bytes that are being sent.
 */
export async function replay(
  { header, records }: Capture,
  to: Address | Served,
  speed: number,
  { clock, halt }: { readonly clock: Clock; readonly halt: AbortSignal },
): Promise<Replayed> {
  const troubles: string[] = [];
  const opened = new Map<number, Connection | ServedConnection>();
  const neverAsked = new Set<number>();
  const halted = whenAborted(halt);
  const silences = createSilences(header.settings.idle_ms);
  let startedAt = clock.now();
  let connections = 0;
  let bytes = 0;

  async function begin(connection: number): Promise<void> {
    try {
      const lost = () => troubles.push(`connection ${connection} was ended by the other side`);
      const made = "next" in to ? await to.next(halt, lost) : await connect(to, connectMs, halt, lost);
      if (made === null) return;
      opened.set(connection, made);
      connections++;
    } catch (error) {
      troubles.push(`connection ${connection} could not be made: ${errorMessage(error)}`);
    }
  }

  async function send(connection: number, t: number, text: string): Promise<void> {
    await clock.sleep(silences.leftMs(connection, clock.now()), halt);
    const open = opened.get(connection);
    if (open === undefined || halt.aborted) return;
    let taken = 0;
    await open.send(Buffer.from(text, "latin1"), (count) => {
      taken = count;
    });
    bytes += taken;
    silences.sent(connection, t, clock.now());
  }

  /** Waits for the question that came there in the capture. */
  async function beAsked(connection: number, count: number): Promise<void> {
    const open = opened.get(connection);
    if (open === undefined || !("asked" in open)) return;
    const isAsked = await Promise.race([open.asked(count, askedMs), halted]);
    if (isAsked === true) neverAsked.delete(connection);
    else if (open.isOpen && !halt.aborted) neverAsked.add(connection);
  }

  async function close(connection: number): Promise<void> {
    await clock.sleep(silences.leftMs(connection, clock.now()), halt);
    const open = opened.get(connection);
    if (open === undefined) return;
    opened.delete(connection);
    if (open.isOpen && !(await open.finish(closeMs)) && !halt.aborted) {
      troubles.push(`the end of connection ${connection} was not confirmed: not all may have been read`);
    }
  }

  for (const record of records) {
    if (halt.aborted) break;
    if ("end" in record) continue;
    const { connection, t } = record;
    if ("verdict" in record) {
      silences.printed(connection, t);
      continue;
    }
    await clock.sleep(startedAt + t / speed - clock.now(), halt);
    if (record.dir === "open") await begin(connection);
    else if (record.dir === "out") await beAsked(connection, record.bytes.length);
    else if (record.dir === "in") await send(connection, t, record.bytes);
    else if (record.dir === "close") await close(connection);
    // It went on when the other side was there.
    if ("next" in to && (record.dir === "open" || record.dir === "out")) startedAt = clock.now() - t / speed;
  }
  for (const connection of neverAsked) {
    troubles.push(
      `connection ${connection} was asked less often than in the capture: is its source the same?`,
    );
  }
  for (const connection of [...opened.keys()]) await close(connection);
  return { connections, bytes, ...countVerdicts(records), troubles };
}

/** What a capture's own version made of its prints. */
function countVerdicts(records: readonly CaptureRecord[]): {
  readonly bags: number;
  readonly rejected: number;
} {
  const kinds = records.flatMap((record) => ("verdict" in record ? [record.verdict.kind] : []));
  const bags = kinds.filter((kind) => kind === "bag").length;
  return { bags, rejected: kinds.length - bags };
}

/** The silences behind which something became a print in the capture. They must not be shorter when they are played. */
function createSilences(idleMs: number) {
  const lastSent = new Map<number, { readonly t: number; readonly at: number; silenceMs: number }>();
  return {
    sent(connection: number, t: number, at: number): void {
      lastSent.set(connection, { t, at, silenceMs: 0 });
    },
    printed(connection: number, t: number): void {
      const last = lastSent.get(connection);
      if (last !== undefined && t - last.t >= idleMs * 0.8) last.silenceMs = t - last.t + silenceMoreMs;
    },
    /** How long nothing may be sent on a connection. */
    leftMs(connection: number, now: number): number {
      const last = lastSent.get(connection);
      return last === undefined ? 0 : Math.max(0, last.at + last.silenceMs - now);
    },
  };
}
