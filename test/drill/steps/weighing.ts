import { expect, test } from "bun:test";
import { startJob } from "../../support/outside.ts";
import { until } from "../../support/until.ts";
import type { Drill } from "../setting.ts";

/** Bags come in. */
export function weighingSteps({ stack, plant, figures }: Drill): void {
  test("bags that come through the published port are in Postgres and in Prometheus", async () => {
    await startJob(stack);
    await plant.weigh(100);
    await plant.expectNothingLost();
    await until(
      "Prometheus has seen them",
      async () => (await stack.metric("sum(prepuff_bags_total)")) === 100,
    );
    await until("its three targets are up", async () => (await stack.metric("count(up == 1)")) === 3);
  });

  test("Grafana's role reads bags, and nothing else", async () => {
    expect(await stack.sql("select count(*) from filler_bag", "grafana")).toBe("100");
    for (const forbidden of [
      "select * from access_token",
      "select * from audit_event",
      "begin read write; delete from filler_bag",
      "begin read write; create table mine ()",
    ]) {
      await expect(stack.sql(forbidden, "grafana")).rejects.toThrow("permission denied");
    }
  });

  test("memory, idle and with 50 scales", async () => {
    figures.push(`memory idle: ${await plant.memory()}`);
    await plant.simulate(50, 10, async () => {
      await Bun.sleep(7_000);
      figures.push(`memory with 50 scales, a bag a second each: ${await plant.memory()}`);
    });
    await plant.expectNothingLost();
  });
}
