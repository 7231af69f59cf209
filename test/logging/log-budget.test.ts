import { expect, test } from "bun:test";
import { limitKinds } from "../../src/logging/log-budget.ts";
import { createLogger } from "../../src/logging/logger.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { until } from "../support/until.ts";

test("of a flood of connects 200 lines are written, and how many were left out; other kinds are not pushed out", async () => {
  const lines: string[] = [];
  const logger = await createLogger(
    { level: "info", format: "json", dir: null },
    { clock: systemClock, stdout: { write: (line) => lines.push(line) } },
  );
  for (let nth = 0; nth < 10_000; nth++) logger.info({ connection: nth }, "scale connected");
  logger.warn("the database is away");
  const connects = lines.filter((line) => line.includes("scale connected"));
  expect(connects.length).toBeWithin(200, 205);
  expect(lines.at(-1)).toContain("the database is away");
  await until("it is said", () => lines.some((line) => line.includes("left out")), 15_000);
  expect(lines.at(-1)).toContain(`"of":"scale connected","lines":${10_000 - connects.length}`);
}, 30_000);

test("lines come again, one a second; debug and fatal have no limit; kinds have an end", () => {
  let now = 0;
  const isWritten = limitKinds({ now: () => now, onLeftOut: () => undefined });
  const count = (times: number, message: (nth: number) => string, level: number) =>
    Array.from({ length: times }, (_, nth) => message(nth)).filter((text) => isWritten(text, level)).length;
  expect(count(1_000, () => "scale connected", 30)).toBe(200);
  now += 5_000;
  expect(count(1_000, () => "scale connected", 30)).toBe(5);
  expect(count(1_000, () => "frame rejected", 20)).toBe(1_000);
  expect(count(1_000, () => "journal damaged", 60)).toBe(1_000);
  expect(count(5_000, (nth) => `invented ${nth}`, 40)).toBe(999 + 200);
});
