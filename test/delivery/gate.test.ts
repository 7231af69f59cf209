import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../src/delivery/answer.ts";
import { createGate, failuresToOpen, type Gate, type Pass } from "../../src/delivery/gate.ts";
import { createFakeClock } from "./fake-clock.ts";

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
  const gate = createGate({ clock, random: () => 0.999_999_9 });
  const states: string[] = [];
  gate.onChange(({ state }) => states.push(state));
  return { clock, gate, states };
}

function enterNow(gate: Gate): Pass {
  const pass = gate.tryEnter();
  if (pass === null) throw new Error(`no pass while ${gate.view.state}`);
  return pass;
}

function open(gate: Gate, failure = failed): void {
  const passes = Array.from({ length: failuresToOpen }, () => enterNow(gate));
  for (const pass of passes) pass.done(failure);
}

/** Who was let in, in order. */
function queue(gate: Gate, ...names: string[]) {
  const admitted: { name: string; pass: Pass | null }[] = [];
  const never = new AbortController().signal;
  for (const name of names) void gate.enter(never).then((pass) => admitted.push({ name, pass }));
  return admitted;
}

async function settle(): Promise<void> {
  await Bun.sleep(0);
}

describe("the gate", () => {
  test("lets everybody through while closed", async () => {
    const { gate } = build();
    const admitted = queue(gate, "a", "b", "c");
    await settle();
    expect(admitted.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("opens after three failures in a row, from whatever station; an answer in between starts anew", () => {
    for (const answer of [delivered, parked]) {
      const { gate, states } = build();
      for (const outcome of [failed, failed, answer, failed, failed]) enterNow(gate).done(outcome);
      expect(gate.view.state).toBe("closed");
      enterNow(gate).done(failed);
      expect(states).toEqual(["open"]);
      expect(gate.tryEnter()).toBeNull();
    }
  });

  test("lets one probe through at a time, at growing times up to 5 minutes", async () => {
    const { gate, clock } = build();
    const started = clock.now();
    open(gate);
    const seconds: number[] = [];
    for (let probe = 0; probe < 11; probe++) {
      const admitted = queue(gate, "a");
      await clock.advance((gate.view.nextProbeAt ?? 0) - clock.now() - 1);
      expect(admitted).toEqual([]);
      await clock.advance(1);
      expect(admitted).toHaveLength(1);
      // Another station waits behind it, however long it takes.
      const leaving = new AbortController();
      let isSecondIn = false;
      void gate.enter(leaving.signal).then((pass) => {
        isSecondIn = pass !== null;
      });
      await clock.advance(3_600_000);
      leaving.abort();
      await settle();
      expect(isSecondIn).toBe(false);
      admitted[0]?.pass?.done(failed);
      seconds.push(Math.ceil(((gate.view.nextProbeAt ?? 0) - clock.now()) / 1_000));
    }
    expect(seconds).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    expect(gate.view.since).toBe(started);
  });

  test("gives the probe to who waits longest, so that one bad bag cannot probe for all", async () => {
    const { gate, clock } = build();
    open(gate);
    const first = queue(gate, "bad", "good");
    await clock.advance(1_000);
    expect(first.map(({ name }) => name)).toEqual(["bad"]);
    first[0]?.pass?.done(failed);
    const second = queue(gate, "bad");
    await clock.advance(2_000);
    expect(first.map(({ name }) => name)).toEqual(["bad", "good"]);
    first[1]?.pass?.done(delivered);
    await settle();
    expect(gate.view.state).toBe("closed");
    expect(second).toHaveLength(1);
  });

  test("closes at once with any success, also of a request from before", () => {
    const { gate, states } = build();
    const early = enterNow(gate);
    open(gate);
    early.done(delivered);
    expect(states).toEqual(["open", "closed"]);
    expect(gate.view).toMatchObject({ nextProbeAt: null, reason: null });
  });

  test("does not take late failures of earlier requests for failed probes", () => {
    const { gate } = build();
    const early = enterNow(gate);
    open(gate);
    const before = gate.view;
    early.done(failed);
    expect(gate.view).toEqual(before);
  });

  test("waits at least as long as the answer asked for", () => {
    const { gate, clock } = build();
    open(gate, { ...failed, kind: "retry", retryAfterMs: 120_000 });
    expect(gate.view.nextProbeAt).toBe(clock.now() + 120_000);
  });

  test("pauses everything at the first refused token, and probes once a minute", async () => {
    const { gate, clock, states } = build();
    const beside = enterNow(gate);
    enterNow(gate).done(unauthorized);
    beside.done(unauthorized);
    for (let minute = 0; minute < 5; minute++) {
      const admitted = queue(gate, "a");
      await clock.advance(59_999);
      expect(admitted).toHaveLength(0);
      await clock.advance(1);
      expect(admitted).toHaveLength(1);
      admitted[0]?.pass?.done(unauthorized);
    }
    expect(states).toEqual(["unauthorized"]);
    const admitted = queue(gate, "a", "b");
    await clock.advance(60_000);
    admitted[0]?.pass?.done(delivered);
    await settle();
    expect(admitted).toHaveLength(2);
    expect(states).toEqual(["unauthorized", "closed"]);
  });

  test("tells a refused token from an upstream that went away meanwhile", async () => {
    const { gate, clock, states } = build();
    enterNow(gate).done(unauthorized);
    const admitted = queue(gate, "a", "b");
    await clock.advance(60_000);
    admitted[0]?.pass?.done(failed);
    await clock.advance(1_000);
    admitted[1]?.pass?.done(unauthorized);
    expect(states).toEqual(["unauthorized", "open", "unauthorized"]);
  });

  test("lets a probe through at once for a person", async () => {
    const { gate, clock } = build();
    enterNow(gate).done(unauthorized);
    const admitted = queue(gate, "a", "b");
    await clock.advance(10);
    gate.hurry();
    await settle();
    expect(admitted.map(({ name }) => name)).toEqual(["a"]);
  });

  test("a probe given back unused goes to the next one", async () => {
    const { gate, clock } = build();
    open(gate);
    const admitted = queue(gate, "a", "b");
    await clock.advance(1_000);
    admitted[0]?.pass?.done(null);
    await settle();
    expect(admitted.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("who gives up waiting gets no pass, and holds up nobody", async () => {
    const { gate, clock } = build();
    open(gate);
    const leaving = new AbortController();
    const first = gate.enter(leaving.signal);
    const admitted = queue(gate, "b");
    leaving.abort();
    expect(await first).toBeNull();
    await clock.advance(1_000);
    expect(admitted).toHaveLength(1);
    expect(await gate.enter(AbortSignal.abort())).toBeNull();
  });

  test("a clock set back by a day does not stop the probes for a day", async () => {
    const { gate, clock } = build();
    open(gate);
    await clock.advance(-86_400_000);
    const admitted = queue(gate, "a");
    await settle();
    expect(admitted).toHaveLength(1);
  });
});

test("a clock that is set back does not put the next probe off", async () => {
  const { clock, gate } = build();
  open(gate);
  await clock.advance(-3_599_000);
  const pass = await Promise.race([gate.enter(new AbortController().signal), Bun.sleep(50)]);
  expect(pass).toBeTruthy();
});
