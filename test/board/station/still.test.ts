import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { z } from "zod";
import { chromiumPath } from "../../support/browser.ts";
import { type Floor, shows, startFloor } from "./floor.ts";

let floor: Floor;

const sizes = [
  { name: "phone", width: 390, height: 844 },
  { name: "tablet", width: 820, height: 1180 },
  { name: "wall", width: 1920, height: 1080 },
];

/** Begins to sum up what moves on the page (the browser's layout shift, without what a person did). */
async function watch(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const shift = { sum: 0 };
    Object.assign(window, { shift });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ("value" in entry) shift.sum += Number(entry.value);
    }).observe({ type: "layout-shift", buffered: false });
  });
  const shape = z.object({ sum: z.number() });
  return async () => shape.parse(await page.evaluate(() => Reflect.get(window, "shift"))).sum;
}

describe.skipIf(chromiumPath === null)("the operator's board stands still", () => {
  beforeAll(async () => {
    floor = await startFloor();
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  test.each(sizes)("while a job starts, fills and ends: $name", async ({ width, height }) => {
    const station = floor.station();
    using scale = await station.connect();
    await scale.send(`${station.scale},50.00 lb\r\n`);
    await using reader = await station.open();
    const { page } = reader;
    await page.setViewportSize({ width, height });
    await shows(page, "1 bag has no job");
    const places = () =>
      page.locator(".actions").evaluate((row) => {
        const button = row.querySelector(".action-enter")?.getBoundingClientRect();
        return [row.getBoundingClientRect().top, button?.left, button?.top].map((each) =>
          Math.round(each ?? 0),
        );
      });
    const before = await places();
    const moved = await watch(page);
    await station.job({ quantity: 7 });
    await shows(page, "Bag 0 of 7");
    expect(await places()).toEqual(before);
    for (let bag = 1; bag <= 7; bag++) await scale.send(`${station.scale},5${bag % 5}.10 lb\r\n`);
    await shows(page, "✓ Job complete");
    await page.locator("progress.is-full").waitFor();
    expect(await places()).toEqual(before);
    // Lines of text that grow within their own box; a row that jumped was 0.1 and more.
    expect(await moved()).toBeLessThan(0.02);
    expect(reader.faults).toEqual([]);
  });

  test("the bar is full when the job is, and only then", async () => {
    const station = floor.station();
    using scale = await station.connect();
    await station.job({ quantity: 1 });
    await using reader = await station.open();
    const bar = reader.page.locator("progress");
    await shows(reader.page, "Bag 0 of 1");
    expect(await bar.getAttribute("class")).toBeNull();
    await scale.send(`${station.scale},50.00 lb\r\n`);
    await reader.page.locator("progress.is-full").waitFor();
    expect(await bar.evaluate((each) => each instanceof HTMLProgressElement && each.value / each.max)).toBe(
      1,
    );
  });
});
