import { expect, test } from "bun:test";
import { addFrame, type FrameLog, framesMax } from "../../../../src/board/office/scales/frame-log.ts";

test("the newest frame comes first, and however many come, few are kept", () => {
  let log: FrameLog<string> = { frames: [], count: 0 };
  for (let index = 1; index <= framesMax + 5; index++) log = addFrame(log, `frame ${index}`);
  expect(log.count).toBe(framesMax + 5);
  expect(log.frames).toHaveLength(framesMax);
  expect(log.frames[0]).toEqual({ number: framesMax + 5, frame: `frame ${framesMax + 5}` });
});
