import { expect, test } from "bun:test";
import type { Outcome } from "../../src/delivery/answer.ts";
import { createCircuitBreaker } from "../../src/delivery/circuit-breaker.ts";
import { createPace } from "../../src/delivery/lane-pace.ts";
import type { WaitingBag } from "../../src/delivery/outbox.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { silentLogger } from "../support/silent-logger.ts";

const hourMs = 3_600_000;
const failed: Outcome = { kind: "retry", status: 503, reason: "503" };

function bag(id: number, nextAttemptAt: number | null): WaitingBag {
  return {
    ...{ id, nextAttemptAt, state: "pending", uid: `${id}`, weight: "50.00", unit: "lb", scale: 1 },
    ...{ station: "Station 1", weighedAt: new Date(0) },
  };
}

function build() {
  const clock = createFakeClock();
  const random = () => 0.999;
  return {
    clock,
    pace: createPace({ breaker: createCircuitBreaker({ clock, random, log: silentLogger }), clock, random }),
  };
}

test("a bag that failed waits for its time, and holds up those behind it", async () => {
  const { clock, pace } = build();
  const { retryAt } = pace.note(bag(1, null), failed);
  const waiting = [bag(1, retryAt), bag(2, null)];
  expect(pace.divide(waiting)).toEqual({ due: [], waitUntil: retryAt });
  await clock.advance((retryAt ?? 0) - clock.now());
  expect(pace.divide(waiting).due).toEqual(waiting);
});

test("a clock that is set back makes no wait longer, by an hour or by a second", async () => {
  for (const backMs of [hourMs, 1_000]) {
    const { clock, pace } = build();
    const { retryAt } = pace.note(bag(1, null), failed);
    await clock.advance(-backMs);
    expect(pace.divide([bag(1, retryAt)]).due).toHaveLength(1);
  }
});

test("what an upstream asks for is waited for, up to an hour", async () => {
  const { clock, pace } = build();
  const { retryAt } = pace.note(bag(1, null), { ...failed, retryAfterMs: hourMs });
  expect(retryAt).toBe(clock.now() + hourMs);
  await clock.advance(hourMs - 1);
  expect(pace.divide([bag(1, retryAt)]).due).toEqual([]);
});

test("a time that another process has set counts only as far as a backoff goes", () => {
  const { clock, pace } = build();
  expect(pace.divide([bag(1, clock.now() + 299_000)]).due).toEqual([]);
  expect(pace.divide([bag(1, clock.now() + hourMs - 5_000)]).due).toHaveLength(1);
});
