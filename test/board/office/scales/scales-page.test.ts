import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { axeFindings, chromiumPath } from "../../../support/browser.ts";
import { freePort } from "../../../support/free-port.ts";
import { answered, startJob } from "../../../support/outside.ts";
import { connectScale } from "../../../support/scale-line.ts";
import { until } from "../../../support/until.ts";
import { office, rowWith, says } from "../office.ts";

// What counts everything needs a plant to which no other test adds.
describe.skipIf(chromiumPath === null)("the page of scales of a plant as it stands", () => {
  const site = office();

  test("says of each scale whether it is connected, its last reading, its rate and its rejects", () =>
    site.look("/scales", { role: "viewer" }, async (page) => {
      await says(page, "4 of 4 connected");
      // The rates are asked for beside the scales.
      await until("its rate is there", async () => (await rowWith(page, "50.59")).includes("40"));
      const row = await rowWith(page, "50.59");
      expect(row).toContain("Station 1");
      expect(row).toContain("127.0.0.1");
      expect(row).toContain("3 (7.0%)");
    }));
});

describe.skipIf(chromiumPath === null)("the page of scales", () => {
  const site = office({ PREPUFF_SILENT_AFTER_S: "2" });

  test("follows a scale: a reading, a silence while a job runs, the end of its connection", async () => {
    const { appliance } = site.plant;
    using line = await connectScale(appliance.scalePort);
    await line.send("31,50.11 lb\r\n");
    const toStation6 = { method: "PATCH", body: { station: "Station 6" } };
    await until("the scale is known", async () => (await appliance.api("/api/scales/31", toStation6)).ok);
    await site.look("/scales", { role: "viewer" }, async (page) => {
      const row = page.getByRole("row").filter({ hasText: "Station 6" });
      await row.getByText("50.11").waitFor();
      await line.send("31,50.22 lb\r\n");
      await row.getByText("50.22").waitFor();
      await startJob(appliance, { station: "Station 6" });
      const scales = z.object({ items: z.array(z.object({ id: z.int(), silent: z.boolean() })) });
      await until("the scale is silent", async () => {
        const { items } = await answered(appliance.api("/api/scales"), scales);
        return items.some(({ id, silent }) => id === 31 && silent);
      });
      await page.reload();
      await row.getByText("Silent").waitFor();
      await line.send("31,50.33 lb\r\n");
      await row.getByText("Connected").waitFor();
      line.reset();
      await row.getByText("Not connected").waitFor();
    });
  });

  test("a scale has a page of its own: its state, what is wrong with it, how it weighs, its bags", () =>
    site.look("/scales", { role: "admin" }, async (page) => {
      await page.getByRole("table").getByRole("link", { name: /^1\b/ }).click();
      await page.getByRole("heading", { level: 1, name: "Scale 1" }).waitFor();
      await says(page, "Mean to target, this scale");
      await page.locator(".table-bags tbody tr").first().waitFor();
      await page.getByRole("region", { name: "Raw prints" }).locator(".empty").waitFor();
      const line = await site.plant.scale(1);
      await line.send("1,51.77 lb\r\n");
      await page.locator(".lines").getByText("1,51.77 lb").waitFor();
      await page.locator(".table-bags").getByText("51.77").waitFor();
      await page.locator(".scale-facts").getByText("51.77").waitFor();
      await page.goto(new URL("/scales/4711", page.url()).href);
      await says(page, "There is no such page");
    }));

  test("a scale that appeared by itself is adopted with one click", () =>
    site.look("/scales", { role: "admin" }, async (page) => {
      const news = page.getByRole("region", { name: /new scales?/ });
      await news.getByText("51.25").waitFor();
      await news.getByRole("button", { name: "Adopt: Scale 9" }).click();
      await news.getByText("51.25").waitFor({ state: "detached" });
      await page.getByRole("cell", { name: "9 Scale 9" }).waitFor();
    }));

  test("a scale that is no longer used is removed", async () => {
    const { appliance } = site.plant;
    using line = await connectScale(appliance.scalePort);
    await line.send("77,52.75 lb\r\n");
    await site.look("/scales", { role: "admin" }, async (page) => {
      await page.getByText("52.75").first().waitFor();
      const remove = page.getByRole("button", { name: "Remove: Scale 77", exact: true });
      await remove.click();
      const dialog = page.getByRole("dialog", { name: "Remove scale 77?" });
      await dialog.getByRole("button", { name: "Remove" }).click();
      await remove.waitFor({ state: "detached" });
      expect(await page.getByText("52.75").count()).toBe(0);
    });
    expect((await appliance.api("/api/scales/77", { method: "DELETE" })).status).toBe(404);
  });

  test("an administrator names a scale, moves it, lets it stand in for another, and switches it off", () =>
    site.look("/scales", { role: "admin" }, async (page) => {
      await page.getByRole("button", { name: "Edit: Scale 3", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Scale 3" });
      await dialog.getByLabel("Name").fill("Filler at the silo");
      await dialog.getByLabel("Station").fill("Station 4");
      await dialog.getByLabel("Counts as scale").fill("three");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("A scale number, 1 or higher.").waitFor();
      await dialog.getByLabel("Counts as scale").fill("2");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      const row = await rowWith(page, "Filler at the silo");
      // A stand-in stands where the scale stands that it counts as.
      expect(row).toContain("Station 1");
      expect(row[0]).toContain("Counts as scale 2");
      await page.getByRole("button", { name: "Edit: Scale 3", exact: true }).click();
      await dialog.getByLabel("Counts as scale").fill("");
      await dialog.getByLabel("Accept its bags").uncheck();
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("row").filter({ hasText: "Filler at the silo" }).getByText("Disabled").waitFor();
      await page.getByText("Counts as scale 2").waitFor({ state: "detached" });
    }));

  test("what the appliance refuses is said in the form, and what was typed stays", () =>
    site.look("/scales", { role: "admin" }, async (page) => {
      await site.plant.appliance.api("/api/scales/2", { method: "PATCH", body: { alias_of: 1 } });
      await page.getByRole("button", { name: "Edit: Scale 1", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Scale 1" });
      await dialog.getByLabel("Name").fill("Front filler");
      await dialog.getByLabel("Counts as scale").fill("2");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByRole("alert").first().waitFor();
      expect(await dialog.getByLabel("Name").inputValue()).toBe("Front filler");
      await site.plant.appliance.api("/api/scales/2", { method: "PATCH", body: { alias_of: null } });
    }));

  test("raw prints of a scale come as they are sent, with what became of each", () =>
    site.look("/scales", { role: "admin" }, async (page) => {
      await page.getByRole("link", { name: "Raw prints: Scale 1", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Raw prints of scale 1" });
      await dialog.getByText("Nothing received yet.").waitFor();
      const line = await site.plant.scale(1);
      await line.send("1,45.30 kg\r\n1,50.00 stone\r\nGROSS\x07 12\r\n");
      await dialog.getByText("Bag of 45.30\u00a0kg, scale 1").waitFor();
      expect(await rowWith(page, "1,50.00 stone")).toContain("✕ Unit not understood");
      expect(await rowWith(page, "GROSS\\x07 12")).toContain("✕ Not understood");
      await dialog.getByText("3 prints").waitFor();
      const capture = dialog.getByRole("link", { name: "Record 1 minute" });
      expect(await capture.getAttribute("href")).toBe("/api/captures?seconds=60&address=127.0.0.1");
      await dialog.getByRole("button", { name: "Pause" }).click();
      await line.send("1,50.44 lb\r\n");
      await page.getByRole("row").filter({ hasText: "50.44" }).waitFor({ state: "attached" });
      await dialog.getByText("3 prints").waitFor();
      await dialog.getByRole("button", { name: "Clear" }).click();
      await dialog.getByText("Nothing received yet.").waitFor();
      await page.keyboard.press("Escape");
      expect(new URL(page.url()).search).toBe("");
    }));

  test("an indicator that has not said which scale it is can be looked at, set up as a source, and disconnected", async () => {
    using line = await connectScale(site.plant.appliance.scalePort);
    await line.send("G   45.20 lb\r\n");
    await site.look("/scales", { role: "admin" }, async (page) => {
      const mute = page.getByRole("region", { name: "Connections without a scale" });
      await mute.getByRole("link", { name: /^Raw prints/ }).click();
      const dialog = page.getByRole("dialog", { name: /Raw prints of connection/ });
      await dialog.getByText("Nothing received yet.").waitFor();
      // It has seen the print that came before anybody looked.
      const seen = dialog.getByRole("region", { name: "What this connection sends looks like" });
      await seen.getByText("45.20 lb, Gross").first().waitFor();
      expect(await seen.locator("b").first().textContent()).toStartWith("Avery Weigh-Tronix");
      await line.send("G   45.40 lb\r\n");
      await dialog.getByRole("cell", { name: "Not understood" }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await seen
        .getByRole("button", { name: /^Set up as a source: Avery/ })
        .first()
        .click();
      const source = page.getByRole("dialog", { name: "Add a source" });
      expect(await source.getByLabel("Its addresses").inputValue()).toBe("127.0.0.1");
      expect(await source.getByLabel("Dialect").inputValue()).toBe("awtx");
      expect(new URL(page.url()).search).toBe("");
      await page.keyboard.press("Escape");
      await mute.getByRole("button", { name: /^Disconnect/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
      await mute.waitFor({ state: "detached" });
    });
    await until("its line is closed", () => !line.isOpen);
  });

  test("an administrator adds a source, is told what is wrong, sees it weigh, changes and removes it", async () => {
    const port = freePort();
    await site.look("/scales", { role: "admin" }, async (page) => {
      const sources = page.getByRole("region", { name: "Sources" });
      await sources
        .getByRole("row")
        .filter({ hasText: "Default source" })
        .getByText(/connections?$/)
        .waitFor();
      await sources.getByRole("button", { name: "Add a source" }).click();
      const dialog = page.getByRole("dialog", { name: "Add a source" });
      await dialog.getByLabel("Name").fill("Mill / 2");
      await dialog.getByLabel("Connection", { exact: true }).selectOption("port");
      await dialog.getByLabel("Port", { exact: true }).fill("70000");
      await dialog.getByLabel("Dialect").selectOption("sma");
      expect(await dialog.getByLabel("Unit").count()).toBe(0);
      await dialog.getByLabel("Mode").selectOption("stream");
      await dialog.getByLabel("Division").fill("0.02");
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByLabel("Mode").selectOption("print");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("A port from 1 to 65535 that nothing else here uses.").waitFor();
      await dialog.getByText(/^Not saved. Check: Port/).waitFor();
      await dialog.getByLabel("Port", { exact: true }).fill(String(port));
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog
        .getByText("A scale number, 1 or higher, that no other source has. Its prints carry none.")
        .waitFor();
      await dialog.getByLabel("Scale", { exact: true }).fill("41");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      const row = sources.getByRole("row").filter({ hasText: "Mill / 2" });
      await row.getByText(`Port ${port}`).waitFor();
      using line = await connectScale(port);
      await line.send("\n 1G      54.321lb \r");
      await row.getByText("1 connection").waitFor();
      await page.getByRole("row").filter({ hasText: "54.32" }).first().waitFor();
      await row.getByRole("button", { name: "Edit: Mill / 2" }).click();
      const changing = page.getByRole("dialog", { name: "Source Mill / 2" });
      expect(await changing.getByLabel("Scale", { exact: true }).inputValue()).toBe("41");
      await changing.getByLabel("Station").fill("Mill");
      await changing.getByLabel("In use").uncheck();
      await changing.getByRole("button", { name: "Save" }).click();
      await row.getByText("Switched off").waitFor();
      await until("its line is closed", () => !line.isOpen);
      await row.getByRole("button", { name: "Remove: Mill / 2" }).click();
      await page
        .getByRole("dialog", { name: "Remove source Mill / 2?" })
        .getByRole("button", { name: "Remove" })
        .click();
      await row.waitFor({ state: "detached" });
    });
  });

  test("a format is pasted, and the last prints show beside it how they would be read, as one types", async () => {
    const { appliance } = site.plant;
    using line = await connectScale(appliance.scalePort);
    await line.send("WT 71.25 lb;\r\nWT 71.50 lb;\r\n");
    await site.look("/scales", { role: "admin" }, async (page) => {
      await page.getByRole("button", { name: "Add a source" }).click();
      const dialog = page.getByRole("dialog", { name: "Add a source" });
      await dialog.getByLabel("Dialect").selectOption("format");
      const format = dialog.getByLabel("Format string of the indicator");
      await format.fill("WT {T.GWX.1} {T.UNIT.1};#CR#LF");
      await dialog.getByText("Not understood: {T.GWX.1}, at character 4").waitFor();
      expect(await dialog.locator("mark").textContent()).toBe("{T.GWX.1}");
      expect(await axeFindings(page)).toEqual([]);
      await format.fill("WX {T.GWT.1} {T.UNIT.1};#CR#LF");
      const print = dialog.getByRole("row").filter({ hasText: "WT 71.50 lb;" });
      await print.getByText("Differs from the format at character 2").waitFor();
      expect(await print.locator("mark").textContent()).toBe("T 71.50 lb;");
      await format.fill("WT {T.GWT.1} {T.UNIT.1};#CR#LF");
      await print.getByText("71.50 lb, Gross").waitFor();
      // What comes meanwhile is there too.
      await line.send("WT 71.75 lb;\r\n");
      await dialog.getByText("71.75 lb, Gross").waitFor();
      await dialog.getByLabel("Dialect").selectOption("sma");
      await print.getByText("Gross").waitFor({ state: "detached" });
      expect(await axeFindings(page)).toEqual([]);
    });
  });

  test("a format is proposed where no dialect fits, and opens the dialog of a source", async () => {
    using line = await connectScale(site.plant.appliance.scalePort);
    await line.send("Last: 45.20 kg;\r\nLast: 45.40 kg;\r\n");
    await site.look("/scales", { role: "admin" }, async (page) => {
      const mute = page.getByRole("region", { name: "Connections without a scale" });
      await mute.getByRole("link", { name: /^Raw prints/ }).click();
      const seen = page.getByRole("region", { name: "What this connection sends looks like" });
      await seen.getByText("45.40 kg").last().waitFor();
      expect(await axeFindings(page)).toEqual([]);
      const format = "Last: {T.ACT.1} {T.UNIT.1};#CR#LF";
      await seen.getByRole("button", { name: `Set up as a source: ${format}` }).click();
      const source = page.getByRole("dialog", { name: "Add a source" });
      expect(await source.getByLabel("Format string of the indicator").inputValue()).toBe(format);
      await source.getByRole("cell", { name: "45.40 kg", exact: true }).waitFor();
    });
  });

  test("an operator sees the scales, and no more", () =>
    site.look("/scales?lines=1", {}, async (page) => {
      await says(page, /connected/);
      await says(page, "Default source");
      for (const name of [/^Edit/, /^Adopt/, /^Disconnect/, /^Add/, /^Remove/]) {
        expect(await page.getByRole("button", { name }).count()).toBe(0);
      }
      expect(await page.getByRole("dialog").count()).toBe(0);
    }));
});
