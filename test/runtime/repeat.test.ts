import { expect, test } from "bun:test";
import { repeat } from "../../src/runtime/repeat.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** Turns that take as long as the test wants, each second one second after the one before. */
function turns(work: (turn: number) => Promise<void> | void = () => undefined) {
  const clock = createFakeClock();
  const begun: number[] = [];
  const errors: unknown[] = [];
  const began = clock.now();
  const loop = repeat({
    work: async () => {
      begun.push(clock.now() - began);
      await work(begun.length);
    },
    everyMs: 1_000,
    clock,
    onError: (error) => errors.push(error),
  });
  /** Lets time pass, and what follows from it be done. */
  const pass = async (ms: number) => {
    await Bun.sleep(0);
    await clock.advance(ms);
    await Bun.sleep(0);
  };
  return { clock, loop, begun, errors, pass };
}

test("a first turn comes at once, the others after the pause, until it is stopped", async () => {
  const { clock, loop, begun, pass } = turns();
  expect(begun).toEqual([]);
  loop.start();
  await pass(2_500);
  expect(begun).toEqual([0, 1_000, 2_000]);
  await loop.stop();
  expect(clock.sleeping).toEqual([]);
  await pass(5_000);
  expect(begun).toHaveLength(3);
});

test("started twice it is one loop, and stopped it does not begin again", async () => {
  const { loop, begun, pass } = turns();
  loop.start();
  loop.start();
  await pass(1_500);
  expect(begun).toEqual([0, 1_000]);
  await loop.stop();
  loop.start();
  await pass(5_000);
  expect(begun).toHaveLength(2);
});

test("a turn that fails is told of, and the next one comes", async () => {
  const { loop, begun, errors, pass } = turns((turn) => {
    if (turn < 3) throw new Error(`turn ${turn}`);
  });
  loop.start();
  await pass(2_000);
  expect(begun).toEqual([0, 1_000, 2_000]);
  expect(errors).toEqual([new Error("turn 1"), new Error("turn 2")]);
  await loop.stop();
});

test("who stops it waits for the turn under way, also the second one", async () => {
  const turn = Promise.withResolvers<void>();
  const { loop, errors } = turns(() => turn.promise);
  loop.start();
  let ended = 0;
  const both = [loop.stop(), loop.stop()].map((stopped) => stopped.then(() => ended++));
  await Bun.sleep(0);
  expect(ended).toBe(0);
  turn.reject(new Error("at last"));
  await Promise.all(both);
  expect(errors).toEqual([new Error("at last")]);
});

test("what could not be told of reaches who stops it", async () => {
  const fault = new Error("no room for the log");
  const loop = repeat({
    work: () => Promise.reject(new Error("a turn")),
    everyMs: 1_000,
    clock: createFakeClock(),
    onError: () => {
      throw fault;
    },
  });
  loop.start();
  const outcomes = await Promise.allSettled([loop.stop(), loop.stop()]);
  expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([fault, fault]);
});

test("woken, it does not wait for the pause, nor loses what came while it worked", async () => {
  const gate = Promise.withResolvers<void>();
  const { loop, begun, pass } = turns((turn) => (turn === 2 ? gate.promise : undefined));
  loop.start();
  await pass(400);
  loop.wake();
  await pass(0);
  expect(begun).toEqual([0, 400]);
  await pass(100);
  loop.wake();
  loop.wake();
  gate.resolve();
  await Bun.sleep(0);
  expect(begun).toEqual([0, 400, 500]);
  await pass(1_000);
  expect(begun).toEqual([0, 400, 500, 1_500]);
  await loop.stop();
});

test("the pause may follow from the turn", async () => {
  const clock = createFakeClock();
  let count = 0;
  const loop = repeat({
    work: async () => void count++,
    everyMs: () => 100 * 2 ** count,
    clock,
    onError: () => undefined,
  });
  loop.start();
  await Bun.sleep(0);
  expect(clock.sleeping).toEqual([200]);
  await clock.advance(200);
  await Bun.sleep(0);
  expect(clock.sleeping).toEqual([400]);
  await loop.stop();
});
