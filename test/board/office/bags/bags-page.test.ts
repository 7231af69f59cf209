import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { chromiumPath } from "../../../support/browser.ts";
import { listBags, startJob } from "../../../support/outside.ts";
import { until } from "../../../support/until.ts";
import { office, rowWith, says } from "../office.ts";

const bodyRows = (page: Page) => page.locator("tbody tr");
const firstWeight = (page: Page) => bodyRows(page).first().locator(".cell-weight").textContent();

describe.skipIf(chromiumPath === null)("the page of bags", () => {
  const site = office();

  test("lists a page of bags, newest first, and new ones come on top by themselves", () =>
    site.look("/bags", { role: "viewer" }, async (page) => {
      await says(page, "New bags appear by themselves.");
      expect(await bodyRows(page).count()).toBe(50);
      const line = await site.plant.scale(1);
      await line.send("1,52.34 lb\r\n");
      await page.locator("tbody tr:first-child").getByText("52.34").waitFor();
      expect(await bodyRows(page).count()).toBe(50);
      expect(await rowWith(page, "52.34")).toContain("+2.34\u00a0lb");
    }));

  test("a bag that is weighed while the list is on its way is on it", async () => {
    const line = await site.plant.scale(1);
    await site.look("/jobs", { role: "viewer" }, async (page) => {
      let sent: Promise<void> | undefined;
      await page.route("**/api/bags?*", async (route) => {
        const response = await route.fetch();
        sent ??= line.send("1,50.93 lb\r\n");
        await sent;
        // Long enough for its event to be there before the answer.
        await Bun.sleep(1_000);
        await route.fulfill({ response });
      });
      await page.getByRole("link", { name: "Bags", exact: true }).click();
      await rowWith(page, "50.93");
    });
  });

  test("a filter holds at once, is in the address, and a link shows another reader the same", async () => {
    let link = "";
    await site.look("/bags", { role: "viewer" }, async (page) => {
      await page.getByLabel("Station").selectOption("Station 2");
      await page.getByLabel("Verdict").selectOption("no_job");
      await page.getByLabel("Scale").fill("3");
      await page.getByLabel("Scale").blur();
      await page.getByText("Filters (3)").waitFor();
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 4);
      link = new URL(page.url()).search;
      expect(link).toBe("?station=Station+2&scale=3&verdict=no_job");
      expect(await page.getByRole("link", { name: "Download CSV" }).getAttribute("href")).toBe(
        `/api/bags.csv${link}&locale=en-US&unit=lb`,
      );
    });
    await site.look(`/bags${link}`, { role: "viewer", locale: "es-MX" }, async (page) => {
      await page.getByText("Filtros (3)").waitFor();
      await page.getByRole("cell", { name: "Sin trabajo" }).first().waitFor();
      expect(await bodyRows(page).count()).toBe(4);
      expect(await page.getByLabel("Resultado").inputValue()).toBe("no_job");
      await page.getByRole("button", { name: "Quitar los filtros" }).click();
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 50);
    });
  });

  test("times are the reader's own: the last hour leaves yesterday's bags out, a job's number finds them", () =>
    site.look(`/bags?job_id=${site.plant.past}`, { role: "viewer" }, async (page) => {
      await page.getByText(`${site.plant.past} · 40`).waitFor();
      expect(await bodyRows(page).count()).toBe(40);
      await page.getByRole("button", { name: "Last hour" }).click();
      await says(page, "No bag matches these filters.");
      const from = new URL(page.url()).searchParams.get("from") ?? "";
      expect(Math.abs(Date.now() - 3_600_000 - Date.parse(from))).toBeLessThan(90_000);
      const local = new Date(Date.parse(from)).toLocaleString("sv", { timeZone: "America/Chicago" });
      expect(await page.getByLabel("From").inputValue()).toBe(local.replace(" ", "T").slice(0, 16));
      await page.getByLabel("Before").fill("2020-01-01T00:00");
      await page.waitForURL(/to=2020-01-01T06%3A00/);
    }));

  test("pages go back in time, and the browser's way back leads forward again", () =>
    site.look("/bags", { role: "viewer" }, async (page) => {
      await bodyRows(page).first().waitFor();
      const newest = await firstWeight(page);
      // Pushed down by a new bag, the page behind begins where this one ends.
      const line = await site.plant.scale(2);
      await line.send("2,49.87 lb\r\n");
      await page.locator("tbody tr:first-child").getByText("49.87").waitFor();
      const lastId = await bodyRows(page).last().locator("a").textContent();
      await page.getByRole("button", { name: "Older" }).click();
      await says(page, "An earlier page");
      await page.waitForFunction(
        (last) => document.querySelector("tbody tr:first-child a")?.textContent !== last,
        lastId,
      );
      const all = (await listBags(site.plant.appliance)).reverse();
      const expected = all[50];
      expect(await bodyRows(page).first().locator("a").textContent()).toBe(
        `${expected?.job_id} · ${expected?.bag_num}`,
      );
      await page.goBack();
      await says(page, "New bags appear by themselves.");
      await page.getByRole("button", { name: "Older" }).click();
      await says(page, "An earlier page");
      await page.getByRole("button", { name: "Newest" }).click();
      await page
        .locator("tbody tr:nth-child(2)")
        .getByText(newest ?? "none")
        .waitFor();
    }));

  test("an operator voids a bag with a reason; without one nothing happens", () =>
    site.look("/bags", {}, async (page) => {
      const line = await site.plant.scale(1);
      await line.send("1,53.21 lb\r\n");
      await page.getByRole("button", { name: /^Void: 53\.21/ }).click();
      const dialog = page.getByRole("dialog", { name: /Void the bag of 53\.21/ });
      await dialog.getByRole("button", { name: "Void" }).click();
      await dialog.getByText("Choose why.").waitFor();
      await dialog.getByRole("button", { name: "Torn bag" }).click();
      await dialog.getByLabel("In your words").fill("burst");
      await dialog.getByRole("button", { name: "Void" }).click();
      await dialog.waitFor({ state: "detached" });
      await says(page, "Voided: Torn bag: burst");
      expect(await page.getByRole("button", { name: /^Void: 53\.21/ }).count()).toBe(0);
      await page.getByLabel("Voided bags").selectOption("true");
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
      await page.getByRole("button", { name: /^Take back: 53\.21/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Take the void back" }).click();
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 0);
    }));

  test("bags without a job of a station and a time are assigned together", async () => {
    const { appliance } = site.plant;
    const line = await site.plant.scale(22);
    await line.send("22,50.00 lb\r\n");
    await until("the scale is known", async () => (await listBags(appliance, "&scale=22")).length === 1);
    await appliance.api("/api/scales/22", { method: "PATCH", body: { station: "Station 6" } });
    await line.send("22,51.00 lb\r\n22,52.00 lb\r\n22,53.00 lb\r\n");
    await until(
      "the bags came",
      async () => (await listBags(appliance, "&station=Station%206")).length === 3,
    );
    await startJob(appliance, { station: "Station 6", quantity: 2 });
    await site.look("/bags?verdict=no_job", {}, async (page) => {
      await page.getByText("Choose a station and, if you like, a time.").waitFor();
      expect(await page.getByRole("button", { name: "Assign all of this time…" }).isDisabled()).toBe(true);
      await page.goto(page.url().replace("verdict", "station=Station%206&verdict"));
      await page.getByRole("button", { name: "Assign all of this time…" }).click();
      const dialog = page.getByRole("dialog", { name: "Assign bags of Station 6 without a job" });
      await dialog.getByRole("button", { name: "Assign", exact: true }).click();
      await dialog.getByText("2 bags are assigned.").waitFor();
      await dialog.getByText("1 bag found no room: the job has its quantity.").waitFor();
    });
    const bags = await listBags(appliance, "&station=Station%206");
    expect(bags.map(({ weight, bag_num }) => [weight, bag_num])).toEqual([
      ["51.00", 1],
      ["52.00", 2],
      ["53.00", null],
    ]);
  });

  test("says how far it came where only some could be assigned", async () => {
    const { appliance } = site.plant;
    const line = await site.plant.scale(21);
    await line.send("21,50.00 lb\r\n");
    await until("the scale is known", async () => (await listBags(appliance, "&scale=21")).length === 1);
    await appliance.api("/api/scales/21", { method: "PATCH", body: { station: "Station 5" } });
    await line.send("21,50.01 lb\r\n21,50.02 lb\r\n21,50.03 lb\r\n");
    await until("its bags are there", async () => (await listBags(appliance, "&scale=21")).length === 4);
    await startJob(appliance, { station: "Station 5", quantity: 2 });
    await site.look("/bags?station=Station+5", {}, async (page) => {
      await page.getByLabel("Select all shown").check();
      await page.getByRole("button", { name: "Assign", exact: true }).first().click();
      const dialog = page.getByRole("dialog", { name: "Assign 3 bags to a job" });
      await dialog.getByRole("button", { name: "Assign" }).click();
      await page.getByText("2 of 3 bags are assigned; then: This job has all its bags.").waitFor();
    });
  });

  test("CSV has every bag of the filter, not a page", () =>
    site.look("/bags?station=Station+1", { role: "viewer" }, async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Download CSV" }).click(),
      ]);
      const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
      const all = await listBags(site.plant.appliance, "&station=Station%201");
      expect(lines).toHaveLength(all.length + 1);
      expect(all.length).toBeGreaterThan(100);
    }));

  test("a viewer can do nothing to a bag", () =>
    site.look("/bags", { role: "viewer" }, async (page) => {
      await bodyRows(page).first().waitFor();
      expect(await page.getByRole("button", { name: /^(Void|Assign)/ }).count()).toBe(0);
      expect(await page.getByRole("checkbox").count()).toBe(0);
    }));
});

describe.skipIf(chromiumPath === null)("bags without a job", () => {
  // A plant of their own: once they are assigned, no filter finds them without a job.
  const site = office();

  test("an operator assigns one bag, and several at once in the order of weighing", async () => {
    const { appliance } = site.plant;
    await site.look("/bags?station=Station+2", {}, async (page) => {
      await page.getByRole("button", { name: /^Assign: 48\.80/ }).click();
      await says(page, "No job of Station 2 has room for a bag.");
      await page.keyboard.press("Escape");
      const job = await startJob(appliance, { station: "Station 2", company: "Silo Foam", quantity: 10 });
      await page.getByLabel("Select all shown").check();
      await page.getByText("4 selected").waitFor();
      await page.getByRole("button", { name: "Assign", exact: true }).first().click();
      const dialog = page.getByRole("dialog", { name: "Assign 4 bags to a job" });
      expect(await dialog.getByLabel("Job").textContent()).toContain("Silo Foam (0 of 10)");
      await dialog.getByRole("button", { name: "Assign" }).click();
      // Its title counts those that are left.
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(await rowWith(page, "61.00")).toContain(`${job.id} · 3`);
      expect(await page.getByRole("button", { name: /^Assign/ }).count()).toBe(0);
      const numbers = (await listBags(appliance, `&job_id=${job.id}`)).map((bag) => [
        bag.bag_num,
        bag.weight,
      ]);
      expect(numbers).toEqual([
        [1, "48.80"],
        [2, "49.10"],
        [3, "61.00"],
        [4, "50.40"],
      ]);
    });
  });
});
