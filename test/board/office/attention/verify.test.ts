import { describe, expect, test } from "bun:test";
import { pastTriggers } from "../../../records/chain/chained.ts";
import { chromiumPath } from "../../../support/browser.ts";
import { office, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the verification of the records", () => {
  const site = office();

  test("says that all is as it was, and compares with what was printed", () =>
    site.look("/attention", { role: "admin" }, async (page) => {
      const records = page.getByRole("region", { name: "Records" });
      await records.getByRole("button", { name: "Verify" }).click();
      await records.getByText(/^All \d+ records are what they were\.$/).waitFor();
      const head = (await records.locator("code").textContent()) ?? "";
      expect(head).toMatch(/^\d+:[0-9a-f]{64}$/);
      await records.getByLabel("Compare with").fill(head.slice(0, 30));
      await records.getByRole("button", { name: "Verify" }).click();
      await records.getByText("What was printed is still there.").waitFor();
      await records.getByLabel("Compare with").fill(`9999${head.slice(head.indexOf(":"))}`);
      await records.getByRole("button", { name: "Verify" }).click();
      await records.getByText("The records end before number 9,999, which was there").waitFor();
    }));

  test("asks for what was printed as it was printed", () =>
    site.look("/attention", { role: "admin" }, async (page) => {
      const records = page.getByRole("region", { name: "Records" });
      await records.getByLabel("Compare with").fill("12");
      await records.getByRole("button", { name: "Verify" }).click();
      await records.getByText("A number, a colon and at least 16 digits").first().waitFor();
    }));

  test("names what was changed, when and by whom, in both languages", async () => {
    const { sql } = site.plant;
    const [event] = await sql<{ actor: string }[]>`select actor from audit_event where id = 1`;
    const say = (actor: string) =>
      pastTriggers(sql, (tx) => tx`update audit_event set actor = ${actor} where id = 1`);
    await say("Bob");
    await site.look("/attention", { role: "admin" }, async (page) => {
      await page.getByRole("button", { name: "Verify" }).click();
      await says(page, "1 record is not what it was.");
      await says(
        page,
        /^First: event 1 was changed\. Recorded on .*, number \d+\. It now says: .*, Bob, started a job \(job \d+\)\.$/,
      );
    });
    await site.look("/attention", { role: "admin", locale: "es-MX" }, async (page) => {
      await page.getByRole("button", { name: "Comprobar" }).click();
      await says(page, "1 registro no está como estaba.");
      await says(
        page,
        /^Primero: suceso 1: se cambió\. Registrado el .*, Bob, inició un trabajo \(trabajo \d+\)\.$/,
      );
    });
    await say(event?.actor ?? "");
  });

  test("is not offered to an operator", () =>
    site.look("/attention", {}, async (page) => {
      await says(page, "Every print is accounted for.");
      expect(await page.getByRole("button", { name: "Verify" }).count()).toBe(0);
    }));
});
