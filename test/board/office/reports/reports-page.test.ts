import { describe, expect, test } from "bun:test";
import type { Page, Route } from "playwright-core";
import type { Report } from "../../../../src/records/reports/report.ts";
import { axeFindings, axeFindingsInBothThemes, chromiumPath } from "../../../support/browser.ts";
import { office, rowWith, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the page Reports", () => {
  const site = office();

  /** From 00:00 on, so that all bags of today are of the shift that runs. */
  const calendar = {
    time_zone: "America/Chicago",
    day_starts: "00:00",
    week_starts: 1,
    standstill_minutes: 10,
    currency: "USD",
    shifts: [{ name: "Whole day", starts: "00:00", ends: "00:00", days: [1, 2, 3, 4, 5, 6, 7] }],
  };
  const setShifts = (changes: Partial<typeof calendar> = {}) =>
    site.plant.appliance.api("/api/shifts", {
      method: "PUT",
      body: { ...calendar, ...changes },
    });

  test("without shifts shows the day, and an admin sets the shifts there", async () => {
    await setShifts({ shifts: [] });
    await site.look("/reports", { role: "admin" }, async (page) => {
      await page.locator(".headline-value").first().waitFor();
      expect(await page.getByLabel("Report of").inputValue()).toBe("day");
      await page.getByLabel("Report of").selectOption("shift");
      await says(page, "This plant has no shifts yet.");
      await page.getByRole("button", { name: "Shifts and time zone" }).click();
      await page.getByLabel("Time zone of the plant").fill("America/Nowhere");
      await page.getByRole("button", { name: "Add a shift" }).click();
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole("button", { name: "Save" }).click();
      await says(page, "A time zone such as America/Chicago.");
      await says(page, "Each shift needs a name of its own.");
      await page.getByLabel("Time zone of the plant").fill("America/Chicago");
      await page.getByLabel("Name, shift 1").fill("Early");
      await page.getByLabel("Ends, shift 1").fill("14:30");
      await page.getByLabel("Saturday, shift 1").check();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(await page.locator("select[name=shift]").inputValue()).toBe("Early");
    });
  });

  test("shows share in tolerance and giveaway large, and every bag of the shift once", async () => {
    await setShifts();
    await site.look("/reports", { role: "viewer" }, async (page) => {
      await page.locator(".headline-value").first().waitFor();
      expect(await page.getByLabel("Report of").inputValue()).toBe("shift");
      const bags = await figure(page, "Bags");
      const [row] = await site.plant.sql<{ bags: number }[]>`
        select count(*)::integer as bags from filler_bag
        where weighed_at >= date_trunc('day', now(), 'America/Chicago') and voided_at is null`;
      expect(Number(bags)).toBe(row?.bags ?? 0);
      expect(await rowWith(page, "Station 1")).toContain("111");
      await page.getByLabel("Divided by").selectOption("company");
      await page.getByRole("cell", { name: "Acme Foam Works" }).first().waitFor();
      expect(new URL(page.url()).searchParams.get("group")).toBe("company");
      await page.getByText("As a table").click();
      expect(await axeFindingsInBothThemes(page)).toEqual([]);
      await page.getByRole("button", { name: "◀ Before" }).click();
      await page.getByRole("cell", { name: "Nordic Packaging AB" }).first().waitFor();
    });
  });

  test("an admin says who gets which report by mail, and ends it", () =>
    site.look("/reports?period=day", { role: "admin" }, async (page) => {
      await page.getByRole("button", { name: "By mail" }).click();
      const dialog = page.getByRole("dialog", { name: "By mail" });
      await dialog.getByText("No mail server is configured yet").waitFor();
      await dialog.getByLabel("Report of").selectOption("week");
      await dialog.getByLabel("To", { exact: true }).fill("manager@plant.example, nobody");
      await dialog.getByRole("button", { name: "Add" }).click();
      await dialog.getByText("One to 20 mail addresses").waitFor();
      await dialog.getByLabel("To", { exact: true }).fill("manager@plant.example, owner@plant.example");
      await dialog.getByRole("button", { name: "Add" }).click();
      await dialog.getByText("manager@plant.example, owner@plant.example").waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByRole("button", { name: /^Remove: Week/ }).click();
      await dialog.getByText("Nobody gets a report by mail yet.").waitFor();
    }));

  test("is one page on paper, A4 and Letter, however many rows it has", async () => {
    await setShifts();
    const crowd = async (route: Route) => {
      const answer = await route.fetch();
      const report: Report = await answer.json();
      const [group] = report.groups;
      const reason = { code: null, reason: "spilled, so that nobody could fill it up again", bags: 3 };
      const still = {
        station: "Station 1",
        job_id: 1,
        company: "A company with a long name",
        from: report.from,
        to: report.to,
        seconds: 4_000,
      };
      await route.fulfill({
        json: {
          ...report,
          groups: Array.from({ length: 40 }, (_, index) => ({
            ...group,
            name: `Company ${index} with a long name`,
            giveaway_money: "1234.56",
          })),
          void_reasons: Array.from({ length: 20 }, () => reason),
          longest_standstills: Array.from({ length: 10 }, () => still),
        },
      });
    };
    for (const locale of ["en-US", "es-MX"]) {
      await site.look("/reports?period=month&group=company", { role: "viewer", locale }, async (page) => {
        await page.route("**/api/reports?*", crowd);
        await page.reload();
        await page.locator(".headline-value").first().waitFor();
        for (const format of ["A4", "Letter"]) {
          expect([locale, format, await pagesOf(page, format)]).toEqual([locale, format, 1]);
        }
      });
    }
  });
});

/** The value of one of the facts. */
function figure(page: Page, name: string): Promise<string | null> {
  const fact = page.locator(".fact").filter({ has: page.locator(`dt:text-is("${name}")`) });
  return fact.locator(".fact-value").textContent();
}

async function pagesOf(page: Page, format: string): Promise<number> {
  const pdf = (await page.pdf({ format, preferCSSPageSize: false })).toString("latin1");
  return pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}
