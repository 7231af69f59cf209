import { expect, test } from "bun:test";
import { withTimeLimit } from "../../src/runtime/time-limit.ts";
import { whenAborted } from "../../src/runtime/when-aborted.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const late = () => "late" as const;

test("what ends in time is the outcome, and nothing goes on waiting", async () => {
  const clock = createFakeClock();
  let wasLate = false;
  const limited = withTimeLimit(Promise.resolve("done"), 1_000, () => (wasLate = true), clock);
  expect(await limited).toBe("done");
  expect(clock.sleeping).toEqual([]);
  await clock.advance(2_000);
  expect(wasLate).toBe(false);
});

test("what fails in time fails, and nothing goes on waiting", async () => {
  const clock = createFakeClock();
  expect(withTimeLimit(Promise.reject(new Error("no")), 1_000, late, clock)).rejects.toThrow("no");
  await Bun.sleep(0);
  expect(clock.sleeping).toEqual([]);
});

test("behind the limit the outcome is what the one who waits says of it", async () => {
  const clock = createFakeClock();
  const work = Promise.withResolvers<string>();
  const said = withTimeLimit(work.promise, 1_000, late, clock);
  const thrown = withTimeLimit(
    work.promise,
    1_000,
    () => {
      throw new Error("no answer");
    },
    clock,
  );
  const awaited = withTimeLimit(work.promise, 1_000, async () => "ended by force", clock);
  thrown.catch(() => undefined);
  await clock.advance(999);
  expect(clock.sleeping).toEqual([1, 1, 1]);
  await clock.advance(1);
  expect(await said).toBe("late");
  expect(thrown).rejects.toThrow("no answer");
  expect(await awaited).toBe("ended by force");
  // Nobody waits for it any more: its failure must not end the process.
  work.reject(new Error("much later"));
  await Bun.sleep(0);
});

test("a signal is waited for, also one that was given before", async () => {
  const stopping = new AbortController();
  let isOver = false;
  const waiting = whenAborted(stopping.signal).then(() => (isOver = true));
  await Bun.sleep(0);
  expect(isOver).toBe(false);
  stopping.abort();
  await waiting;
  await whenAborted(stopping.signal);
});
