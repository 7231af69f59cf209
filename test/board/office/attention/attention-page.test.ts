import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { chromiumPath } from "../../../support/browser.ts";
import { answered, startJob } from "../../../support/outside.ts";
import { until } from "../../../support/until.ts";
import { office, rowWith, says } from "../office.ts";

const deliveries = z.object({
  items: z.array(z.object({ bag_id: z.int(), weight: z.string(), state: z.string() })),
});

// What counts everything needs a plant to which no other test adds.
describe.skipIf(chromiumPath === null)("the page of what needs attention in a plant as it stands", () => {
  const site = office();

  test("says what is wrong and what to do, in the doctor's words", () =>
    site.look("/attention", { role: "viewer" }, async (page) => {
      const findings = page.getByRole("region", { name: "What to do" });
      await findings.getByRole("heading", { name: "job on Station 2" }).waitFor();
      await findings
        .getByText('Start a job on "Station 2" if bags are filled: "Start job" on its board.')
        .waitFor();
      await findings.getByRole("heading", { name: "bags held back" }).waitFor();
      await findings.getByText(/checks passed/).click();
      await findings.getByText(/job on Station 1:/).waitFor();
    }));

  test("is counted once: the menu, the page and the browser's tab say the same number, also when it changes", async () => {
    const { plant } = site;
    await site.look("/attention", { role: "viewer" }, async (page) => {
      const counts = async () => {
        const [badge, title, heading, callouts] = await Promise.all([
          page.locator(".top-nav .badge").textContent(),
          page.title(),
          page.getByText(/things? needs? attention/).textContent(),
          page.locator(".needed .findings > li").count(),
        ]);
        return [
          badge,
          /^\((\d+)\) Attention/.exec(title)?.[1],
          /^\d+/.exec(heading ?? "")?.[0],
          `${callouts}`,
        ];
      };
      await page.locator(".needed .findings > li").first().waitFor();
      const before = await counts();
      expect(new Set(before).size).toBe(1);
      // Four bags are held back: that is one thing to do, not four.
      expect(await page.locator(".needed .findings > li").filter({ hasText: "4 refused" }).count()).toBe(1);
      // One thing less; then one more.
      const job = await startJob(plant.appliance, { station: "Station 2" });
      await until(
        "one thing less needs attention",
        async () => Number((await counts())[0]) < Number(before[0]),
      );
      expect(new Set(await counts()).size).toBe(1);
      await page.getByRole("link", { name: "Jobs", exact: true }).click();
      // The page's code is asked for when it is opened.
      await until("the tab says the page of jobs and the same number", async () => {
        const badge = await page.locator(".top-nav .badge").textContent();
        return (await page.title()).startsWith(`(${badge}) Jobs`);
      });
      await plant.appliance.api(`/api/jobs/${job.id}/cancel`, { method: "POST" });
      await until("it is there again", async () => (await page.title()).startsWith(`(${before[0]}) `));
      expect(await page.locator(".top-nav .badge").textContent()).toBe(before[0] ?? "");
    });
  });

  test("an operator puts a thing off: it is counted no more, names who did it, and comes back when told again", () =>
    site.look("/attention", {}, async (page) => {
      const badge = async () => Number(await page.locator(".top-nav .badge").textContent());
      const held = page.getByRole("listitem").filter({ hasText: "refused by the web application" });
      await held.first().waitFor();
      const before = await badge();
      await held.getByRole("button", { name: /^Put off/ }).click();
      const dialog = page.getByRole("dialog", { name: "Put off: bags held back" });
      const inEight = dialog.getByRole("group", { name: "Until" }).getByRole("button").nth(1);
      await inEight.click();
      // A choice stays chosen while words are typed.
      await dialog.getByLabel("Why it can wait").fill("they call back tomorrow");
      expect(await inEight.getAttribute("aria-pressed")).toBe("true");
      await dialog.getByRole("button", { name: "Put it off" }).click();
      await held.getByText(/^Put off by operator until .*: they call back tomorrow$/).waitFor();
      await until("it is counted no more", async () => (await badge()) === before - 1);
      await held.getByRole("button", { name: /^Tell again/ }).click();
      await until("it is counted again", async () => (await badge()) === before);
    }));

  test("says it in Spanish, with the reader's numbers, and leads to where it is done", () =>
    site.look("/attention", { role: "viewer", locale: "es-MX" }, async (page) => {
      const findings = page.getByRole("region", { name: "Qué hacer" });
      const job = findings.getByRole("listitem").filter({ hasText: "Trabajo en Station 2" });
      await job.getByText("no hay ningún trabajo en marcha, pero la báscula 3 está conectada").waitFor();
      await job.getByText("Inicie un trabajo en «Station 2» si se llenan bolsas").waitFor();
      await findings.getByText(/sobre todo No se entiende \(2 ×\), como "G {2}50.40 lb"/i).waitFor();
      await findings.getByText("la aplicación web rechazó 4").waitFor();
      await findings.getByText(/comprobaciones superadas/).click();
      await findings.getByText(/Espacio en el disco: \d+\.\d GiB libres/).waitFor();
      await findings.getByText(/Báscula 3: conectada desde .* hace \d+ segundos?, 50.40 lb/).waitFor();
      expect(await findings.locator("[lang]").count()).toBe(0);
      await job.getByRole("link", { name: "Ir allí" }).click();
      await page.getByRole("heading", { name: "Station 2" }).waitFor();
    }));

  test("says how each part is, and accounts for every frame", () =>
    site.look("/attention", { role: "viewer" }, async (page) => {
      const health = page.getByRole("region", { name: "Health" });
      await health.getByText("Every print is accounted for.").waitFor();
      await until("each part is up", async () => (await health.locator(".health-up").count()) === 4);
      await health.getByText("4 bags held back").waitFor();
      const line = await site.plant.scale(1);
      await line.send("1,50.77 lb\r\n");
      await health.getByText("161", { exact: true }).waitFor();
    }));
});

describe.skipIf(chromiumPath === null)("the page of what needs attention", () => {
  const site = office();
  const stateOf = async (weight: string) => {
    const { items } = await answered(
      site.plant.appliance.api("/api/deliveries?station=Station+2"),
      deliveries,
    );
    return items.find((each) => each.weight === weight)?.state;
  };

  test("an administrator tries parked deliveries again, and gives others up with a reason", () =>
    site.look("/attention", { role: "admin" }, async (page) => {
      const parked = page.getByRole("region", { name: "Bags held back" });
      const row = await rowWith(page, "61.00");
      expect(row.join(" ")).toContain("It did not accept the bag");
      expect(row.join(" ")).toContain("weight is above what a bag can hold");
      expect(row).toContain("by hand only");
      await parked.getByLabel("Select 61.00\u00a0lb").check();
      await parked.getByRole("button", { name: "Discard" }).click();
      const dialog = page.getByRole("dialog", { name: "Discard 1 delivery?" });
      await dialog.getByRole("button", { name: "Discard" }).click();
      await dialog.getByText("Required.").waitFor();
      await dialog.getByRole("button", { name: "Not wanted there" }).click();
      await dialog.getByRole("button", { name: "Discard" }).click();
      await parked.getByText("1 delivery discarded").waitFor();
      await parked.getByText("61.00").waitFor({ state: "detached" });
      expect(await stateOf("61.00")).toBe("discarded");

      site.plant.upstream.answer();
      await parked.getByLabel("Select 48.80\u00a0lb").check();
      await parked.getByRole("button", { name: "Try again" }).click();
      await parked.getByText("1 delivery is tried again").waitFor();
      await parked.getByText("48.80").waitFor({ state: "detached" });
      await until("it is delivered", async () => (await stateOf("48.80")) === "delivered");

      await parked.getByRole("button", { name: "Try all again" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Try all again" }).click();
      await parked.getByText("2 deliveries are tried again").waitFor();
      await parked.getByText("No bags are held back.").waitFor();
      await until("they are delivered", async () => (await stateOf("50.40")) === "delivered");
    }));

  test("rejected frames stand by reason, and open to their bytes", () =>
    site.look("/attention", { role: "viewer" }, async (page) => {
      const rejected = page.getByRole("region", { name: "Rejected prints" });
      const reason = rejected.locator("summary").filter({ hasText: "Not understood" }).first();
      await reason.getByText("2 prints").waitFor();
      await reason.click();
      await rejected.getByText("G  50.20 lb").waitFor();
      const line = await site.plant.scale(1);
      await line.send("\x02\x81 nothing\r\n");
      await reason.getByText("3 prints").waitFor();
      await rejected.getByRole("cell", { name: "\\x81 nothing" }).waitFor();
    }));

  test("an administrator sees what people did; nobody else does", async () => {
    await startJob(site.plant.appliance, { station: "Station 11", company: "Trail Foam" });
    await site.look("/attention", { role: "admin" }, async (page) => {
      const row = await rowWith(page, "Trail Foam");
      expect(row).toContain("admin");
      expect(row.join(" ")).toContain("started a job");
    });
    await site.look("/attention", { role: "operator" }, async (page) => {
      await says(page, "Every print is accounted for.");
      expect(await page.getByRole("heading", { name: "What people did" }).count()).toBe(0);
      expect(await page.getByRole("button", { name: /^(Try|Discard)/ }).count()).toBe(0);
    });
  });

  test("an upstream that is away is seen at once", () =>
    site.look("/attention", { role: "viewer" }, async (page) => {
      const upstream = page.locator(".health-part").filter({ hasText: "Web application" });
      await upstream.getByText("Up", { exact: true }).waitFor();
      await site.plant.upstream.stop();
      const line = await site.plant.scale(1);
      await line.send("1,50.01 lb\r\n1,50.02 lb\r\n1,50.03 lb\r\n1,50.04 lb\r\n1,50.05 lb\r\n");
      await upstream.getByText(/[1-9] bags? waits?/).waitFor();
      site.plant.upstream.restart();
      await upstream.getByText("0 bags wait").waitFor({ timeout: 30_000 });
    }));
});
