import { describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { axeFindings, chromiumPath, type VisitOptions } from "../../support/browser.ts";
import { until } from "../../support/until.ts";
import { office, says } from "./office.ts";

const readers: readonly VisitOptions[] = [
  { role: "admin", locale: "en-US", theme: "light", size: "desk" },
  { role: "operator", locale: "es-MX", theme: "dark", size: "phone" },
  { role: "viewer", locale: "es-ES", theme: "light", size: "wall" },
];

describe.skipIf(chromiumPath === null)("every page of the office", () => {
  const site = office();
  const pages = () => [
    "/jobs",
    `/jobs/${site.plant.running}`,
    "/products",
    "/bags",
    "/reports",
    "/quality",
    "/wall",
    "/scales",
    "/scales/1",
    "/attention",
  ];

  test.each(readers)("is whole for $role in $locale, $theme, at the $size", async (reader) => {
    const forAdmins = reader.role === "admin" ? ["/people", "/devices"] : [];
    for (const path of [...pages(), ...forAdmins]) {
      await site.look(path, reader, async (page) => {
        await settled(page);
        expect([path, await axeFindings(page)]).toEqual([path, []]);
        // Nothing stands beyond the edge: what is too wide becomes cards.
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
        const language = await page.evaluate(() => document.documentElement.lang);
        expect(language).toBe(reader.locale?.slice(0, 2) ?? "");
        expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
        await page.locator(".top-nav .badge").waitFor();
        const count = await page.locator(".top-nav .badge").textContent();
        expect(await page.title()).toBe(`(${count}) ${await page.locator("h1").textContent()} – Pre-Puff`);
        if (language === "es") expect([path, await englishIn(page)]).toEqual([path, []]);
      });
    }
  });

  test("dialogs are whole, too, and are left with Escape, the focus back where it was", () =>
    site.look("/bags", { role: "admin" }, async (page) => {
      for (const name of [/^Void: 50\.40/, /^Assign: 50\.40/]) {
        await page.getByRole("button", { name }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("dialog").waitFor();
        await settled(page);
        expect(await axeFindings(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await until("the focus is back", async () => {
          const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
          return name.test(label ?? "");
        });
      }
    }));

  test("keys open pages and list themselves, but not while somebody types", () =>
    site.look("/bags", { role: "viewer" }, async (page) => {
      const at = () => new URL(page.url()).pathname;
      await settled(page);
      await page.keyboard.press("g");
      await page.keyboard.press("j");
      await until("the page of jobs", async () => at() === "/jobs");
      await page.keyboard.press("/");
      await page.keyboard.type("gs");
      expect(at()).toBe("/jobs");
      expect(await page.locator("input[type=search]").inputValue()).toBe("gs");
      await page.locator("h1").click();
      await page.keyboard.press("?");
      const keys = page.getByRole("dialog", { name: "Keys" });
      await keys.getByText("Attention").waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.keyboard.press("g");
      await page.keyboard.press("a");
      expect(at()).toBe("/jobs");
      await page.keyboard.press("Escape");
      await page.keyboard.press("g");
      await page.keyboard.press("a");
      await until("the page of what needs attention", async () => at() === "/attention");
    }));

  test("with the keyboard the menu can be skipped", () =>
    site.look("/jobs", { role: "viewer" }, async (page) => {
      await settled(page);
      await page.keyboard.press("Tab");
      await page.getByRole("link", { name: "To the content" }).waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
      expect(new URL(page.url()).pathname).toBe("/jobs");
    }));

  test("says that it could not load, and tries again when asked", () =>
    site.look("/jobs", { role: "viewer" }, async (page) => {
      await page.getByText("Acme Foam Works").waitFor();
      await page.route("**/api/bags?*", (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "urn:prepuff:problem:database_away",
            title: "",
            status: 503,
            detail: "",
          }),
        }),
      );
      await page.getByRole("link", { name: "Bags", exact: true }).click();
      const alert = page.getByRole("alert");
      await alert.getByText("This could not be loaded.").waitFor();
      await alert.getByText("The database is not reachable.").waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.unroute("**/api/bags?*");
      await alert.getByRole("button", { name: "Try again" }).click();
      await page.locator("tbody tr").first().waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    }));

  test("without a sign-in there is only the sign-in, which leads back to the page that was asked for", () =>
    site.look("/scales", { role: null }, async (page) => {
      await says(page, "Sign in to see this plant's bags and work with them.");
      expect(await page.getByRole("navigation").count()).toBe(0);
      await page.getByLabel("Token").fill("viewer-token-of-the-system-tests");
      await page.getByRole("button", { name: "Sign in" }).click();
      await says(page, "4 of 4 connected");
      await page.getByRole("button", { name: "Display" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await says(page, "Sign in to see this plant's bags and work with them.");
    }));
});

/** Texts of the page with English in them, but for what other programs said: it is marked as English, or has a status of HTTP. */
function englishIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    for (const quoted of document.querySelectorAll('[lang="en"]:not(html), code')) quoted.remove();
    const texts = [...document.querySelectorAll("[title], [aria-label]")].flatMap((each) => [
      each.getAttribute("title") ?? "",
      each.getAttribute("aria-label") ?? "",
    ]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.nodeValue ?? "");
    const english = /\b(the|of|is|are|and|not|with|since|from|last|up|job|bags?|scales?|frames?|rejected)\b/i;
    return texts.filter((text) => english.test(text) && !/\b\d{3} [A-Z]/.test(text));
  });
}

/** Everything asked for has come. */
async function settled(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"], .loading') === null &&
      document.querySelector("main *") !== null,
  );
}
