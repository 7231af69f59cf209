import { expect, test } from "bun:test";
import { createArmedChecks } from "../../src/scale/armed-checks.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { silentLogger } from "../support/silent-logger.ts";

const print = { weight: "50.00", unit: "lb" } as const;

function armed(weighings: number) {
  const clock = createFakeClock();
  const checks = createArmedChecks(clock, silentLogger);
  const states: string[] = [];
  checks.onChange("test", ({ state, prints }) => states.push(`${state} ${prints.length}`));
  checks.arm({ uid: "check", scale: 1, weighings, askedAt: clock.now() });
  const take = () => checks.take(1, print, clock.now());
  return { clock, checks, states, take };
}

test("each print of several puts the end off by a minute, and the last one ends the wait", async () => {
  const { clock, checks, states, take } = armed(3);
  for (let count = 1; count <= 2; count++) {
    await clock.advance(59_000);
    expect(take()).toBe("check");
  }
  await clock.advance(59_000);
  expect(take()).toBe("check");
  expect(take()).toBeNull();
  expect(checks.of(1)).toMatchObject({ state: "printed", prints: [print, print, print] });
  await clock.advance(600_000);
  expect(states).toEqual(["waiting 1", "waiting 2", "printed 3"]);
});

test("where the next print does not come within a minute, it is over and prints are bags", async () => {
  const { clock, checks, states, take } = armed(3);
  expect(take()).toBe("check");
  await clock.advance(60_000);
  expect(take()).toBeNull();
  expect(checks.of(1)).toBeNull();
  expect(states).toEqual(["waiting 1", "expired 1"]);
});

test("what was called off or replaced takes no print, and what has all its prints is not called off", () => {
  const { clock, checks, take } = armed(1);
  expect(checks.cancel("check")).toBe(true);
  expect(take()).toBeNull();
  checks.arm({ uid: "second", scale: 1, weighings: 1, askedAt: clock.now() });
  checks.arm({ uid: "third", scale: 1, weighings: 1, askedAt: clock.now() });
  expect(checks.cancel("second")).toBe(false);
  expect(take()).toBe("third");
  expect(checks.cancel("third")).toBe(false);
  checks.stop();
});

test("a clock that is set back makes no wait longer: prints are bags again at once, and after its minute it is over", async () => {
  const clock = createFakeClock();
  const start = clock.now();
  let back = 0;
  const checks = createArmedChecks(
    { now: () => clock.now() - back, sleep: (ms, signal) => clock.sleep(ms, signal) },
    silentLogger,
  );
  const states: string[] = [];
  checks.onChange("test", ({ state }) => states.push(state));
  checks.arm({ uid: "check", scale: 1, weighings: 1, askedAt: start });
  back = 3_600_000;
  expect(checks.take(1, print, start - back)).toBeNull();
  await clock.advance(60_000);
  expect(checks.of(1)).toBeNull();
  expect(states).toEqual(["expired"]);
});
