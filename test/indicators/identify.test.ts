import { describe, expect, test } from "bun:test";
import { identify } from "../../src/indicators/identify/identify.ts";
import { readAllLines } from "../../src/scale/sources/line-prints.ts";
import { allExamples } from "./examples/all.ts";

/** Which dialects know each print: some makers send the same. */
const knownBy = new Map<string, Set<string>>();
for (const [dialect, { known }] of Object.entries(allExamples)) {
  for (const [bytes] of known) knownBy.set(bytes, (knownBy.get(bytes) ?? new Set()).add(dialect));
}

const identified = (text: string) => identify(Buffer.from(text, "latin1"), readAllLines);

/** The known prints whose dialect does not come first, and which comes. */
function missesOf(change: (bytes: string) => string): string[] {
  return [...knownBy].flatMap(([bytes, dialects]) => {
    const first = identified(change(bytes))[0]?.dialect ?? "none";
    return dialects.has(first)
      ? []
      : [`${JSON.stringify(bytes)}: ${first}, not ${[...dialects].join(" or ")}`];
  });
}

describe("of the known prints the right dialect comes first", () => {
  test.each<[string, number, (bytes: string) => string]>([
    ["by themselves", 0.95, (bytes) => bytes],
    ["three times", 0.95, (bytes) => bytes.repeat(3)],
    ["behind telnet's negotiation", 0.95, (bytes) => `\xff\xfd\x18\xff\xfb\x00${bytes}`],
    [
      "behind a banner",
      0.9,
      (bytes) => `\r\nser2net port 2000 device /dev/ttyUSB0 [9600 N81]\r\n\r\n${bytes.repeat(3)}`,
    ],
    ["behind the end of another print", 0.9, (bytes) => `.50\r\n${bytes.repeat(3)}`],
  ])("%s: a share of %p", (_, least, change) => {
    const misses = missesOf(change);
    const share = 1 - misses.length / knownBy.size;
    expect(share, misses.join("\n")).toBeGreaterThanOrEqual(least);
  });
});

test("where two fit, both are told", () => {
  const found = identified("\x02   12.50LG \r\n").map(({ dialect }) => dialect);
  expect(found.slice(0, 2)).toEqual(["condec", "awtx"]);
});

test("what is found says how the print ends, what it says, and what it leaves open", () => {
  expect(identified("G   12.50 lb M\r\n")[0]).toMatchObject({
    dialect: "awtx",
    terminator: "CRLF",
    units: ["lb"],
    marks: ["stable", "gross or net"],
    open: [],
    prints: [{ kind: "weight", weight: "12.50", unit: "lb", stable: false, raw: "G   12.50 lb M" }],
  });
  expect(identified("000013.5\r\n")[0]).toMatchObject({
    dialect: "st-gs",
    units: [],
    marks: [],
    open: ["--unit"],
  });
  expect(identified("2,45.20 kg\r")[0]).toMatchObject({
    dialect: "line",
    terminator: "CR",
    marks: ["scale"],
  });
  expect(identified(" 001250lbG  \r")[0]).toMatchObject({ dialect: "condec", open: ["--decimals"] });
});

test("nothing fits what no indicator sends", () => {
  expect(identified("")).toEqual([]);
  expect(identified("GET / HTTP/1.1\r\nHost: a\r\n\r\n").every(({ confidence }) => confidence < 0.3)).toBe(
    true,
  );
});
