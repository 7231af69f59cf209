import { afterAll, beforeAll, expect } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, type VisitOptions, visit } from "../../support/browser.ts";
import { type Plant, startPlant } from "./plant.ts";

/** One plant and one browser for the tests of a file. */
export function office(env: Readonly<Record<string, string>> = {}) {
  let plant: Plant | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    [plant, browser] = await Promise.all([startPlant(env), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await plant?.[Symbol.asyncDispose]();
  });

  return {
    get plant(): Plant {
      if (plant === undefined) throw new Error("the plant has not started");
      return plant;
    },
    /** Lets a reader (an operator, unless told otherwise) look at a page; it must not complain about anything. */
    async look(path: string, options: VisitOptions, act: (page: Page) => Promise<void>): Promise<void> {
      if (browser === undefined) throw new Error("the browser has not started");
      await using visited = await visit(browser, this.plant.appliance, {
        role: "operator",
        ...options,
        path,
      });
      await act(visited.page);
      expect(visited.faults).toEqual([]);
    },
  };
}

/** Waits until the page says a text. */
export function says(page: Page, text: string | RegExp): Promise<void> {
  return page.getByText(text).first().waitFor();
}

/** The cells of a row that has a text, without actions. */
export async function rowWith(page: Page, text: string): Promise<string[]> {
  const row = page.getByRole("row").filter({ hasText: text }).first();
  await row.waitFor();
  return row.getByRole("cell").allInnerTexts();
}
