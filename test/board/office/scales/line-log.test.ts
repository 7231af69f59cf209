import { expect, test } from "bun:test";
import { addLine, type LineLog, linesMax } from "../../../../src/board/office/scales/line-log.ts";

test("the newest line comes first, and however many come, few are kept", () => {
  let log: LineLog<string> = { lines: [], count: 0 };
  for (let index = 1; index <= linesMax + 5; index++) log = addLine(log, `line ${index}`);
  expect(log.count).toBe(linesMax + 5);
  expect(log.lines).toHaveLength(linesMax);
  expect(log.lines[0]).toEqual({ number: linesMax + 5, line: `line ${linesMax + 5}` });
});
