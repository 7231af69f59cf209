import { expect, test } from "bun:test";
import { isSilent, quietSince } from "../../src/scale/silence.ts";

const minute = 60_000;
const scale = { connected: true, firstSeenAt: 0, lastReadingAt: 10 * minute };

test.each([
  ["nothing came for longer than allowed", scale, 0, 15 * minute + 1, true],
  ["the last reading is just young enough", scale, 0, 15 * minute, false],
  ["the job has just begun", scale, 14 * minute, 16 * minute, false],
  ["the job began long ago too", scale, 14 * minute, 19 * minute + 1, true],
  ["no job runs", scale, undefined, 60 * minute, false],
  ["it is not connected", { ...scale, connected: false }, 0, 60 * minute, false],
  ["it never printed a good reading", { ...scale, lastReadingAt: null }, 0, 5 * minute + 1, true],
])("a scale is silent, or not, when %s", (_, view, jobStartedAt, now, silent) => {
  expect(isSilent(view, jobStartedAt, now, 5 * minute)).toBe(silent);
});

test.each([
  ["its last good reading", scale, 10 * minute],
  [
    "when it was first seen, where it sent none in this run",
    { ...scale, firstSeenAt: 3, lastReadingAt: null },
    3,
  ],
  ["nothing, where it is not connected", { ...scale, connected: false }, null],
])("a scale is quiet since %s", (_, view, since) => {
  expect(quietSince(view)).toBe(since);
});
