import { expect, test } from "bun:test";
import { noSettings } from "../../src/indicators/dialect.ts";
import { sma } from "../../src/indicators/dialects/sma.ts";
import { PrintReader } from "../../src/indicators/print-reader.ts";

test.each([
  ["ser2net's banner", "\r\nser2net port 2000 device /dev/ttyUSB0 [9600 N81]\r\n\r\n"],
  ["ser2net, taken", "Port already in use\r\n"],
  ["a registration without an end", "SCALE-07"],
  ["heartbeats behind it", "SCALE-07HBHB"],
])("%s is no weighing and no fault", (_, text) => {
  const kinds: string[] = [];
  const reader = new PrintReader(sma, noSettings, ({ kind }) => kinds.push(kind));
  reader.push(text);
  reader.end();
  expect(kinds).toEqual(["other"]);
});
