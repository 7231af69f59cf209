import { expect, test } from "bun:test";
import { cases } from "../../bench/cases/all.ts";
import { runCases } from "../../bench/run.ts";

for (const each of cases) {
  test(`the benchmark's case ${each.name} runs, and nothing is lost in it`, async () => {
    const lines: string[] = [];
    const [result] = await runCases({
      cases: [each],
      rounds: 1,
      isQuick: true,
      binary: process.env.APPLIANCE_BINARY,
      only: undefined,
      resultsDir: null,
      say: (line) => lines.push(line),
    });
    expect(result?.faults).toEqual([]);
    const own = Object.entries(result?.medians ?? {}).filter(([row]) => row.startsWith("Pre-Puff"));
    expect(own.length).toBeGreaterThan(0);
    const cells = Object.values(result?.medians ?? {}).flatMap((figures) => Object.values(figures));
    expect(cells.filter((value) => Number.isNaN(value))).toEqual([]);
    expect(lines.join("\n")).toContain("fsync on");
  }, 120_000);
}
