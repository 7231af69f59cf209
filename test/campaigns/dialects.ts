/**
 * How many of the known prints of indicators are read as published, by dialect, and for how many of them the right dialect is
 * the first that `prepuff identify` names:
 *
 *   bun test/campaigns/dialects.ts
 */
import { type Dialect, noSettings } from "../../src/indicators/dialect.ts";
import { dialects } from "../../src/indicators/dialects.ts";
import { identify } from "../../src/indicators/identify/identify.ts";
import { readAllLines } from "../../src/scale/sources/line-prints.ts";
import { readAllAs } from "../../src/scale/sources/read-bytes.ts";
import { allExamples } from "../indicators/examples/all.ts";
import type { Example } from "../indicators/examples.ts";

const nothing = { weight: null, unit: null, mode: null, stable: null, scale: null, reason: null };

function isRead(dialect: Dialect | "line", settings: object, [text, says]: Example): boolean {
  const bytes = Buffer.from(text, "latin1");
  const found = readAllAs({ dialect, settings, patterns: [] }, bytes).map(({ raw: _, ...print }) => print);
  const wanted = [says].flat().map((one) => ({ ...nothing, ...one }));
  return Bun.deepEquals(found, wanted);
}

const first = (text: string) => identify(Buffer.from(text, "latin1"), readAllLines)[0]?.dialect ?? "none";
const knownBy = new Map<string, string[]>();
for (const [name, { known }] of Object.entries(allExamples)) {
  for (const [text] of known) knownBy.set(text, [...(knownBy.get(text) ?? []), name]);
}

const say = (...cells: (string | number)[]) =>
  process.stdout.write(`${cells.map((cell, nth) => String(cell).padEnd(nth === 0 ? 20 : 10)).join("")}\n`);
say("dialect", "known", "read", "variants", "read", "first");
const sums = [0, 0, 0, 0, 0];
for (const [name, { known, variants, settings }] of Object.entries(allExamples)) {
  const dialect = dialects.find((one) => one.name === name) ?? "line";
  const read = (examples: readonly Example[]) =>
    examples.filter((example) => isRead(dialect, { ...noSettings, ...settings }, example)).length;
  const recognised = known.filter(([text]) => knownBy.get(text)?.includes(first(text)) === true).length;
  const counts = [known.length, read(known), variants.length, read(variants), recognised];
  for (const [nth, count] of counts.entries()) sums[nth] = (sums[nth] ?? 0) + count;
  say(name, ...counts);
}
say("all", ...sums);
const misses = [...knownBy].filter(([text, names]) => !names.includes(first(text)));
const rate = 1 - misses.length / knownBy.size;
process.stdout.write(
  `\n${(100 * rate).toFixed(1)} % of ${knownBy.size} different known prints are identified first\n`,
);
for (const [text, names] of misses) {
  process.stdout.write(`  ${JSON.stringify(text)}: ${first(text)}, not ${names.join(" or ")}\n`);
}
