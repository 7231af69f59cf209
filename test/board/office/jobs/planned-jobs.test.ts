import { beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { z } from "zod";
import { jobSchema } from "../../../../src/records/jobs/job-view.ts";
import { axeFindings, chromiumPath, type VisitOptions } from "../../../support/browser.ts";
import { answered } from "../../../support/outside.ts";
import { until } from "../../../support/until.ts";
import { office, rowWith, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("planned jobs and products in the office", () => {
  const site = office();
  const post = (path: string, body: object) =>
    site.plant.appliance.api(path, { method: "POST", body: { ...body } });
  const plan = (company: string, changes: object = {}) =>
    answered(
      post("/api/jobs", {
        company,
        station: "Station 2",
        target_weight: "50",
        quantity: 30,
        status: "planned",
        ...changes,
      }),
      jobSchema,
    );
  const planned = async () => {
    const path = "/api/jobs?status=planned&station=Station%202";
    const { items } = await answered(site.plant.appliance.api(path), z.object({ items: z.array(jobSchema) }));
    return items.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
  };

  beforeAll(async () => {
    if (chromiumPath === null) return;
    const product = { tolerance_percent: "2.5", quantity: 80, price_per_lb: "1.12", bag_volume: "45.5" };
    await post("/api/products", {
      name: "EPS 15 tiles",
      target_weight: "50",
      note: "double liner",
      ...product,
    });
    await post("/api/products", { name: "EPS 20 board", target_weight: "42" });
    await plan("Polar Panels", { lot: "R-2291", note: "call before loading" });
    await plan("Nordbau", { product_id: 1, target_weight: undefined, quantity: undefined });
  });

  const readers: readonly VisitOptions[] = [
    { locale: "en-US", theme: "light", size: "desk" },
    { locale: "es-MX", theme: "dark", size: "phone" },
  ];
  test.each(readers)("are whole for a reader of $locale at the $size", async (reader) => {
    for (const [path, text] of [
      ["/jobs", "Polar Panels"],
      ["/products", "EPS 15 tiles"],
    ] as const) {
      await site.look(path, reader, async (page) => {
        await says(page, text);
        expect([path, await axeFindings(page)]).toEqual([path, []]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      });
    }
  });

  test("a job is planned from a product, moved by keys and started; a viewer only looks", async () => {
    await site.look("/jobs", { role: "viewer" }, async (page) => {
      await says(page, "Polar Panels");
      expect(await page.getByRole("button", { name: "Plan a job" }).count()).toBe(0);
      expect(await page.locator(".queue-handle").count()).toBe(0);
    });
    await site.look("/jobs", {}, async (page) => {
      await page.getByRole("button", { name: "Plan a job" }).click();
      const form = page.getByRole("dialog", { name: "Plan a job" });
      await form.getByLabel("Station").selectOption("Station 2");
      await form.getByLabel("Product").selectOption("EPS 15 tiles");
      await until("the product is read", async () => (await form.getByLabel("Bags").inputValue()) === "80");
      expect(await form.getByLabel("Tolerance ±").inputValue()).toBe("2.5");
      await form.getByLabel("Company").fill("Late Foam");
      expect(await axeFindings(page)).toEqual([]);
      await form.getByRole("button", { name: "Plan a job" }).click();
      const queue = page.locator(".queue");
      await queue.getByText("Late Foam").waitFor();
      await queue.locator(".queue-job", { hasText: "Late Foam" }).locator(".queue-handle").focus();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      await until("it is the first", async () => (await planned())[0]?.company === "Late Foam");
      await queue.getByRole("button", { name: "Late Foam: Start" }).click();
      await page.getByRole("link", { name: /Late Foam/ }).waitFor();
      expect((await planned()).map(({ company, place }) => [company, place])).toEqual([
        ["Polar Panels", 1],
        ["Nordbau", 2],
      ]);
    });
  });

  test("a running job's report says what was changed, from which bag on, and which lots it had", async () => {
    const { running } = site.plant;
    const line = await site.plant.scale(1);
    await site.look(`/jobs/${running}`, {}, async (page) => {
      await page.getByRole("button", { name: "Change" }).click();
      const form = page.getByRole("dialog", { name: "Change job" });
      await form.getByLabel("Target weight").fill("51");
      await form.getByLabel("Lot").fill("R-2292");
      await form.getByLabel("Reason").fill("The customer called");
      expect(await axeFindings(page)).toEqual([]);
      await form.getByRole("button", { name: "Save" }).click();
      await form.waitFor({ state: "detached" });
      await page.getByText("no bag yet").first().waitFor();
      await line.send("1,50.10 lb\r\n");
      await until("the change has its first bag", async () =>
        /^bag /.test((await rowWith(page, "The customer called"))[0] ?? ""),
      );
      expect((await rowWith(page, "The customer called"))[2]).toBe("50.00\u00a0lb ±10% → 51.00\u00a0lb ±10%");
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole("link", { name: "R-2292" }).click();
      await until("the bags of the lot", async () => (await bagsOn(page)) === 1);
      expect(new URL(page.url()).search).toBe("?lot=R-2292");
    });
  });

  test("a past job is planned again, and the page of the new one starts it", async () => {
    await site.look(`/jobs/${site.plant.past}`, {}, async (page) => {
      await page.getByRole("button", { name: "Plan it again" }).click();
      await page.getByRole("button", { name: "Start" }).waitFor();
      await says(page, "Nordic Packaging AB");
      // On its station another one runs.
      await page.getByRole("button", { name: "Start" }).click();
      await page.getByRole("alert").getByText("A job runs on this station already.").waitFor();
    });
  });

  test("products are made, changed, retired and used again", () =>
    site.look("/products", {}, async (page) => {
      await page.getByRole("button", { name: "New product" }).click();
      const form = page.getByRole("dialog", { name: "New product" });
      await form.getByRole("button", { name: "Save" }).click();
      expect(await form.getByRole("alert").allTextContents()).toEqual([
        "Required.",
        "Enter a number such as 50 or 50.5.",
      ]);
      await form.getByLabel("Name").fill("EPS 30");
      await form.getByLabel("Target weight").fill("40,5");
      await form.getByLabel("Price per lb").fill("0.95");
      await form.getByLabel("Bag volume").fill("27");
      expect(await axeFindings(page)).toEqual([]);
      await form.getByRole("button", { name: "Save" }).click();
      await form.waitFor({ state: "detached" });
      expect((await rowWith(page, "EPS 30")).slice(0, 7)).toEqual([
        "EPS 30",
        "40.50\u00a0lb ±10%",
        "",
        "",
        "0.9500",
        "27\u00a0ft³ 1.500 lb/ft³",
        "",
      ]);
      await page.getByRole("button", { name: "Edit: EPS 30" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("EPS 15 TILES");
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
      await says(page, "This name is taken already.");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Retire: EPS 30" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
      await page.getByRole("cell", { name: "EPS 30", exact: true }).waitFor({ state: "detached" });
      await page.getByLabel("Show").selectOption("Retired");
      await page.getByRole("button", { name: "Use again: EPS 30" }).click();
      await says(page, "No product is retired.");
    }));

  test("products are imported from a file, and what is wrong is said by line and column", () =>
    site.look("/products", {}, async (page) => {
      await page.getByRole("button", { name: "Import CSV" }).click();
      const form = page.getByRole("dialog", { name: "Import products" });
      const isRead = (text: string) =>
        until("the file is read", async () =>
          (await form.getByLabel("Or its text").inputValue()).includes(text),
        );
      const choose = (text: string) =>
        form
          .getByLabel("File")
          .setInputFiles({ name: "products.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await choose("name;target_weight\nImported A;forty\n;50\n");
      await isRead("forty");
      await form.getByRole("button", { name: "Import" }).click();
      await form.getByText("Nothing was imported: 2 faults").waitFor();
      expect(await form.locator(".import-faults li").allTextContents()).toEqual([
        "Line 2, column target_weight A number above 0, with at most 2 decimals.",
        "Line 3, column name It is missing.",
      ]);
      expect(await axeFindings(page)).toEqual([]);
      await choose("name;target_weight\nImported A;40,5\nEPS 20 board;43\n");
      await isRead("40,5");
      await form.getByRole("button", { name: "Import" }).click();
      await form.getByText("1 made, 1 changed").waitFor();
      await page.keyboard.press("Escape");
      await until("the list is read again", async () =>
        (await rowWith(page, "EPS 20 board")).includes("43.00\u00a0lb ±10%"),
      );
      expect((await rowWith(page, "Imported A"))[1]).toBe("40.50\u00a0lb ±10%");
    }));
});

function bagsOn(page: Page): Promise<number> {
  return page.locator("tbody tr").count();
}
