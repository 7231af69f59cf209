import { describe, expect, test } from "bun:test";
import { chromiumPath } from "../../../support/browser.ts";
import { startJob } from "../../../support/outside.ts";
import { office, rowWith, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the page of jobs", () => {
  const site = office();

  test("shows what runs and what is past, and follows the bags", () =>
    site.look("/jobs", { role: "viewer" }, async (page) => {
      const card = page.getByRole("link", { name: /Acme Foam Works/ });
      await card.getByText("111 of 200 bags").waitFor();
      expect(await rowWith(page, "Nordic Packaging AB")).toContain("40 / 40");
      const line = await site.plant.scale(1);
      await line.send("1,50.10 lb\r\n");
      await card.getByText("112 of 200 bags").waitFor();
    }));

  test("a job that starts elsewhere appears by itself, and goes to the past when it is cancelled", () =>
    site.look("/jobs", {}, async (page) => {
      await says(page, "Running now");
      const { id } = await startJob(site.plant.appliance, { company: "Late Foam", station: "Station 7" });
      await page.getByRole("link", { name: /Late Foam/ }).waitFor();
      await site.plant.appliance.api(`/api/jobs/${id}/cancel`, { method: "POST" });
      expect(await rowWith(page, "Late Foam")).toContain("Cancelled");
    }));

  test("finds by a part of the company's name; the search is in the address", () =>
    site.look("/jobs", {}, async (page) => {
      await says(page, "Acme Foam Works");
      await page.getByLabel("Search: company, product, lot, person, note, number").fill("nordic");
      await page.getByText("Acme Foam Works").waitFor({ state: "detached" });
      expect(await page.getByRole("link", { name: "Nordic Packaging AB" }).count()).toBe(1);
      expect(new URL(page.url()).search).toBe("?q=nordic");
      await page.reload();
      await page.getByText("Nordic Packaging AB").waitFor();
      expect(await page.getByText("Acme Foam Works").count()).toBe(0);
      await page.getByLabel("Status").selectOption("active");
      await says(page, "No job matches. Try fewer filters.");
    }));

  test("leads to a job", () =>
    site.look("/jobs", {}, async (page) => {
      await page.getByRole("link", { name: "Nordic Packaging AB" }).click();
      await page.getByRole("heading", { level: 1, name: `Job ${site.plant.past}` }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/jobs/${site.plant.past}`);
    }));
});
