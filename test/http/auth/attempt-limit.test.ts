import { expect, test } from "bun:test";
import { createAttemptLimit } from "../../../src/http/auth/attempt-limit.ts";

test("each address has its own count, and the oldest is forgotten when there are too many", () => {
  const limit = createAttemptLimit({ max: 1, knownMax: 2, clock: { now: () => 0 } });
  expect(limit.failed("a")).toBe(0);
  expect(limit.failed("a")).toBe(60);
  expect(limit.failed("b")).toBe(0);
  expect(limit.failed("a")).toBe(60);
  expect(limit.failed("c")).toBe(0);
  expect(limit.failed("a")).toBe(0);
});

test("a clock that is set back does not lock anyone out for long", () => {
  let now = 10_000_000;
  const limit = createAttemptLimit({ max: 1, knownMax: 2, clock: { now: () => now } });
  limit.failed("a");
  expect(limit.failed("a")).toBe(60);
  now = 0;
  expect(limit.failed("a")).toBe(0);
});

test("a lock has its end, and attempts that were right do not count", () => {
  let now = 0;
  const limit = createAttemptLimit({ max: 2, windowMs: 900_000, knownMax: 2, clock: { now: () => now } });
  for (let i = 0; i < 5; i++) {
    limit.failed("a");
    limit.succeeded("a");
  }
  limit.failed("a");
  expect(limit.wait("a")).toBe(0);
  now = 60_000;
  limit.failed("a");
  expect(limit.wait("a")).toBe(840);
  expect(limit.wait("b")).toBe(0);
  now = 900_000;
  expect(limit.wait("a")).toBe(0);
});

test("one that is forgotten begins again", () => {
  const limit = createAttemptLimit({ max: 1, knownMax: 2, clock: { now: () => 0 } });
  limit.failed("a");
  expect(limit.wait("a")).toBe(60);
  limit.forget("a");
  expect(limit.wait("a")).toBe(0);
});
