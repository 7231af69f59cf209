import { describe, expect, test } from "bun:test";
import { axeFindings, chromiumPath } from "../../../support/browser.ts";
import { office, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("what quality looks at in a product", () => {
  const site = office();

  test("an operator sets label, limits and rules, is told the false alarms, and what is wrong", async () => {
    const { sql } = site.plant;
    await sql`insert into product (plant_id, name, target_weight, tolerance_percent) values (1, 'EPS 15', 50, 10)`;
    await site.look("/products", { role: "operator" }, async (page) => {
      await page.getByRole("button", { name: "Quality: EPS 15" }).click();
      const dialog = page.getByRole("dialog", { name: "Quality of EPS 15" });
      await dialog.getByText("A process in control gives about 4.7 false alarms in 1,000 points.").waitFor();
      await dialog.getByLabel("Label", { exact: true }).selectOption("us");
      await dialog.getByLabel("Own lower limit").fill("51");
      await dialog.getByLabel("Own upper limit").fill("49");
      await dialog.getByRole("button", { name: "Save" }).click();
      await says(page, "It must be above the limit before it.");
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByLabel("Quantity on the label").fill("50");
      await dialog.getByLabel(/Maximum allowable variation/).fill("0.78");
      await dialog.getByLabel("Own upper limit").fill("52,5");
      await dialog.getByLabel(/8 points in a row on one side \(we4\)/).check();
      await says(page, "A process in control gives about 8.6 false alarms in 1,000 points.");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
    });
    const [row] = await sql`
      select label_rule, label_quantity, mav, lower, upper, upper2, unit, chart_rules from product_quality`;
    expect(row).toEqual({
      label_rule: "us",
      label_quantity: "50.0000",
      mav: "0.7800",
      lower: "51.0000",
      upper: "52.5000",
      upper2: null,
      unit: "lb",
      chart_rules: ["we4", "nelson1", "nelson2"],
    });
  });
});
