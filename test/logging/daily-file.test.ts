import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDailyFile, type DailyFileOptions } from "../../src/logging/daily-file.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** A file whose clock stands at a local time until the test moves it, and which keeps what it reports. */
function dailyFile(dir: string, localTime: string, options: Partial<DailyFileOptions> = {}) {
  let now = new Date(localTime).getTime();
  const reports: string[] = [];
  const file = createDailyFile({
    dir,
    clock: { now: () => now },
    onFailure: (reason) => reports.push(reason),
    onRecovery: (linesLost) => reports.push(`recovered, ${linesLost} lost`),
    ...options,
  });
  const setTime = (time: string) => {
    now = new Date(time).getTime();
  };
  return { ...file, setTime, reports, [Symbol.dispose]: () => file.close() };
}

test("lines go to the file of the local day, also across a midnight and after the clock was set back", () => {
  using folder = tempFolder();
  using file = dailyFile(folder.path, "2026-03-28T23:59:59.999");
  file.write("one\n");
  file.setTime("2026-03-29T00:00:00");
  file.write("two\n");
  // The night in which Europe's clocks change: that day has 23 hours.
  file.setTime("2026-03-29T23:59:59");
  file.write("three\n");
  file.setTime("2026-03-28T12:00:00");
  file.write("four\n");
  const read = (date: string) => readFileSync(join(folder.path, `log-${date}.txt`), "utf8");
  expect(read("2026-03-28")).toBe("one\nfour\n");
  expect(read("2026-03-29")).toBe("two\nthree\n");
  expect(file.reports).toEqual([]);
});

test("30 days are kept, today included; other files stay", () => {
  using folder = tempFolder();
  const day = (n: number) =>
    `log-2026-0${n > 31 ? 6 : 5}-${String(n > 31 ? n - 31 : n).padStart(2, "0")}.txt`;
  for (let n = 1; n <= 35; n++) writeFileSync(join(folder.path, day(n)), "old\n");
  writeFileSync(join(folder.path, "log-2020-01-01.txt.gz"), "kept by hand");
  using file = dailyFile(folder.path, "2026-06-05T12:00:00");
  file.write("today\n");
  const names = readdirSync(folder.path).sort();
  expect(names).toHaveLength(31);
  expect(names.slice(0, 2)).toEqual(["log-2020-01-01.txt.gz", "log-2026-05-07.txt"]);
  expect(names.at(-1)).toBe("log-2026-06-05.txt");
});

test("a restart goes on in the same file, on a new line where the last one was cut off", () => {
  using folder = tempFolder();
  const path = join(folder.path, "log-2026-06-05.txt");
  writeFileSync(path, "whole\nhal");
  for (const line of ["next\n", "last\n"]) {
    using file = dailyFile(folder.path, "2026-06-05T12:00:00");
    file.write(line);
  }
  expect(readFileSync(path, "utf8")).toBe("whole\nhal\nnext\nlast\n");
});

test("a full disk is reported once, tried again after 10 seconds, and what was lost is counted", () => {
  using folder = tempFolder();
  const path = join(folder.path, "log-2026-06-05.txt");
  symlinkSync("/dev/full", path);
  using file = dailyFile(folder.path, "2026-06-05T12:00:00");
  for (const line of ["1\n", "2\n", "3\n"]) file.write(line);
  expect(file.reports).toHaveLength(1);
  expect(file.reports[0]).toContain("ENOSPC");
  rmSync(path);
  file.write("4\n");
  file.setTime("2026-06-05T12:00:10");
  file.write("5\n");
  expect(readFileSync(path, "utf8")).toBe("5\n");
  expect(file.reports.slice(1)).toEqual(["recovered, 4 lost"]);
});

test("a folder that cannot be made does not throw", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "file"), "");
  using file = dailyFile(join(folder.path, "file", "logs"), "2026-06-05T12:00:00");
  file.write("1\n");
  expect(file.reports).toHaveLength(1);
});

test("the folder is made when it is missing", () => {
  using folder = tempFolder();
  const dir = join(folder.path, "deep", "logs");
  using file = dailyFile(dir, "2026-06-05T12:00:00");
  file.write("1\n");
  expect(readdirSync(dir)).toEqual(["log-2026-06-05.txt"]);
});

test("a day's file has a limit, which counts what is in it already, and the next day begins anew", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "log-2026-06-05.txt"), "12345678\n");
  using file = dailyFile(folder.path, "2026-06-05T12:00:00", { bytesMax: 12 });
  for (const line of ["1\n", "2345\n"]) file.write(line);
  expect(readFileSync(join(folder.path, "log-2026-06-05.txt"), "utf8")).toBe("12345678\n1\n");
  expect(file.reports).toEqual(["the day's limit of 12 bytes is reached"]);
  file.setTime("2026-06-06T00:00:00");
  file.write("new\n");
  expect(readFileSync(join(folder.path, "log-2026-06-06.txt"), "utf8")).toBe("new\n");
});
