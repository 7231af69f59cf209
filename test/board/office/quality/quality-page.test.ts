import { describe, expect, test } from "bun:test";
import { axeFindings, chromiumPath } from "../../../support/browser.ts";
import { office, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the page Quality", () => {
  const site = office();

  test("charts a job, says its capability and its label's limits, and shows its work", () =>
    site.look(
      `/quality?job=${site.plant.running}&chart=i_mr&rule=eu&quantity=50`,
      { role: "viewer" },
      async (page) => {
        await page.getByRole("heading", { name: "Moving ranges", exact: true }).waitFor();
        await page.getByRole("img", { name: /Single bags and moving ranges \(I–MR\): \d+ points/ }).waitFor();
        await page.getByText("Cpk", { exact: true }).waitFor();
        await says(page, "T2: none below it");
        await page.getByText("Show your work").first().click();
        await says(page, "σ within = MR̄ / 1.128");
        expect(await axeFindings(page)).toEqual([]);
        await page.getByLabel("Chart").selectOption("cusum");
        await page.getByRole("img", { name: /Cumulative sums \(CUSUM\)/ }).waitFor();
        expect(new URL(page.url()).searchParams.get("chart")).toBe("cusum");
        await page.locator("select[name=job]").selectOption("");
        await page.locator("select[name=station]").selectOption("Station 1");
        await page.getByRole("heading", { name: "Scale against scale" }).waitFor();
        await page.getByRole("heading", { name: "Cumulative sums (CUSUM)" }).waitFor();
        expect(await axeFindings(page)).toEqual([]);
      },
    ));

  test("an operator freezes limits by name, and a chart is drawn with them", () =>
    site.look(`/quality?job=${site.plant.running}&size=2`, { role: "operator" }, async (page) => {
      await page.getByRole("button", { name: "Freeze these limits" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name of the reference period").fill("Phase I");
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Freeze these limits" }).click();
      await says(page, /Limits of “Phase I”, frozen by operator/);
      expect(new URL(page.url()).searchParams.get("reference")).toBe("1");
      expect(await page.getByRole("button", { name: "Freeze these limits" }).count()).toBe(0);
    }));

  test("where there is no bag it says so", () =>
    site.look("/quality?station=Nowhere", { role: "viewer", locale: "es-MX" }, (page) =>
      says(page, "No hay bolsas que revisar"),
    ));
});
