import { expect, test } from "bun:test";
import { csvLine } from "../../../src/records/bags/csv.ts";

/** The cells as a reader with another separator sees them: quotes inside a cell mean nothing to it. */
function cellsOf(line: string, separator: string): string[] {
  return line.split(separator).flatMap((cell) => cell.split(/\r?\n/));
}

const runs = /^[\s"]*([=@＝＠]|[+\-＋－].*[\p{L}\p{N}(])/u;

test.each([
  ["a;=1+1", '"a;\'=1+1"'],
  ["a; =1+1", '"a; \'=1+1"'],
  ['a;"=1+1"', '"a;""\'=1+1"""'],
  ["a;+1;-2;@x", "\"a;'+1;'-2;'@x\""],
  ["a\t=1", '"a\t\'=1"'],
  ["a|=1", '"a|\'=1"'],
  ["a\n=1", '"a\n\'=1"'],
  ["a;＝1", '"a;\'＝1"'],
  ["\t=1", "\"'\t'=1\""],
  ["\r=1", "\"'\r'=1\""],
  ["\tx", '"\'\tx"'],
  [" =1", "' =1"],
  ["-", "'-"],
  ["a;b", '"a;b"'],
  ["a;-B1", '"a;\'-B1"'],
  ["a;- (B1)", '"a;\'- (B1)"'],
  ["a-b+c@d=e", "a-b+c@d=e"],
  ["5;-3", '"5;\'-3"'],
])("%j is the cell %s, and no reader runs it", (text, cell) => {
  const line = csvLine([1, text, "x"]);
  expect(line).toBe(`1,${cell},x\r\n`);
  for (const separator of [";", "\t", "|"]) {
    for (const seen of cellsOf(line, separator)) expect(seen).not.toMatch(runs);
  }
});
