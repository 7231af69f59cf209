import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { axeFindingsInBothThemes, chromiumPath, launchBrowser, visit } from "../support/browser.ts";
import { testDatabase } from "../support/postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** Pages that are not the board's own, and what is there when they are ready. */
const pages: readonly (readonly [path: string, ready: string])[] = [
  ["/runbooks", "h2"],
  ["/joobs", "h1"],
  ["/api/jobs/99", "h1"],
  ["/sign-in", "h1"],
  ["/jobs/%E0%A4%A", "h1"],
  ["/jobs/abc", ".empty"],
  ["/jobs/99", ".empty"],
];

describe.skipIf(chromiumPath === null)("pages beside the board's", () => {
  const folder = tempFolder();
  let appliance: Appliance;
  let browser: Browser;

  beforeAll(async () => {
    const { url } = await testDatabase();
    [appliance, browser] = await Promise.all([
      startAppliance({ dataDir: folder.path, databaseUrl: url }),
      launchBrowser(),
    ]);
    await appliance.ready();
  });
  afterAll(async () => {
    await browser?.close();
    await appliance?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  async function isWhole(page: Page): Promise<void> {
    expect(await axeFindingsInBothThemes(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  }

  test.each(pages)("%s has nothing for axe to find, in both themes, on a phone", async (path, ready) => {
    await using reader = await visit(browser, appliance, { role: "admin", size: "phone", path });
    await reader.page.locator(ready).first().waitFor();
    await isWhole(reader.page);
    expect(reader.faults).toEqual([]);
  });

  test("neither has the API's page, with an operation open", async () => {
    await using reader = await visit(browser, appliance, { path: "/openapi" });
    const { page } = reader;
    const operation = page.locator(".opblock", { hasText: "Start a job" });
    await operation.locator(".opblock-summary-control").click();
    await operation.locator(".responses-table").first().waitFor();
    // Its address is kept, though its name is no link.
    expect(new URL(page.url()).hash).toStartWith("#/jobs/");
    await isWhole(page);
    expect(reader.faults).toEqual([]);
  }, 300_000);

  test("a wrong address leads back to the board", async () => {
    await using reader = await visit(browser, appliance, { role: "viewer", path: "/jobs/7/nothing" });
    await reader.page.getByRole("link", { name: "All jobs" }).click();
    await reader.page.getByText("No job has ended yet.").waitFor();
    await reader.page.goto(`${await appliance.origin()}/jobs/`);
    await reader.page.getByText("No job has ended yet.").waitFor();
    expect(new URL(reader.page.url()).pathname).toBe("/jobs");
  });
});
