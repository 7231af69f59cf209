import { describe, expect, test } from "bun:test";
import { axeFindingsInBothThemes, chromiumPath } from "../../../support/browser.ts";
import { untilRecorded } from "../../../support/outside.ts";
import { checking } from "../../../support/scale-checks.ts";
import { office, rowWith, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("check weights on a scale's page", () => {
  const site = office();

  test("an administrator sets them, is told what is wrong, and takes them away again", () =>
    site.look("/scales/2", { role: "admin" }, async (page) => {
      await says(page, "This scale is not checked by weights.");
      await page.getByRole("button", { name: "Set check weights" }).click();
      const dialog = page.getByRole("dialog", { name: "Check weights of scale 2" });
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("A number above 0, such as 0.02.").waitFor();
      await dialog.getByLabel("Division").fill("0,02");
      await dialog.getByLabel("Weight", { exact: true }).fill("50");
      await dialog.getByRole("button", { name: "Add" }).click();
      await dialog.getByLabel("Weight", { exact: true }).nth(1).fill("20");
      await dialog.getByLabel("Unit").nth(2).selectOption("kg");
      await dialog.getByLabel("Name (optional)").nth(1).fill("M1");
      await dialog.getByLabel("How often").selectOption("bags");
      await dialog.getByLabel("Bags between two checks").fill("200");
      await dialog.getByLabel("Calibrated on").fill("2026-03-02");
      await dialog.getByLabel("Next calibration").fill("2025-03-02");
      await dialog.getByLabel("Certificate").fill("https://laboratory.example/4711");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("Later than the calibration.").waitFor();
      expect(await axeFindingsInBothThemes(page)).toEqual([]);
      await dialog.getByLabel("Next calibration").fill("2099-03-02");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      const section = page.getByRole("region", { name: "Check weights" });
      await section.getByText("M1 (20\u00a0kg), 50\u00a0lb").waitFor();
      await section.getByText("Each 200 bags").waitFor();
      await section.getByRole("link", { name: "https://laboratory.example/4711" }).waitFor();
      await page.getByRole("button", { name: "Change" }).click();
      await dialog.getByLabel("Tolerance").selectOption("own");
      await dialog.getByLabel("Load up to").fill("3000");
      await dialog.getByLabel("Error up to").fill("1");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      await section.getByText("Own steps").waitFor();
      await page.getByRole("button", { name: "Change" }).click();
      await dialog.getByRole("button", { name: "No longer check this scale" }).click();
      await says(page, "This scale is not checked by weights.");
    }));

  test("everybody sees how it stands, its checks as they are made, and a chart of its errors", async () => {
    const { appliance } = site.plant;
    await appliance.api("/api/scales/1/checking", { method: "PUT", body: checking });
    const line = await site.plant.scale(1);
    const check = async (shown: string) => {
      const { received } = (await (await appliance.api("/api/ledger")).json()) as { received: number };
      await appliance.api("/api/scales/1/checks", { method: "POST", body: {} });
      await line.send(`1,${shown} lb\r\n`);
      await untilRecorded(appliance, received + 1);
    };
    await check("50.02");
    await site.look("/scales/1", { role: "viewer" }, async (page) => {
      const section = page.getByRole("region", { name: "Check weights" });
      await section.getByText("In order").waitFor();
      await check("49.92");
      await section.getByText("Failed: 50 lb").waitFor();
      expect(await rowWith(page, "49.92\u00a0lb")).toEqual([
        expect.any(String),
        "50\u00a0lb",
        "49.92\u00a0lb",
        "−0.08\u00a0lb",
        "±0.06\u00a0lb",
        "Fail",
        "admin",
      ]);
      const label = "Errors of the last 2 checks with 50 lb; the newest −0.08\u00a0lb, allowed 0.06\u00a0lb.";
      await section.getByRole("img", { name: label }).waitFor();
      expect(await axeFindingsInBothThemes(page)).toEqual([]);
    });
    await site.look("/scales/1", { role: "viewer", locale: "es-MX", size: "phone" }, async (page) => {
      await page.getByText("No pasa: 50 lb").waitFor();
      await rowWith(page, "49.92");
      // Nothing stands beyond the edge.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    });
  });
});
