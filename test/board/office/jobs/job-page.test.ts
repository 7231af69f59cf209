import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { jobStatisticsSchema } from "../../../../src/records/jobs/job-statistics.ts";
import { answerFigures, chromiumPath } from "../../../support/browser.ts";
import { answered, getJob, startJob } from "../../../support/outside.ts";
import { until } from "../../../support/until.ts";
import { office, rowWith, says } from "../office.ts";

describe.skipIf(chromiumPath === null)("the page of one job", () => {
  const site = office();
  const figures = (id: number) =>
    answered(site.plant.appliance.api(`/api/jobs/${id}/statistics`), jobStatisticsSchema);

  test("says its figures, its distribution, and each scale and hour", () =>
    site.look(`/jobs/${site.plant.past}`, { role: "viewer" }, async (page) => {
      await page.getByRole("heading", { level: 2, name: "Nordic Packaging AB" }).waitFor();
      const { mean, minimum, maximum, giveaway, standard_deviation, by_hour } = await figures(
        site.plant.past,
      );
      const facts = await page.locator("dl.facts").textContent();
      const pounds = (value: string | null) => `${Number(value).toFixed(2)}\u00a0lb`;
      for (const value of [mean, minimum, maximum, standard_deviation])
        expect(facts).toContain(pounds(value));
      expect(facts).toContain(pounds(giveaway).replace("-", "\u2212"));
      expect(facts).toContain("40 / 40");
      const picture = page.getByRole("img", {
        name: `40 bags from ${pounds(minimum)} to ${pounds(maximum)}`,
      });
      expect(await picture.locator(".column").count()).toBeGreaterThan(5);
      expect(await picture.textContent()).toContain("Upper limit 55.00\u00a0lb");
      const byHour = page.getByRole("region", { name: "By hour" }).getByRole("row");
      expect(await byHour.count()).toBe(by_hour.length + 1);
      await page.getByText("As a table").click();
      expect(await page.getByRole("table").first().textContent()).toContain("50.00 – 50.50");
    }));

  test("follows the bags of a running job, and what it says of the finish is honest", () =>
    site.look(`/jobs/${site.plant.running}`, {}, async (page) => {
      await says(page, "111 of 200 bags");
      await says(page, "Finish, at this pace");
      const line = await site.plant.scale(2);
      await line.send("2,61.30 lb\r\n");
      await says(page, "112 of 200 bags");
      await page.locator("dl.facts").getByText("61.30").waitFor();
      expect(await rowWith(page, "61.30")).toContain("Too heavy");
    }));

  test("asks again for figures that are behind the job's bags", async () => {
    const { appliance } = site.plant;
    const { id } = await startJob(appliance, { station: "Station 2", quantity: 100 });
    const line = await site.plant.scale(3);
    await site.look(`/jobs/${id}`, {}, async (page) => {
      await says(page, "0 of 100 bags");
      await answerFigures(page, await figures(id), 2);
      await line.send("3,51.70 lb\r\n");
      await page.locator("dl.facts").getByText("51.70").first().waitFor();
    });
  });

  test("pounds or kilograms, in the reader's own way of writing numbers", () =>
    site.look(`/jobs/${site.plant.past}`, { locale: "es-ES" }, async (page) => {
      await page.getByRole("button", { name: "Pantalla" }).click();
      await page.getByLabel("Pesos en").selectOption("kg");
      await page.keyboard.press("Escape");
      const { mean } = await figures(site.plant.past);
      const kilograms = (Number(mean) * 0.45359237).toFixed(2).replace(".", ",");
      expect(await page.locator("dl.facts").textContent()).toContain(`${kilograms}\u00a0kg`);
      await says(page, "22,68\u00a0kg");
    }));

  test("an operator completes a job and cancels one, each after a question", async () => {
    const { appliance } = site.plant;
    const [first, second] = [
      await startJob(appliance, { station: "Station 8", quantity: 5 }),
      await startJob(appliance, { station: "Station 9", quantity: 5 }),
    ];
    await site.look(`/jobs/${first.id}`, {}, async (page) => {
      await says(page, "No bag has been weighed in this job yet.");
      await page.getByRole("button", { name: "Complete" }).click();
      await says(page, "5 of its bags are not weighed yet.");
      await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
      expect((await getJob(appliance, first.id)).status).toBe("active");
      await page.getByRole("button", { name: "Complete" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Complete" }).click();
      await says(page, "Completed");
      expect(await page.getByRole("button", { name: "Complete" }).count()).toBe(0);
    });
    await site.look(`/jobs/${second.id}`, {}, async (page) => {
      await page.getByRole("button", { name: "Cancel job" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel job" }).click();
      await says(page, "Cancelled");
    });
    expect((await getJob(appliance, first.id)).status).toBe("completed");
    expect((await getJob(appliance, second.id)).status).toBe("cancelled");
  });

  test("a refusal is said, and nothing is lost: the job ended while the question stood", async () => {
    const { appliance } = site.plant;
    const { id } = await startJob(appliance, { station: "Station 10" });
    await site.look(`/jobs/${id}`, {}, async (page) => {
      await page.getByRole("button", { name: "Cancel job" }).click();
      await appliance.api(`/api/jobs/${id}/complete`, { method: "POST" });
      await page.getByRole("dialog").getByRole("button", { name: "Cancel job" }).click();
      await page.getByRole("alert").getByText("This job has ended already.").waitFor();
    });
  });

  test("a viewer is offered no deed", () =>
    site.look(`/jobs/${site.plant.running}`, { role: "viewer" }, async (page) => {
      await says(page, "Download CSV");
      for (const name of ["Complete", "Cancel job", /^Void/]) {
        expect(await page.getByRole("button", { name }).count()).toBe(0);
      }
    }));

  test("the report is handed on as CSV", () =>
    site.look(`/jobs/${site.plant.past}`, { role: "viewer" }, async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Download CSV" }).click(),
      ]);
      const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
      expect(lines).toHaveLength(41);
      expect(download.suggestedFilename()).toMatch(
        new RegExp(`^job-${site.plant.past}-bags-\\d{4}-\\d\\d-\\d\\d\\.csv$`),
      );
      expect(lines[1]).toContain("In tolerance");
    }));

  test("on paper it has all that the report needs, and nothing that can only be clicked", () =>
    site.look(`/jobs/${site.plant.past}`, { theme: "dark" }, async (page) => {
      await page.getByRole("button", { name: /^Void/ }).first().waitFor();
      await page.setViewportSize({ width: 680, height: 960 });
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      for (const control of await page.locator("nav, button, summary, input, .skip").all()) {
        expect([await control.textContent(), await control.isVisible()]).toEqual([expect.anything(), false]);
      }
      for (const text of [
        "Nordic Packaging AB",
        /^Job \d+ · Printed /,
        "Station 1 ·",
        "40 of 40 bags",
        /^Records \d+:[0-9a-f]{64}$/,
      ]) {
        expect([text, await page.getByText(text).first().isVisible()]).toEqual([text, true]);
      }
      for (const name of ["Distribution", "By scale", "By hour", "Bags of this job"]) {
        expect([name, await page.getByRole("region", { name }).isVisible()]).toEqual([name, true]);
      }
      for (const picture of await page.getByRole("img").all()) expect(await picture.isVisible()).toBe(true);
      // Rows, not the cards of a narrow screen, and nothing beyond the paper's edge.
      expect(await page.locator(".table-bags thead").evaluate((head) => getComputedStyle(head).display)).toBe(
        "table-header-group",
      );
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      const [paper, ink] = await page.evaluate(() => {
        const { backgroundColor, color } = getComputedStyle(document.body);
        return [backgroundColor, color];
      });
      expect(paper).toMatch(/^rgba\(0, 0, 0, 0\)$|^rgb\(255, 255, 255\)$/);
      expect(ink).toMatch(/^rgb\(\d\d?, \d\d?, \d\d?\)$/);
    }));

  test("all bags of the job go on paper, in the order of weighing, not just those on the screen", () =>
    site.look(`/jobs/${site.plant.running}`, { role: "viewer" }, async (page) => {
      await page.locator(".table-bags tbody tr").first().waitFor();
      expect(await page.locator(".table-bags tbody tr").count()).toBe(50);
      const numbers = page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            window.print = () => {
              const cells = document.querySelectorAll(".only-print tbody td:nth-child(2)");
              resolve([...cells].map(({ textContent }) => textContent ?? ""));
            };
          }),
      );
      await page.getByRole("button", { name: "Print" }).click();
      const { bags_completed: bags } = await getJob(site.plant.appliance, site.plant.running);
      expect(await numbers).toEqual(Array.from({ length: bags }, (_, index) => String(index + 1)));
      // The screen has its page of bags again.
      await until("they are gone", async () => (await page.locator(".only-print .table-bags").count()) === 0);
    }));

  test.each(["999", "0", "x"])("there is no job %s", (id) =>
    site.look(`/jobs/${id}`, {}, (page) => says(page, `There is no job ${id}.`)),
  );
});
