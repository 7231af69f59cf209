import { describe, expect, test } from "bun:test";
import { axeFindings, chromiumPath } from "../../../support/browser.ts";
import { until } from "../../../support/until.ts";
import { office, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the page Quality", () => {
  const site = office();

  /** The running job is one of the product EPS 15. */
  async function haveProduct(): Promise<void> {
    const { sql, running } = site.plant;
    await sql`
      insert into product (plant_id, name, target_weight, tolerance_percent)
      select 1, 'EPS 15', 50, 10 where not exists (select from product)`;
    await sql`update prepuff_job set product_id = (select id from product) where id = ${running}`;
  }

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
      expect(new URL(page.url()).searchParams.get("reference")).toMatch(/^\d+$/);
      expect(await page.getByRole("button", { name: "Freeze these limits" }).count()).toBe(0);
    }));

  test("the density of a product's bags is charted in its own unit, and without a volume it says what to do", async () => {
    const { sql, running } = site.plant;
    await haveProduct();
    await site.look("/quality", { role: "viewer" }, async (page) => {
      await page.locator("select[name=product]").selectOption({ label: "EPS 15" });
      await page.locator("select[name=of]").selectOption("kg/m3");
      await says(page, "None of these bags has a density");
      await sql`update prepuff_job set bag_volume = 48 where id = ${running}`;
      await page.locator("select[name=of]").selectOption("lb/ft3");
      await page.getByText("As a table").click();
      await says(page, /^1\.0\d{3}\slb\/ft³$/);
      expect(await axeFindings(page)).toEqual([]);
    });
  });

  test("frozen limits are put in force for the running jobs of a product, and taken back", async () => {
    const { sql, running } = site.plant;
    await haveProduct();
    const scope = { job: running, product: null, station: null, scale: null, from: null, to: null };
    const [reference] = await sql<{ id: number }[]>`
      insert into quality_reference (
        plant_id, name, scope, chart, subgroup_size, center, sigma, bags, points, first_at, last_at, frozen_by, frozen_at
      )
      values (1, 'Phase II', ${sql.json(scope)}, 'xbar_r', 2, 50, 0.5, 100, 50, now(), now(), 'operator', now())
      returning id`;
    const id = reference?.id ?? 0;
    await site.look(`/quality?job=${running}&size=2&reference=${id}`, { role: "operator" }, async (page) => {
      await page
        .getByRole("button", { name: "Compare running jobs of this product with these limits" })
        .click();
      await says(page, "Running jobs of this product are compared with these limits.");
      const inForce = () => sql<{ id: number | null }[]>`select live_reference as id from product_quality`;
      expect([...(await inForce())]).toEqual([{ id }]);
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole("button", { name: "No longer" }).click();
      await page.getByRole("button", { name: /^Compare running jobs/ }).waitFor();
      expect([...(await inForce())]).toEqual([{ id: null }]);
    });
  });

  test("open signals are listed, acknowledged with cause and action, and stay in the list of earlier ones", async () => {
    const { plant } = site;
    const line = await plant.scale(1);
    await line.send(Array.from({ length: 9 }, (_, index) => `1,47.${20 + index} lb\r\n`).join(""));
    await until("there is a signal", async () => {
      const found =
        await plant.sql`select from quality_signal where rule = 'nelson2' and side = 'below' and goes_on`;
      return found.length === 1;
    });
    await site.look("/quality", { role: "operator" }, async (page) => {
      const sentence = "bags from scale 1 are all lighter than target: check scale 1 and its filler";
      const row = page.getByRole("row").filter({ hasText: sentence });
      await row.first().waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await row
        .first()
        .getByRole("button", { name: /^Acknowledge/ })
        .click();
      const dialog = page.getByRole("dialog", { name: "Acknowledge this signal" });
      await dialog.getByRole("button", { name: "Other material or density" }).click();
      await dialog.getByRole("button", { name: "Supervisor told" }).click();
      await dialog.getByLabel("Your name").fill("Ann");
      await dialog.getByRole("button", { name: "Acknowledge" }).click();
      await dialog.waitFor({ state: "detached" });
      await page.getByText("Acknowledged and withdrawn ones").click();
      await says(page, /Ann, .*: Other material or density; Supervisor told/);
      expect(await axeFindings(page)).toEqual([]);
    });
  });

  test("one scale and a span of time are chosen, and stay in the address", () =>
    site.look(`/quality?job=${site.plant.running}&chart=i_mr`, { role: "viewer" }, async (page) => {
      await page.getByRole("img", { name: /Single bags/ }).waitFor();
      await page.getByLabel("Scale", { exact: true }).fill("2");
      await page.getByLabel("Scale", { exact: true }).press("Enter");
      await page.getByLabel("From").fill("2020-01-01T00:00");
      await page.waitForURL(/from=/);
      const { searchParams } = new URL(page.url());
      expect(searchParams.get("scale")).toBe("2");
      expect(searchParams.get("from")).toMatch(/^20(19-12-31|20-01-01)T\d\d:\d\d:00.000Z$/);
      await page.getByLabel("Before").fill("2020-02-01T00:00");
      await says(page, "No bags here");
      expect(await axeFindings(page)).toEqual([]);
    }));

  test("where there is no bag it says so", () =>
    site.look("/quality?station=Nowhere", { role: "viewer", locale: "es-MX" }, (page) =>
      says(page, "No hay bolsas que revisar"),
    ));
});
