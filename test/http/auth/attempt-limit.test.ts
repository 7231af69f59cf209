import { expect, test } from "bun:test";
import { createAttemptLimit } from "../../../src/http/auth/attempt-limit.ts";

test("each address has its own count, and the oldest is forgotten when there are too many", () => {
  const limit = createAttemptLimit({ perMinute: 1, addressesMax: 2, clock: { now: () => 0 } });
  expect(limit.failed("a")).toBe(0);
  expect(limit.failed("a")).toBe(60);
  expect(limit.failed("b")).toBe(0);
  expect(limit.failed("a")).toBe(60);
  expect(limit.failed("c")).toBe(0);
  expect(limit.failed("a")).toBe(0);
});

test("a clock that is set back does not lock anyone out for long", () => {
  let now = 10_000_000;
  const limit = createAttemptLimit({ perMinute: 1, addressesMax: 2, clock: { now: () => now } });
  limit.failed("a");
  expect(limit.failed("a")).toBe(60);
  now = 0;
  expect(limit.failed("a")).toBe(0);
});
