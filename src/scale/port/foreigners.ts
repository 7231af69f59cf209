import { LRUCache } from "lru-cache";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import { type Protocol, protocols } from "../frames/protocols.ts";
import type { Intake, Origin } from "../intake.ts";

/** A health check comes every few seconds: it is named once an hour. */
const nameEveryMs = 3_600_000;
/** Addresses and protocols that are remembered as named. */
const namedMax = 1_000;

/** Names and counts the connections that are certainly no scale's. */
export interface Foreigners {
  /** How it began becomes a rejected frame. Closing it is left to the caller. */
  turnAway(greeting: { readonly protocol: Protocol; readonly text: string }, origin: Origin): void;
}

export function createForeigners(parts: {
  intake: Intake;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}): Foreigners {
  const { intake, clock, logger, metrics } = parts;
  /** When each was named last. */
  const namedAt = new LRUCache<string, number>({ max: namedMax });

  function name(protocol: Protocol, remote: string): void {
    const key = `${protocol} ${remote}`;
    const now = clock.now();
    if (Math.abs(now - (namedAt.peek(key) ?? Number.NEGATIVE_INFINITY)) < nameEveryMs) return;
    namedAt.set(key, now);
    logger.warn(
      { remote, protocol },
      `this is no scale: it began with ${protocols[protocol]} and was disconnected; find out what connects from there to the scales' port`,
    );
  }

  return {
    turnAway({ protocol, text }, origin) {
      name(protocol, origin.remoteAddress);
      metrics.greetings.inc({ protocol });
      intake({ kind: "broken", reason: "greeting", text }, origin);
    },
  };
}
