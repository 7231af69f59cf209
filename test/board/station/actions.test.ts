import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import { roleTokens } from "../../support/appliance.ts";
import { chromiumPath, takeNext, visit } from "../../support/browser.ts";
import { answered, getJob, listBags } from "../../support/outside.ts";
import { until } from "../../support/until.ts";
import { type Floor, fills, isSound, type Station, shows, startFloor } from "./floor.ts";

let floor: Floor;

const bagShape = z.looseObject({
  id: z.number(),
  source: z.string(),
  void_code: z.string().nullable(),
  job_id: z.number().nullable(),
  weight: z.string(),
  unit: z.string(),
});
const bagsShape = z.object({ items: z.array(bagShape) });

/** The station's bags as the API has them, newest first. */
async function bagsOf({ name }: Station) {
  return (await answered(floor.appliance.api(`/api/bags?station=${encodeURIComponent(name)}`), bagsShape))
    .items;
}

describe.skipIf(chromiumPath === null)("an operator", () => {
  beforeAll(async () => {
    floor = await startFloor();
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  test("starts a job: earlier companies are offered, what is wrong is said at its field", async () => {
    const earlier = floor.station();
    const { id } = await earlier.job({ company: "Polar Panels" });
    const station = floor.station();
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "Start job" }).click();
    const dialog = page.getByRole("dialog", { name: "Start job" });
    await dialog.getByRole("button", { name: "Start job" }).click();
    expect(await dialog.getByLabel("Company").getAttribute("aria-invalid")).toBe("true");
    expect(await dialog.getByRole("alert").allTextContents()).toEqual([
      "Required.",
      "Enter a number such as 50 or 50.5.",
      "Enter a whole number such as 100.",
    ]);
    await isSound(reader);
    await dialog.getByRole("button", { name: "Polar Panels" }).click();
    expect(await dialog.getByLabel("Company").inputValue()).toBe("Polar Panels");
    expect(await dialog.locator("datalist option").first().getAttribute("value")).not.toBeNull();
    await dialog.getByLabel("Target weight").fill("25,5");
    await dialog.getByLabel("Bags").fill("40");
    await dialog.getByLabel("Tolerance ±").fill("2.5");
    await dialog.getByLabel("Started by").fill("Marta");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await shows(page, "Polar Panels");
    await shows(page, "25.50\u00a0lb ±2.5%");
    await shows(page, "Bag 0 of 40");
    const jobShape = z.looseObject({
      company: z.string(),
      target_weight: z.string(),
      started_by: z.string(),
    });
    expect(await answered(floor.appliance.api(`/api/jobs/${id + 1}`), jobShape)).toMatchObject({
      company: "Polar Panels",
      target_weight: "25.50",
      started_by: "Marta",
      quantity: 40,
    });
    expect(reader.faults).toEqual([]);
  });

  test("starts a job in kg, and is told where another one was quicker", async () => {
    const station = floor.station();
    await using reader = await station.open({ locale: "es" });
    const { page } = reader;
    await page.getByRole("button", { name: "Pantalla" }).click();
    await page.getByLabel("Pesos en").selectOption("kg");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Iniciar trabajo" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Empresa").fill("Norte");
    await dialog.getByLabel("Peso objetivo").fill("20");
    await dialog.getByText("= 44,09 lb").waitFor();
    await dialog.getByLabel("Bolsas").fill("10");
    // Held back until the other one has started.
    await page.route("**/api/jobs", async (route) => {
      await station.job();
      await route.continue();
    });
    await dialog.getByRole("button", { name: "Iniciar trabajo" }).click();
    await dialog.getByText("Termínelo o cancélelo antes.").waitFor();
    expect(reader.faults).toEqual([]);
  });

  test("a weight by hand whose answer got lost is sent again by itself, and is one bag", async () => {
    const station = floor.station();
    await station.job();
    await using reader = await station.open();
    const { page } = reader;
    await takeNext(page, "**/api/bags", 1, async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    });
    await page.getByRole("button", { name: "Enter weight" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Weight").fill("49.7");
    await dialog.getByRole("button", { name: "Save" }).click();
    await fills(page, "in", "49.7", "entered by hand", "Bag 1");
    await dialog.waitFor({ state: "detached" });
    await shows(page, "Bag 1 of 100");
    expect(await page.locator(".last-bags .chip-weight").allTextContents()).toEqual(["49.7"]);
  });

  test("a weight by hand that is far from the target is asked for once more", async () => {
    const station = floor.station();
    await station.job();
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "Enter weight" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Weight").fill("5.2");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("5.2 lb is far from the target.").waitFor();
    expect(await bagsOf(station)).toEqual([]);
    await dialog.getByLabel("Weight").fill("5.3");
    await dialog.getByText("far from the target").waitFor({ state: "detached" });
    await dialog.getByRole("button", { name: "Save" }).click();
    await isSound(reader);
    await dialog.getByRole("button", { name: "It is right: save" }).click();
    await fills(page, "under", "5.3", "entered by hand", "Bag 1");
  });

  test("on a device that is touched, numbers are entered on keys for gloves, and its own keyboard stays away", async () => {
    const station = floor.station();
    await station.job();
    await using reader = await station.open({ size: "phone", locale: "es-ES" });
    const { page } = reader;
    await page.getByRole("button", { name: "Anotar peso" }).tap();
    const dialog = page.getByRole("dialog");
    const weight = dialog.getByLabel("Peso", { exact: true });
    expect(await weight.getAttribute("inputmode")).toBe("none");
    const press = async (...names: string[]) => {
      for (const name of names) await dialog.getByRole("button", { name, exact: true }).tap();
    };
    for (const key of await dialog.locator(".key").all()) {
      const box = await key.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(72);
    }
    await isSound(reader);
    await press("5", "1", "Borrar el último dígito", "0", "Signo decimal", "Signo decimal", "2");
    expect(await weight.inputValue()).toBe("50,2");
    expect(await weight.evaluate((field) => document.activeElement === field)).toBe(true);
    await press("OK");
    await dialog.locator(".keypad").waitFor({ state: "detached" });
    // What stands there is mostly replaced.
    await weight.tap();
    await press("4", "9", "Signo decimal", "7");
    expect(await weight.inputValue()).toBe("49,7");
    await dialog.getByRole("button", { name: "Guardar" }).tap();
    await dialog.waitFor({ state: "detached" });
    const [bag] = await bagsOf(station);
    expect(bag).toMatchObject({ source: "manual", weight: "49.7" });
  });

  test("why a weight was entered by hand stands with the bag in the office", async () => {
    const station = floor.station();
    await station.job();
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "Enter weight" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Weight").fill("50.3");
    await dialog.getByRole("button", { name: "Scale broken" }).click();
    await isSound(reader);
    await dialog.getByRole("button", { name: "Save" }).click();
    await fills(page, "in", "50.3", "entered by hand");
    await page.goto(new URL(`/bags?station=${encodeURIComponent(station.name)}`, page.url()).href);
    await page.getByRole("row").filter({ hasText: "50.3" }).getByText("By hand: Scale broken").waitFor();
  });

  test("completes or cancels a job, and is asked before", async () => {
    for (const [ask, keep, status] of [
      ["Complete job", "Keep it running", "completed"],
      ["Cancel job", "Keep it running", "cancelled"],
    ] as const) {
      const station = floor.station();
      const { id } = await station.job();
      await using reader = await station.open();
      const { page } = reader;
      await page.getByRole("button", { name: ask }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(/of 100 bags are weighed|bags stay with it/).waitFor();
      await isSound(reader);
      await dialog.getByRole("button", { name: keep }).click();
      await dialog.waitFor({ state: "detached" });
      expect((await getJob(floor.appliance, id)).status).toBe("active");
      await page.getByRole("button", { name: ask }).click();
      await dialog.getByRole("button", { name: ask }).click();
      await shows(page, status === "completed" ? "✓ Job complete" : "Job cancelled");
      expect((await getJob(floor.appliance, id)).status).toBe(status);
      await page.getByRole("button", { name: /^Start/ }).waitFor();
    }
  });

  test("voids the bag that was the last one when asked, with a reason, whatever comes meanwhile", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(`${station.scale},51.00 lb\r\n`);
    await using reader = await station.open();
    const { page } = reader;
    await fills(page, "in", "51.00");
    await page.getByRole("button", { name: "Void last bag" }).click();
    const dialog = page.getByRole("dialog", { name: "Void the bag of 51.00 lb?" });
    await isSound(reader);
    await dialog.getByRole("button", { name: "Void this bag" }).click();
    await dialog.getByText("Choose why.").waitFor();
    await scale.send(`${station.scale},52.00 lb\r\n`);
    await shows(page, "Bag 2 of 100");
    await dialog.getByRole("button", { name: "Torn bag" }).click();
    await dialog.getByRole("button", { name: "Void this bag" }).click();
    await dialog.waitFor({ state: "detached" });
    await shows(page, "Bag 1 of 100");
    expect((await bagsOf(station)).map(({ weight, void_code }) => [weight, void_code])).toEqual([
      ["52.00", null],
      ["51.00", "torn"],
    ]);
    await page.getByRole("button", { name: "Void last bag" }).click();
    const second = page.getByRole("dialog", { name: "Void the bag of 52.00 lb?" });
    await second.getByRole("button", { name: "Other" }).click();
    await second.getByLabel("In your words").fill("Fell from the scale");
    await second.getByRole("button", { name: "Void this bag" }).click();
    await fills(page, "void", "52.00", "Fell from the scale");
    await isSound(reader);
    expect(await page.getByRole("button", { name: "Void last bag" }).count()).toBe(0);
  });

  test("the third last bag is voided by a touch, and taken back by another", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(
      `${station.scale},51.00 lb\r\n${station.scale},52.00 lb\r\n${station.scale},53.00 lb\r\n`,
    );
    await using reader = await station.open();
    const { page } = reader;
    await shows(page, "Bag 3 of 100");
    const third = page.locator(".last-bags button").nth(2);
    await third.click();
    await page.getByRole("dialog", { name: "Bag 1" }).getByText("+1.00 lb from the target").waitFor();
    await isSound(reader);
    await page.getByRole("button", { name: "Void this bag…" }).click();
    await page.getByRole("button", { name: "Torn bag" }).click();
    await page.getByRole("button", { name: "Void this bag", exact: true }).click();
    await shows(page, "Bag 2 of 100");
    await third.filter({ hasText: "Void" }).click();
    await page.getByText("This bag does not count: Torn bag").waitFor();
    await page.getByRole("button", { name: "Take the void back" }).click();
    await shows(page, "Bag 3 of 100");
    expect((await bagsOf(station)).map(({ weight, void_code }) => [weight, void_code])).toEqual([
      ["53.00", null],
      ["52.00", null],
      ["51.00", null],
    ]);
    // Whoever may only look sees what it is.
    await using viewer = await station.open({ role: "viewer" });
    await viewer.page.locator(".last-bags button").nth(2).click();
    await viewer.page.getByRole("dialog", { name: "Bag 1" }).getByText("51.00 lb").waitFor();
    expect(await viewer.page.getByRole("button", { name: /Void/ }).count()).toBe(0);
    await isSound(viewer);
  });

  test("a scale that prints another unit than before is shown with what it printed", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(`${station.scale},51.00 lb\r\n`);
    await using reader = await station.open();
    const { page } = reader;
    await fills(page, "in", "51.00");
    await scale.send(`${station.scale},50.40 kg\r\n`);
    await fills(page, "over", "111.11", "Printed 50.40 kg");
    await scale.send(`${station.scale},50.00 kg\r\n`);
    await fills(page, "over", "110.23");
    expect(await page.getByText(/^Printed/).count()).toBe(0);
  });

  test("bags without a job that need none are seen to: the notice goes, on every screen, until the next one", async () => {
    const station = floor.station();
    using scale = await station.connect();
    await scale.send(`${station.scale},51.00 lb\r\n${station.scale},52.00 lb\r\n`);
    await using reader = await station.open();
    const { page } = reader;
    await shows(page, "2 bags have no job");
    await page.getByRole("button", { name: "They need none" }).click();
    await page.getByText("2 bags have no job").waitFor({ state: "detached" });
    expect(await page.getByRole("button", { name: "Assign bags" }).count()).toBe(0);
    await isSound(reader);
    await using other = await station.open();
    await fills(other.page, "noJob", "52.00");
    expect(await other.page.getByText(/have no job/).count()).toBe(0);
    await scale.send(`${station.scale},53.00 lb\r\n`);
    await shows(page, "1 bag has no job");
    await shows(other.page, "1 bag has no job");
  });

  test("assigns bags without a job, in the order in which they were weighed", async () => {
    const station = floor.station();
    using scale = await station.connect();
    for (const weight of ["50.00", "51.00", "52.00"]) await scale.send(`${station.scale},${weight} lb\r\n`);
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "Assign bags" }).click();
    const dialog = page.getByRole("dialog", { name: "Assign bags" });
    await dialog.getByText("There is no job of this station that could take them.").waitFor();
    await page.keyboard.press("Escape");
    const { id } = await station.job({ quantity: 2 });
    await page.getByRole("button", { name: "Assign bags" }).click();
    await dialog.getByLabel("To the job").waitFor();
    await dialog.getByRole("button", { name: "Assign 0 bags" }).click();
    await dialog.getByText("Choose bags first.").waitFor();
    await isSound(reader);
    await dialog.getByRole("button", { name: "All" }).click();
    await dialog.getByRole("button", { name: "Assign 3 bags" }).click();
    // The job wants two only.
    await dialog.getByText("1 bag was not assigned: This job has all its bags.").waitFor();
    expect(await dialog.getByRole("checkbox").count()).toBe(1);
    await page.keyboard.press("Escape");
    await shows(page, "✓ Job complete");
    await shows(page, "1 bag has no job");
    expect(
      (await listBags(floor.appliance, `&job_id=${id}`)).map(({ weight, bag_num }) => [weight, bag_num]),
    ).toEqual([
      ["50.00", 1],
      ["51.00", 2],
    ]);
    expect(reader.faults).toEqual([]);
  });

  test("enters a weight by hand: it is marked, and an answer that got lost makes no second bag", async () => {
    const station = floor.station();
    await station.job();
    await using reader = await station.open({ locale: "es" });
    const { page } = reader;
    await page.getByRole("button", { name: "Anotar peso" }).click();
    const dialog = page.getByRole("dialog", { name: "Anotar peso" });
    await dialog.getByRole("button", { name: "Guardar" }).click();
    await dialog.getByText("Escriba un número, por ejemplo 50 o 50,5.").waitFor();
    await isSound(reader);
    await dialog.getByLabel("Peso").fill("50,35");
    let requests = 0;
    await takeNext(page, "**/api/bags", 2, async (route) => {
      requests++;
      await route.fetch();
      await route.abort();
    });
    await dialog.getByRole("button", { name: "Guardar" }).click();
    await dialog.getByText(/El equipo no respondió/).waitFor();
    expect(await dialog.getByLabel("Peso").inputValue()).toBe("50,35");
    await dialog.getByRole("button", { name: "Guardar" }).click();
    await dialog.waitFor({ state: "detached" });
    await fills(page, "in", "50,35", "anotada a mano", "Bolsa 1");
    // The first time, and once more by itself.
    expect(requests).toBe(2);
    expect((await bagsOf(station)).map(({ weight, unit, source }) => [weight, unit, source])).toEqual([
      ["50.35", "lb", "manual"],
    ]);
    await shows(page, "Bolsa 1 de 100");
    await isSound(reader);
  });

  test("who only looks sees no actions, and the appliance refuses them", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(`${station.scale},51.00 lb\r\n`);
    await using reader = await station.open({ role: "viewer" });
    const { page } = reader;
    await fills(page, "in", "51.00");
    expect(await page.getByRole("region", { name: "Actions" }).count()).toBe(0);
    await isSound(reader);
    const [bag] = await bagsOf(station);
    const attempts = [
      ["/api/jobs", { company: "A", station: "Elsewhere", target_weight: "50", quantity: 1 }],
      [`/api/jobs/${bag?.job_id}/complete`, {}],
      [`/api/jobs/${bag?.job_id}/cancel`, {}],
      [`/api/bags/${bag?.id}/void`, { reason: "no reason" }],
      [`/api/bags/${bag?.id}/assign`, { job_id: 1 }],
      ["/api/bags", { station: station.name, weight: "50", unit: "lb" }],
    ] as const;
    for (const [path, body] of attempts) {
      const status = await page.evaluate(
        async ([to, sent]) =>
          (
            await fetch(to, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(sent),
            })
          ).status,
        [path, body] as const,
      );
      expect([path, status]).toEqual([path, 403]);
    }
    expect(await bagsOf(station)).toHaveLength(1);
  });
});

describe.skipIf(chromiumPath === null)("who opens the board without a session", () => {
  beforeAll(async () => {
    floor = await startFloor({ PREPUFF_BOARD_PUBLIC: "true" });
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  test("signs in with a token that is kept nowhere in the browser, comes back to the page, and signs out", async () => {
    const { appliance, browser } = floor;
    await using reader = await visit(browser, appliance, { path: "/sign-in?to=/jobs" });
    const { page, context } = reader;
    await isSound(reader);
    const token = page.getByLabel("Token");
    const submit = page.getByRole("button", { name: "Sign in" });
    await submit.click();
    await shows(page, "Required.");
    await token.fill("none-of-this-appliance");
    await submit.click();
    await shows(page, "This token is not known here.");
    await token.fill(roleTokens.ingest);
    await submit.click();
    await shows(page, "This token is for machines.");
    await isSound(reader);
    await token.fill(roleTokens.operator);
    await submit.click();
    await page.waitForURL("**/jobs");
    // A menu that is opened before the page's code has come closes with it.
    await page.waitForFunction(
      () => document.querySelector(".loading") === null && document.querySelector("main *") !== null,
    );
    const kept = await page.evaluate(
      () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie,
    );
    expect(kept).not.toContain(roleTokens.operator);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    expect(cookie?.value).not.toContain(roleTokens.operator);
    await page.getByRole("button", { name: "Display" }).click();
    await shows(page, "Signed in as operator");
    await page.getByRole("button", { name: "Sign out" }).click();
    await until("the session is gone", async () => (await context.cookies()).length === 0);
    // The board is public here: it goes on, without what an operator may do.
    await page.keyboard.press("Escape");
    await page.goto(`${await appliance.origin()}/?station=Line%201`);
    await shows(page, "No job runs here");
    expect(await page.getByRole("button", { name: "Start job" }).count()).toBe(0);
    expect(reader.faults).toEqual([]);
  });

  test("no link leads elsewhere by way of the sign-in", async () => {
    const { appliance, browser } = floor;
    const origin = await appliance.origin();
    for (const to of ["//example.com", "https://example.com/", "/\\example.com"]) {
      await using reader = await visit(browser, appliance, { path: `/sign-in?to=${encodeURIComponent(to)}` });
      await reader.page.getByLabel("Token").fill(roleTokens.viewer);
      await reader.page.getByRole("button", { name: "Sign in" }).click();
      await shows(reader.page, "Which station is this screen at?");
      expect(new URL(reader.page.url()).origin).toBe(origin);
    }
  });

  test("sees nothing but the sign-in where the board is not public", async () => {
    await using closed = await startFloor();
    await using reader = await visit(closed.browser, closed.appliance, { path: "/?station=Line%201" });
    await reader.page.getByLabel("Token").fill(roleTokens.operator);
    await reader.page.getByRole("button", { name: "Sign in" }).click();
    await reader.page.getByRole("button", { name: "Start job" }).waitFor();
    // Signed out elsewhere, by a token that was changed, say: the page notices at its next request.
    await reader.context.clearCookies();
    const token = reader.page.getByLabel("Token");
    // That may be one of its own, before the click.
    await Promise.race([reader.page.getByRole("button", { name: "Start job" }).click(), token.waitFor()]);
    await token.waitFor();
    expect(reader.faults).toEqual([]);
  });
});
