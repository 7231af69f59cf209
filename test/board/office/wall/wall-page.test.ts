import { describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { axeFindingsInBothThemes, chromiumPath } from "../../../support/browser.ts";
import { until } from "../../../support/until.ts";
import { office } from "../office.ts";

/** 3 m / 200, on a screen of 43 inches with 1080 lines of 0.496 mm. */
const capHeightFrom3m = 15 / 0.496;

describe.skipIf(chromiumPath === null)("the wall", () => {
  const site = office();

  test("shows each station's last bag, job and progress, and follows what is weighed", () =>
    site.look("/wall", { role: "viewer", size: "wall" }, async (page) => {
      const tile = page.locator(".tile").filter({ hasText: "Station 1" });
      await tile.getByText("Acme Foam Works").waitFor();
      const before = Number((await tile.locator(".tile-foot > span").first().textContent())?.split(" / ")[0]);
      expect(before).toBeGreaterThan(100);
      await (await site.plant.scale(1)).send("1,57.25 lb\r\n");
      await tile.getByText("57.25 lb").waitFor();
      await tile.getByText("Too heavy").waitFor();
      await tile.getByText(`${before + 1} / 200`).waitFor();
      expect(await axeFindingsInBothThemes(page)).toEqual([]);
      await page.getByRole("link", { name: "Station 2" }).click();
      await until("the board of that station is open", () => new URL(page.url()).pathname === "/");
    }));

  test("is read from 3 m where there are four stations, and from a desk where there are 24", async () => {
    for (const [stations, least] of [
      [4, capHeightFrom3m],
      // As small as the text of an office page.
      [24, 9],
    ] as const) {
      await site.look(
        "/wall",
        { role: "viewer", size: "wall", locale: stations === 4 ? "es-MX" : "en-US" },
        async (page) => {
          await withStations(page, stations);
          expect(await page.locator(".tile").count()).toBe(stations);
          for (const part of [
            "h2",
            ".tile-condition",
            ".tile-weight",
            ".tile-verdict",
            ".tile-age",
            ".tile-job",
            ".tile-foot",
            ".tile-rate",
          ]) {
            const height = await capHeightOf(page, part);
            expect([stations, part, height >= least, height]).toEqual([stations, part, true, height]);
          }
          expect([stations, await cutTexts(page)]).toEqual([stations, []]);
          // Nothing to scroll.
          expect(
            await page.evaluate(() => document.documentElement.scrollHeight - innerHeight),
          ).toBeLessThanOrEqual(0);
        },
      );
    }
  });
});

/** As many stations, all as the first one. */
async function withStations(page: Page, count: number): Promise<void> {
  await page.route("**/api/stations", async (route) => {
    const answer = await route.fetch();
    const { items, as_of } = await answer.json();
    await route.fulfill({
      json: {
        as_of,
        items: Array.from({ length: count }, (_, index) => ({
          ...items[0],
          last_bag: { ...items[0].last_bag, weight: "1050.40", in_tolerance: index % 2 === 0 },
          station: `Station ${index + 1}`,
        })),
      },
    });
  });
  await page.reload();
  await page
    .locator(".tile")
    .nth(count - 1)
    .waitFor();
}

/** Of a part of the first tile, as the browser draws an H. */
function capHeightOf(page: Page, part: string): Promise<number> {
  return page
    .locator(`.tile ${part}`)
    .first()
    .evaluate((element) => {
      const { fontSize, fontFamily, fontWeight } = getComputedStyle(element);
      const context = document.createElement("canvas").getContext("2d");
      if (context === null) return 0;
      context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
      return context.measureText("H").actualBoundingBoxAscent;
    });
}

/** Numbers, verdicts and names that do not fit into their place. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        ".tile, .tile h2, .tile-face, .tile-weight, .tile-line, .tile-verdict, .tile-foot",
      ),
    ]
      .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
      .map((each) => `${each.className || each.tagName}: ${each.textContent}`),
  );
}
