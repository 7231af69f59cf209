import { beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../src/database/database.ts";
import { countBags } from "../../src/metrics/bag-metrics.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { operator, startedJob } from "../support/bags.ts";
import { rejected, weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";

const journalId = "0192f0c0-0000-7000-8000-000000000001";
const receivedAt = operator.at + 3_600_000;
let sql: Sql;
beforeAll(async () => {
  ({ sql } = await testDatabase());
  await sql`insert into journal (id) values (${journalId})`;
  await startedJob(sql);
});

test("bags are counted by verdict, and by how far they lie above or below their target", async () => {
  const metrics = createMetrics();
  const entries = [
    weighed({ receivedAt, weight: "50" }),
    weighed({ receivedAt, weight: "55.00" }),
    weighed({ receivedAt, weight: "49.00" }),
    weighed({ receivedAt, weight: "60" }),
    // 40 lb, a fifth below 50 lb.
    weighed({ receivedAt, weight: "640", unit: "oz" }),
    weighed({ receivedAt, station: "Station 2", weight: "7" }),
    rejected(),
  ];
  const batch = await recordJournaled(
    sql,
    journalId,
    entries.map((entry, index) => ({ ...entry, seq: index + 1 })),
    [],
  );
  for (const group of batch?.bags ?? []) countBags(metrics, group);

  const samples = (await metrics.registry.metrics())
    .split("\n")
    .filter((line) => /^prepuff_bags?_/.test(line))
    .map((line) => line.replace(/\d+\.\d+$/, (number) => Number(number).toFixed(9)));
  expect(samples.sort()).toEqual(
    [
      'prepuff_bags_total{station="Station 1",verdict="in"} 3',
      'prepuff_bags_total{station="Station 1",verdict="under"} 1',
      'prepuff_bags_total{station="Station 1",verdict="over"} 1',
      'prepuff_bags_total{station="Station 1",verdict="no_job"} 0',
      'prepuff_bags_total{station="Station 2",verdict="in"} 0',
      'prepuff_bags_total{station="Station 2",verdict="under"} 0',
      'prepuff_bags_total{station="Station 2",verdict="over"} 0',
      'prepuff_bags_total{station="Station 2",verdict="no_job"} 1',
      'prepuff_bag_excess_ratio_total{station="Station 1"} 0.300000000',
      'prepuff_bag_excess_ratio_total{station="Station 2"} 0',
      'prepuff_bag_shortfall_ratio_total{station="Station 1"} 0.220000000',
      'prepuff_bag_shortfall_ratio_total{station="Station 2"} 0',
    ].sort(),
  );
});
