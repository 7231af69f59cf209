import { expect, test } from "bun:test";
import type { Outcome } from "../../src/delivery/answer.ts";
import { createUnclearCount } from "../../src/delivery/held-back.ts";

const unclear: Outcome = { kind: "retry", status: 200, reason: "not the API's answer: 200: OK", triesMax: 3 };
const away: Outcome = { kind: "retry", status: 503, reason: "503" };

test("with the last permitted answer that says nothing a bag is held back, and others are not", () => {
  const { settle } = createUnclearCount();
  expect([settle(1, unclear), settle(2, unclear), settle(1, unclear)].map(({ kind }) => kind)).toEqual([
    "retry",
    "retry",
    "retry",
  ]);
  expect(settle(1, unclear)).toEqual({
    kind: "parked",
    status: 200,
    reason:
      "held back after 3 answers that do not say whether it was taken: look there, then retry or discard it. Last: not the API's answer: 200: OK",
    retryable: false,
  });
  expect(settle(2, unclear).kind).toBe("retry");
});

test("an upstream that is away is no such answer, and does not begin the count anew", () => {
  const { settle } = createUnclearCount();
  for (const outcome of [unclear, away, unclear, away]) expect(settle(1, outcome)).toBe(outcome);
  expect(settle(1, unclear).kind).toBe("parked");
});

test("a bag that a person sends again has its tries again", () => {
  const { settle } = createUnclearCount();
  for (let n = 0; n < 3; n++) settle(1, unclear);
  expect(settle(1, unclear)).toBe(unclear);
});
