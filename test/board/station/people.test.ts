import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import decodeQR from "qr/decode.js";
import { z } from "zod";
import { axeFindingsInBothThemes, chromiumPath, type Visit, visit } from "../../support/browser.ts";
import { answered } from "../../support/outside.ts";
import { pairingCode } from "../../support/pairing.ts";
import { until } from "../../support/until.ts";
import { type Floor, isSound, type Station, shows, startFloor } from "./floor.ts";

const pins = { Ann: "4711", Bob: "5813" };

let floor: Floor;

const personSchema = z.looseObject({ id: z.int() });
const auditSchema = z.object({ items: z.array(z.looseObject({ actor: z.string(), subject: z.string() })) });

async function person(name: string, pin: string) {
  const made = floor.appliance.api("/api/persons", { method: "POST", body: { name, pin } });
  return (await answered(made, personSchema)).id;
}

async function asks({ name }: Station, person_asked: "each_action" | "each_shift"): Promise<void> {
  const path = `/api/stations/${encodeURIComponent(name)}/person`;
  await floor.appliance.api(path, { method: "PUT", body: { person_asked } });
}

/** A tablet that was paired for a station, by a code that was typed. */
async function tablet(station: Station, name: string): Promise<Visit> {
  const code = await pairingCode(floor.appliance, { name, station: station.name });
  const visited = await visit(floor.browser, floor.appliance, { path: "/sign-in" });
  const { page } = visited;
  await page.getByRole("link", { name: "Pair this device with a code" }).click();
  await page.getByLabel("Code").fill(`${code.slice(0, 4).toLowerCase()} ${code.slice(4)}`);
  await page.getByRole("button", { name: "Pair this device" }).click();
  await page.getByRole("heading", { level: 1, name: station.name }).waitFor({ state: "attached" });
  return visited;
}

async function enterPin(page: Page, name: string, pin: string): Promise<void> {
  const names = page.getByRole("dialog", { name: "Who is it?" });
  const pad = page.getByRole("dialog", { name: `PIN of ${name}` });
  await names.or(pad).first().waitFor();
  if (await names.isVisible()) await names.getByRole("button", { name, exact: true }).click();
  for (const digit of pin) await pad.getByRole("button", { name: digit, exact: true }).click();
  await pad.getByRole("button", { name: "OK" }).click();
}

async function fillJob(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start job" }).click();
  const dialog = page.getByRole("dialog", { name: "Start job" });
  await dialog.getByLabel("Company").fill("Acme");
  await dialog.getByLabel("Target weight").fill("50");
  await dialog.getByLabel("Bags").fill("10");
  expect(await dialog.getByLabel("Started by").count()).toBe(0);
  await dialog.getByRole("button", { name: "Start job" }).click();
}

async function lastEvents(count: number) {
  return (await answered(floor.appliance.api(`/api/audit?limit=${count}`), auditSchema)).items;
}

/** What a phone's camera makes of the code on the page. */
async function readQr(page: Page): Promise<string> {
  const svg = page.locator("svg.qr");
  const size = Number((await svg.getAttribute("viewBox"))?.split(" ")[2]);
  const drawn = (await svg.locator(".qr-dark").getAttribute("d")) ?? "";
  const scale = 4;
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x = "", y = ""] of drawn.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = 0; row < scale; row++) {
      for (let column = 0; column < scale; column++) {
        const at = ((Number(y) * scale + row) * width + Number(x) * scale + column) * 4;
        data.fill(0, at, at + 3);
      }
    }
  }
  return decodeQR({ width, height: width, data });
}

describe.skipIf(chromiumPath === null)("people and their devices", () => {
  let ann: number;
  beforeAll(async () => {
    floor = await startFloor();
    ann = await person("Ann", pins.Ann);
    await person("Bob", pins.Bob);
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  test("an admin keeps people, and says which stations ask for them", async () => {
    const station = floor.station();
    await using office = await visit(floor.browser, floor.appliance, { role: "admin", path: "/jobs" });
    const { page } = office;
    await page.getByRole("link", { name: "People" }).click();
    await page.getByRole("button", { name: "Add a person" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a person" });
    await dialog.getByLabel("Name").fill("Cid");
    await dialog.getByLabel("PIN").fill("1234");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Check the marked fields.").waitFor();
    await isSound(office);
    await dialog.getByLabel("PIN").fill("2580");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Rename: Cid" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Cid Maria");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Retire: Cid Maria" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
    await page.getByRole("cell", { name: "Cid Maria", exact: true }).waitFor({ state: "detached" });
    const choice = page.getByLabel(`Asks who acts: ${station.name}`, { exact: true });
    await choice.selectOption("each_shift");
    await until("it is set", async () => {
      const [event] = await lastEvents(1);
      return event?.subject === `station:${station.name}`;
    });
    await page.reload();
    await choice.waitFor();
    expect(await choice.inputValue()).toBe("each_shift");
    await isSound(office);
  });

  test("a tablet is paired by the QR code, and asks who acts before each action", async () => {
    const station = floor.station();
    await asks(station, "each_action");
    await using office = await visit(floor.browser, floor.appliance, { role: "admin", path: "/devices" });
    await office.page.getByRole("button", { name: "Pair a device" }).click();
    const dialog = office.page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("QR tablet");
    await dialog.getByLabel("Station").selectOption(station.name);
    await dialog.getByRole("button", { name: "Show the code" }).click();
    await dialog.locator("svg.qr").waitFor();
    expect(await axeFindingsInBothThemes(office.page)).toEqual([]);
    const address = await readQr(office.page);
    const code = ((await dialog.locator(".pairing-code").textContent()) ?? "").replace("-", "");
    expect(address).toBe(`${await floor.appliance.origin()}/pair#${code}`);

    const path = new URL(address).pathname + new URL(address).hash;
    await using there = await visit(floor.browser, floor.appliance, { path });
    const { page } = there;
    expect(await axeFindingsInBothThemes(page)).toEqual([]);
    await page.getByRole("button", { name: "Pair this device" }).click();
    await page.getByRole("heading", { level: 1, name: station.name }).waitFor({ state: "attached" });
    await dialog.getByText("QR tablet is paired.").waitFor();
    // It stands there: nobody chooses another station by mistake, and nobody signs it out.
    expect(await page.getByRole("button", { name: /Change station/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Display" }).click();
    await shows(page, "Signed in as QR tablet (operator)");
    expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
    await page.keyboard.press("Escape");

    await fillJob(page);
    await page.getByRole("dialog", { name: "Who is it?" }).waitFor();
    await page.getByRole("button", { name: "Ann", exact: true }).click();
    const keys = page.locator(".key");
    await keys.first().waitFor();
    // Digits, delete, OK.
    expect(await keys.count()).toBe(12);
    for (const key of await keys.all()) {
      const box = await key.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(72);
    }
    expect(await axeFindingsInBothThemes(page)).toEqual([]);
    await enterPin(page, "Ann", "9999");
    await shows(page, "Wrong PIN.");
    await enterPin(page, "Ann", pins.Ann);
    await shows(page, "Bag 0 of 10");
    expect((await lastEvents(1))[0]).toMatchObject({
      actor: "Ann (QR tablet)",
      action: "job.start",
      person_id: ann,
      after: { started_by: "Ann" },
    });

    // The next action asks again; without an answer nothing is done.
    await page.getByRole("button", { name: "Complete job" }).click();
    const end = page.getByRole("dialog").filter({ hasText: "Complete" });
    await end.getByRole("button", { name: "Complete job" }).click();
    await page.getByRole("dialog", { name: "Who is it?" }).waitFor();
    await page.keyboard.press("Escape");
    await shows(page, "Nobody entered their PIN, so nothing was done.");
    await end.getByRole("button", { name: "Complete job" }).click();
    await page.getByRole("button", { name: "Bob", exact: true }).click();
    // A keyboard that is there is used, too.
    await page.keyboard.type(pins.Bob);
    await page.keyboard.press("Enter");
    await end.waitFor({ state: "detached" });
    expect((await lastEvents(1))[0]).toMatchObject({ actor: "Bob (QR tablet)", action: "job.complete" });
    expect(there.faults).toEqual([]);
  });

  test("a signal is acknowledged by whoever enters their PIN: no name is typed", async () => {
    const station = floor.station();
    await asks(station, "each_action");
    await station.job();
    await using there = await tablet(station, "Signal tablet");
    const { page } = there;
    using scale = await station.connect();
    // The 9 of them are too light; distinct, so that none is taken for a print that was sent twice.
    const prints = Array.from({ length: 9 }, (_, index) => `${station.scale},49.${20 + 5 * index} lb\r\n`);
    await scale.send(prints.join(""));
    await page.getByRole("button", { name: "Acknowledge" }).click();
    const dialog = page.getByRole("dialog", { name: "Acknowledge this signal" });
    expect(await dialog.getByLabel("Your name").count()).toBe(0);
    await dialog.getByRole("button", { name: "Scale was not at zero" }).click();
    await dialog.getByRole("button", { name: "Scale set to zero" }).click();
    await dialog.getByRole("button", { name: "Acknowledge" }).click();
    await enterPin(page, "Bob", pins.Bob);
    await dialog.waitFor({ state: "detached" });
    expect((await lastEvents(1))[0]).toMatchObject({
      actor: "Bob (Signal tablet)",
      action: "signal.acknowledge",
      after: { acknowledged_by: "Bob", cause: "Scale was not at zero", action: "Scale set to zero" },
    });
    expect(there.faults).toEqual([]);
  });

  test("two tablets at once: each remembers its own person until the shift ends, or they sign off", async () => {
    const station = floor.station();
    const other = floor.station();
    await Promise.all([asks(station, "each_shift"), asks(other, "each_shift")]);
    await using first = await tablet(station, "First tablet");
    await using second = await tablet(other, "Second tablet");
    await first.page.getByRole("button", { name: "Who is it?" }).click();
    await enterPin(first.page, "Ann", pins.Ann);
    await first.page.getByRole("button", { name: "Ann", exact: true }).waitFor();
    await fillJob(second.page);
    await enterPin(second.page, "Bob", pins.Bob);
    await shows(second.page, "Bag 0 of 10");
    await fillJob(first.page);
    await shows(first.page, "Bag 0 of 10");
    expect((await lastEvents(2)).map(({ actor }) => actor)).toEqual([
      "Ann (First tablet)",
      "Bob (Second tablet)",
    ]);
    await isSound(first);
    await first.page.reload();
    await first.page.getByRole("button", { name: "Ann", exact: true }).click();
    await first.page.getByText(/^Ann acts here until/).waitFor();
    await first.page.getByRole("button", { name: "Sign off" }).click();
    await first.page.getByRole("button", { name: "Who is it?" }).waitFor();
    await second.page.getByRole("button", { name: "Bob", exact: true }).waitFor();
  });

  test("after five wrong PINs the person is locked, on every device, and is told how long", async () => {
    const station = floor.station();
    await asks(station, "each_shift");
    const eve = await person("Eve", "7418");
    await using first = await tablet(station, "Third tablet");
    await using second = await tablet(station, "Fourth tablet");
    await first.page.getByRole("button", { name: "Who is it?" }).click();
    for (let i = 0; i < 4; i++) {
      await enterPin(first.page, "Eve", `999${i}`);
      await shows(first.page, "Wrong PIN.");
    }
    await enterPin(first.page, "Eve", "9994");
    await shows(first.page, /^Too many wrong PINs\. Wait 1[45] minutes/);
    expect(await axeFindingsInBothThemes(first.page)).toEqual([]);
    await second.page.getByRole("button", { name: "Who is it?" }).click();
    await enterPin(second.page, "Eve", "7418");
    await shows(second.page, /^Too many wrong PINs\. Wait 1[45] minutes/);
    const change = { method: "PATCH", body: { pin: "8520" } };
    expect((await floor.appliance.api(`/api/persons/${eve}`, change)).status).toBe(200);
    await enterPin(second.page, "Eve", "8520");
    await second.page.getByRole("button", { name: "Eve", exact: true }).waitFor();
  });

  test("a device that is renamed and revoked in the office has to be paired again", async () => {
    const station = floor.station();
    await using there = await tablet(station, "Lost tablet");
    await using office = await visit(floor.browser, floor.appliance, { role: "admin", path: "/devices" });
    const { page } = office;
    const row = page.getByRole("row").filter({ hasText: "Lost tablet" });
    await row.getByText(/ago/).first().waitFor();
    await row.getByRole("button", { name: "Change: Lost tablet" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Found tablet");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Revoke: Found tablet" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("cell", { name: "Found tablet", exact: true }).waitFor({ state: "detached" });
    await there.page.getByRole("link", { name: "Pair this device with a code" }).click();
    await there.page.getByLabel("Code").fill("0000-0000");
    await there.page.getByRole("button", { name: "Pair this device" }).click();
    await shows(there.page, "This code does not work, or has expired. Ask for a new one.");
    await isSound(office);
  });

  test("a token is made for a program, and shown once", async () => {
    await using office = await visit(floor.browser, floor.appliance, {
      role: "admin",
      path: "/devices",
      locale: "es-MX",
      size: "phone",
    });
    const { page } = office;
    await page.getByRole("button", { name: "Crear una clave" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Nombre").fill("pesadora norte");
    await dialog.getByLabel("Puede").selectOption("ingest");
    await dialog.getByRole("button", { name: "Crear una clave" }).click();
    const token = (await dialog.locator("code").textContent()) ?? "";
    expect(token).toMatch(/^pp_[\w-]{43}$/);
    await isSound(office);
    await dialog.getByRole("button", { name: "Listo" }).click();
    await page.getByRole("cell", { name: "pesadora norte", exact: true }).waitFor();
    expect(await page.content()).not.toContain(token);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await page.getByRole("link", { name: "Personas" }).last().click();
    await page.getByRole("heading", { level: 2, name: "Estaciones" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await isSound(office);
  });
});
