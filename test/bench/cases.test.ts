import { afterAll, beforeAll, expect, test } from "bun:test";
import { cases } from "../../bench/cases/all.ts";
import { type BenchPostgres, startBenchPostgres } from "../../bench/database.ts";
import { runCase } from "../../bench/run.ts";

let postgres: BenchPostgres;
beforeAll(async () => {
  postgres = await startBenchPostgres();
}, 60_000);
afterAll(() => postgres[Symbol.asyncDispose](), 60_000);

for (const each of cases) {
  test(`the benchmark's case ${each.name} runs, and nothing is lost in it`, async () => {
    const lines: string[] = [];
    const { faults, medians } = await runCase(each, postgres, {
      rounds: 1,
      isQuick: true,
      binary: process.env.APPLIANCE_BINARY,
      only: undefined,
      resultsDir: null,
      say: (line) => lines.push(line),
    });
    expect(faults).toEqual([]);
    expect(Object.keys(medians).filter((row) => row.startsWith("Pre-Puff"))).not.toBeEmpty();
    const cells = Object.values(medians).flatMap((figures) => Object.values(figures));
    expect(cells.filter((value) => Number.isNaN(value))).toEqual([]);
    expect(lines.join("\n")).toContain("fsync on");
  }, 120_000);
}
