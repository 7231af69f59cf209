import { expect, test } from "bun:test";
import { createBacklogThrottle } from "../../src/delivery/backlog-throttle.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const idle = { entries: 0 };

test("of a backlog 30 requests go at once, the next when 5 ms have passed since the first", async () => {
  const clock = createFakeClock();
  const throttle = createBacklogThrottle({ journal: idle, clock });
  for (let burst = 0; burst < 3; burst++) {
    for (let nth = 0; nth < 15; nth++) expect(throttle.delay()).toBeNull();
    await clock.advance(2);
    for (let nth = 0; nth < 15; nth++) expect(throttle.delay()).toBeNull();
    const wait = throttle.delay();
    expect(wait).not.toBeNull();
    expect(throttle.delay()).toBe(wait);
    expect(clock.sleeping).toEqual([3]);
    await clock.advance(3);
    await wait;
  }
});

test("requests that come more slowly never wait, whatever is done to the clock", async () => {
  let now = 0;
  const clock = { now: () => now, sleep: () => Promise.reject(new Error("waited")) };
  const throttle = createBacklogThrottle({ journal: idle, clock });
  for (let nth = 0; nth < 100; nth++) {
    for (let each = 0; each < 30; each++) expect(throttle.delay()).toBeNull();
    now += nth % 7 === 0 ? -3_600_000 : 5;
  }
});

test("while bags are being recorded every request waits, for 25 ms at most, and none behind that for longer", async () => {
  const journal = { entries: 1 };
  const clock = createFakeClock();
  const throttle = createBacklogThrottle({ journal, clock });
  const wait = throttle.delay();
  expect(clock.sleeping).toEqual([25]);
  await clock.advance(10);
  expect(throttle.delay()).toBe(wait);
  expect(clock.sleeping).toEqual([15]);
  throttle.recorded();
  expect(clock.sleeping).toEqual([15]);
  journal.entries = 0;
  throttle.recorded();
  expect(clock.sleeping).toEqual([]);
  await wait;
  expect(throttle.delay()).toBeNull();
});
