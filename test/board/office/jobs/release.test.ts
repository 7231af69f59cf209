import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { releaseSchema } from "../../../../src/records/releases/releases.ts";
import { chromiumPath } from "../../../support/browser.ts";
import { answered, listBags } from "../../../support/outside.ts";
import { pairingCode } from "../../../support/pairing.ts";
import { office, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the release of a job", () => {
  const site = office();
  const path = () => `/jobs/${site.plant.past}`;

  test("without a person it is refused; a person signs with their PIN, and a correction makes it outdated", async () => {
    const { appliance, past } = site.plant;
    await site.look(path(), {}, async (page) => {
      await says(page, "Nobody has released this job.");
      await page.getByRole("button", { name: "I approve it" }).click();
      const dialog = page.getByRole("dialog", { name: `Release job ${site.plant.past} as approved?` });
      await dialog.getByText("You sign with your name for the 40 bags that count.").waitFor();
      await dialog.getByRole("button", { name: "I approve it" }).click();
      await dialog.getByText("On the page People give names and PINs").waitFor();
    });
    const station = "/api/stations/Station%201/person";
    await appliance.api(station, { method: "PUT", body: { person_asked: "each_action" } });
    await appliance.api("/api/persons", { method: "POST", body: { name: "Ann", pin: "4711" } });
    const code = await pairingCode(appliance, { name: "office tablet", station: null });
    await site.look("/pair", { role: null }, async (page) => {
      await page.getByLabel("Code").fill(code);
      await page.getByRole("button", { name: "Pair this device" }).click();
      await page.getByRole("navigation").first().waitFor();
      await page.goto(`${await appliance.origin()}${path()}`);
      await page.getByRole("button", { name: "I approve it" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "I approve it" }).click();
      const pad = page.getByRole("dialog", { name: "PIN of Ann" });
      await page.getByRole("dialog", { name: "Who is it?" }).or(pad).first().waitFor();
      if (!(await pad.isVisible())) await page.getByRole("button", { name: "Ann", exact: true }).click();
      for (const digit of "4711") await pad.getByRole("button", { name: digit, exact: true }).click();
      await pad.getByRole("button", { name: "OK" }).click();
      await says(page, "In force: approved.");
      const row = page.getByRole("region", { name: "Release" }).getByRole("row").nth(1);
      expect((await row.textContent())?.startsWith("Annapproved")).toBe(true);
      await page.emulateMedia({ media: "print" });
      expect(await row.isVisible()).toBe(true);
      expect(await page.getByRole("button", { name: "I approve it" }).isVisible()).toBe(false);
    });
    await site.look("/jobs", {}, (page) => says(page, "· approved"));
    const [bag] = (await listBags(appliance)).filter(({ job_id }) => job_id === past);
    await appliance.api(`/api/bags/${bag?.id}/void`, { method: "POST", body: { code: "torn" } });
    await site.look(path(), { locale: "es-MX" }, async (page) => {
      await says(page, "Se cambió después de liberarlo: necesita una nueva liberación.");
      await says(page, "cambiado después");
    });
    const list = z.object({ items: z.array(releaseSchema) });
    expect(await answered(appliance.api(`/api/jobs/${past}/releases`), list)).toMatchObject({
      items: [{ person: "Ann", actor: "Ann (office tablet)", in_force: false, bags: 40 }],
    });
  });
});
