import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { chromiumPath, launchBrowser, sizes, visit } from "../support/browser.ts";
import { answered, startJob } from "../support/outside.ts";
import { collisions } from "./collisions.ts";
import { type Plant, startPlant } from "./office/plant.ts";

const widths = [320, 390, 600, 820, 1024, 1100, 1200, 1280, 1920];
/** As long as the API lets them be. */
const names = [
  {
    kind: "without a blank",
    company: "Wärmedämmverbundsystemgesellschaft".repeat(6).slice(0, 200),
    station: "Vorschäumstation-Halle7-Linie12-Silo3-Abfüllung-04",
    person: "Maximiliana".repeat(18).slice(0, 200),
  },
  {
    kind: "with blanks",
    company: "Compañía Internacional de Espumas y Aislamientos del Norte, S. A. de C. V. "
      .repeat(3)
      .slice(0, 200)
      .trim(),
    station: "Pre-expander hall 7, line 12, silo 3, filler no. 4",
    person: "María Fernanda de la Concepción Hernández y Rodríguez ".repeat(4).slice(0, 200).trim(),
  },
] as const;

describe.skipIf(chromiumPath === null)("names as long as they may be", () => {
  let plant: Plant;
  let browser: Browser;
  const jobs = new Map<string, number>();

  beforeAll(async () => {
    [plant, browser] = await Promise.all([startPlant(), launchBrowser()]);
    for (const [index, { kind, company, station, person }] of names.entries()) {
      const scale = 21 + index;
      await (await plant.scale(scale)).send(`${scale},50.20 lb\r\n`);
      await answered(plant.appliance.api("/api/scales"), z.object({ items: z.array(z.unknown()) }));
      const body = { station, name: company.slice(0, 100) };
      await plant.appliance.api(`/api/scales/${scale}`, { method: "PATCH", body });
      const past = await startJob(plant.appliance, {
        company,
        station,
        started_by: person,
        quantity: 99_999,
      });
      await plant.appliance.api(`/api/jobs/${past.id}/complete`, { method: "POST" });
      const { id } = await startJob(plant.appliance, {
        company,
        station,
        started_by: person,
        quantity: 123_456,
      });
      jobs.set(kind, id);
      const product = { name: company, target_weight: "50", note: company };
      await plant.appliance.api("/api/products", { method: "POST", body: product });
      for (const at of [station, "Station 2"]) {
        const planned = {
          company,
          station: at,
          product_id: index + 1,
          quantity: 123_456,
          lot: person.slice(0, 100),
        };
        await plant.appliance.api("/api/jobs", { method: "POST", body: { ...planned, status: "planned" } });
      }
      await (await plant.scale(scale)).send(
        `${scale},50.20 lb\r\n${scale},50.20 lb\r\n${scale},44.20 lb\r\n`,
      );
    }
  });
  afterAll(async () => {
    await browser?.close();
    await plant?.[Symbol.asyncDispose]();
  });

  /** At every width. */
  async function fits(page: Page, what: string): Promise<void> {
    for (const width of widths) {
      await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
      // The chart and what is set by the room for it follow within the frame.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
      expect([what, width, await collisions(page)]).toEqual([what, width, []]);
    }
  }

  async function settled(page: Page): Promise<void> {
    await page.locator("main").waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"], .loading') === null);
  }

  const cases = names.flatMap((name) => (["en-US", "es-MX"] as const).map((locale) => ({ ...name, locale })));

  test.each(cases)(
    "run into nothing on the board and in its dialogs: $kind, $locale",
    async (name) => {
      const { station, company, locale } = name;
      const path = `/?station=${encodeURIComponent(station)}`;
      await using reader = await visit(browser, plant.appliance, { role: "operator", locale, path });
      const { page } = reader;
      await page.locator(".job-company").getByText(company).waitFor();
      await page.locator(".face-weight").waitFor();
      await fits(page, "board");
      for (const action of await page.locator(".actions button").all()) {
        const text = (await action.textContent()) ?? "";
        await action.click();
        await page.getByRole("dialog").waitFor();
        await fits(page, text);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.goto(`${await plant.appliance.origin()}/?station=Station+2`);
      await page.locator(".next-button").first().waitFor();
      await fits(page, "what comes next");
      await page.getByRole("button", { name: /Start job|Iniciar trabajo/ }).click();
      await page.locator(".pick").getByText(company).waitFor();
      await fits(page, "start a job");
      await page.keyboard.press("Escape");
      await page.locator(".button-station").click();
      await page.locator(".picker-job").getByText(company).waitFor();
      await fits(page, "stations");
      expect(reader.faults).toEqual([]);
    },
    120_000,
  );

  test("run into nothing where a job is complete", async () => {
    const [{ company, person }] = names;
    await startJob(plant.appliance, { company, station: "Station 2", started_by: person, quantity: 1 });
    await (await plant.scale(3)).send("3,50.20 lb\r\n");
    const path = "/?station=Station+2";
    await using reader = await visit(browser, plant.appliance, { role: "operator", path });
    await reader.page.locator(".face-complete .next-button").first().waitFor();
    await fits(reader.page, "complete");
    expect(reader.faults).toEqual([]);
  }, 60_000);

  /** Lists have the names of both kinds. */
  test.each(["en-US", "es-MX"])(
    "run into nothing in the office and on paper: %s",
    async (locale) => {
      await using reader = await visit(browser, plant.appliance, { role: "admin", locale, path: "/jobs" });
      const { page } = reader;
      const open = async (path: string) => {
        await page.setViewportSize(sizes.desk);
        await page.goto(`${await plant.appliance.origin()}${path}`);
        await settled(page);
      };
      for (const { company } of names) await page.getByText(company).first().waitFor();
      for (const path of ["/jobs", "/products", "/bags", "/scales", "/attention"]) {
        await open(path);
        await fits(page, path);
      }
      for (const id of jobs.values()) {
        const path = `/jobs/${id}`;
        await open(path);
        await fits(page, path);
        await page.getByRole("button", { name: /^(Complete|Terminar)$/ }).click();
        await fits(page, "complete");
        await page.keyboard.press("Escape");
        await page.emulateMedia({ media: "print" });
        await page.setViewportSize({ width: 690, height: 990 });
        expect(await collisions(page)).toEqual([]);
        await page.emulateMedia({ media: null });
      }
      expect(reader.faults).toEqual([]);
    },
    120_000,
  );
});
