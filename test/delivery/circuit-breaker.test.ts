import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../src/delivery/answer.ts";
import {
  type CircuitBreaker,
  createCircuitBreaker,
  failuresToOpen,
  type Permit,
} from "../../src/delivery/circuit-breaker.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { silentLogger } from "../support/silent-logger.ts";

const delivered: Outcome = {
  kind: "delivered",
  status: 200,
  bagId: null,
  bagNum: null,
  inTolerance: null,
  jobComplete: null,
};
const failed: Outcome = { kind: "retry", status: 503, reason: "503" };
const unauthorized: Outcome = { kind: "unauthorized", status: 401, reason: "401" };
const parked: Outcome = { kind: "parked", status: 422, reason: "422", retryable: false };

function build() {
  const clock = createFakeClock();
  // Almost 1: each delay is its ceiling.
  const breaker = createCircuitBreaker({ clock, random: () => 0.999_999_9, log: silentLogger });
  const states: string[] = [];
  breaker.onChange("test", ({ state }) => states.push(state));
  return { clock, breaker, states };
}

function acquireNow(breaker: CircuitBreaker): Permit {
  const permit = breaker.tryAcquire();
  if (permit === null) throw new Error(`no permit while ${breaker.view.state}`);
  return permit;
}

function open(breaker: CircuitBreaker, failure = failed): void {
  const permits = Array.from({ length: failuresToOpen }, () => acquireNow(breaker));
  for (const permit of permits) permit.done(failure);
}

/** Who was let in, in order. */
function queue(breaker: CircuitBreaker, ...names: string[]) {
  const admitted: { name: string; permit: Permit | null }[] = [];
  const never = new AbortController().signal;
  for (const name of names) void breaker.acquire(never).then((permit) => admitted.push({ name, permit }));
  return admitted;
}

async function settle(): Promise<void> {
  await Bun.sleep(0);
}

describe("the circuit breaker", () => {
  test("lets everybody through while closed", async () => {
    const { breaker } = build();
    const admitted = queue(breaker, "a", "b", "c");
    await settle();
    expect(admitted.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("opens after three failures in a row, from whatever station; an answer in between starts anew", () => {
    for (const answer of [delivered, parked]) {
      const { breaker, states } = build();
      for (const outcome of [failed, failed, answer, failed, failed]) acquireNow(breaker).done(outcome);
      expect(breaker.view.state).toBe("closed");
      acquireNow(breaker).done(failed);
      expect(states).toEqual(["open"]);
      expect(breaker.tryAcquire()).toBeNull();
    }
  });

  test("lets one probe through at a time, at growing times up to 5 minutes", async () => {
    const { breaker, clock } = build();
    const started = clock.now();
    open(breaker);
    const seconds: number[] = [];
    for (let probe = 0; probe < 11; probe++) {
      const admitted = queue(breaker, "a");
      await clock.advance((breaker.view.nextProbeAt ?? 0) - clock.now() - 1);
      expect(admitted).toEqual([]);
      await clock.advance(1);
      expect(admitted).toHaveLength(1);
      // Another station waits behind it, however long it takes.
      const leaving = new AbortController();
      let isSecondIn = false;
      void breaker.acquire(leaving.signal).then((permit) => {
        isSecondIn = permit !== null;
      });
      await clock.advance(3_600_000);
      leaving.abort();
      await settle();
      expect(isSecondIn).toBe(false);
      admitted[0]?.permit?.done(failed);
      seconds.push(Math.ceil(((breaker.view.nextProbeAt ?? 0) - clock.now()) / 1_000));
    }
    expect(seconds).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    expect(breaker.view.since).toBe(started);
  });

  test("gives the probe to who waits longest, so that one bad bag cannot probe for all", async () => {
    const { breaker, clock } = build();
    open(breaker);
    const first = queue(breaker, "bad", "good");
    await clock.advance(1_000);
    expect(first.map(({ name }) => name)).toEqual(["bad"]);
    first[0]?.permit?.done(failed);
    const second = queue(breaker, "bad");
    await clock.advance(2_000);
    expect(first.map(({ name }) => name)).toEqual(["bad", "good"]);
    first[1]?.permit?.done(delivered);
    await settle();
    expect(breaker.view.state).toBe("closed");
    expect(second).toHaveLength(1);
  });

  test("closes at once with any success, also of a request from before", () => {
    const { breaker, states } = build();
    const early = acquireNow(breaker);
    open(breaker);
    early.done(delivered);
    expect(states).toEqual(["open", "closed"]);
    expect(breaker.view).toMatchObject({ nextProbeAt: null, reason: null });
  });

  test("does not take late failures of earlier requests for failed probes", () => {
    const { breaker } = build();
    const early = acquireNow(breaker);
    open(breaker);
    const before = breaker.view;
    early.done(failed);
    expect(breaker.view).toEqual(before);
  });

  test("waits at least as long as the answer asked for", () => {
    const { breaker, clock } = build();
    open(breaker, { ...failed, kind: "retry", retryAfterMs: 120_000 });
    expect(breaker.view.nextProbeAt).toBe(clock.now() + 120_000);
  });

  test("pauses everything at the first refused token, and probes once a minute", async () => {
    const { breaker, clock, states } = build();
    const beside = acquireNow(breaker);
    acquireNow(breaker).done(unauthorized);
    beside.done(unauthorized);
    for (let minute = 0; minute < 5; minute++) {
      const admitted = queue(breaker, "a");
      await clock.advance(59_999);
      expect(admitted).toHaveLength(0);
      await clock.advance(1);
      expect(admitted).toHaveLength(1);
      admitted[0]?.permit?.done(unauthorized);
    }
    expect(states).toEqual(["unauthorized"]);
    const admitted = queue(breaker, "a", "b");
    await clock.advance(60_000);
    admitted[0]?.permit?.done(delivered);
    await settle();
    expect(admitted).toHaveLength(2);
    expect(states).toEqual(["unauthorized", "closed"]);
  });

  test("tells a refused token from an upstream that went away meanwhile", async () => {
    const { breaker, clock, states } = build();
    acquireNow(breaker).done(unauthorized);
    const admitted = queue(breaker, "a", "b");
    await clock.advance(60_000);
    admitted[0]?.permit?.done(failed);
    await clock.advance(1_000);
    admitted[1]?.permit?.done(unauthorized);
    expect(states).toEqual(["unauthorized", "open", "unauthorized"]);
  });

  test("lets a probe through at once for a person", async () => {
    const { breaker, clock } = build();
    acquireNow(breaker).done(unauthorized);
    const admitted = queue(breaker, "a", "b");
    await clock.advance(10);
    breaker.probeNow();
    await settle();
    expect(admitted.map(({ name }) => name)).toEqual(["a"]);
  });

  test("a probe given back unused goes to the next one", async () => {
    const { breaker, clock } = build();
    open(breaker);
    const admitted = queue(breaker, "a", "b");
    await clock.advance(1_000);
    admitted[0]?.permit?.done(null);
    await settle();
    expect(admitted.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("who gives up waiting gets no permit, and holds up nobody", async () => {
    const { breaker, clock } = build();
    open(breaker);
    const leaving = new AbortController();
    const first = breaker.acquire(leaving.signal);
    const admitted = queue(breaker, "b");
    leaving.abort();
    expect(await first).toBeNull();
    await clock.advance(1_000);
    expect(admitted).toHaveLength(1);
    expect(await breaker.acquire(AbortSignal.abort())).toBeNull();
  });

  test("a clock set back by a day does not stop the probes for a day", async () => {
    const { breaker, clock } = build();
    open(breaker);
    await clock.advance(-86_400_000);
    const admitted = queue(breaker, "a");
    await settle();
    expect(admitted).toHaveLength(1);
  });
});

test("a clock that is set back does not put the next probe off", async () => {
  const { clock, breaker } = build();
  open(breaker);
  await clock.advance(-3_599_000);
  const permit = await Promise.race([breaker.acquire(new AbortController().signal), Bun.sleep(50)]);
  expect(permit).toBeTruthy();
});
