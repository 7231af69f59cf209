import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { listSchema } from "../../../src/http/request/paging.ts";
import { signalSchema } from "../../../src/records/signals/signal-view.ts";
import { chromiumPath } from "../../support/browser.ts";
import { answered } from "../../support/outside.ts";
import { type Floor, isSound, type Station, shows, startFloor } from "./floor.ts";

let floor: Floor;

/** Distinct ones, so that none is taken for a print that was sent twice. */
const heavy = (count: number) => Array.from({ length: count }, (_, index) => `50.${10 + ((index * 7) % 40)}`);

async function signalsOf({ name }: Station) {
  const path = `/api/quality/signals?station=${encodeURIComponent(name)}`;
  return (await answered(floor.appliance.api(path), listSchema(signalSchema))).items;
}

describe.skipIf(chromiumPath === null)("signals on the operator's board", () => {
  beforeAll(async () => {
    floor = await startFloor();
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  test("bags that are all too heavy are said in words, and a person says why and what was done", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    const print = (weights: readonly string[]) =>
      scale.send(weights.map((weight) => `${station.scale},${weight} lb\r\n`).join(""));
    await using reader = await station.open();
    const { page } = reader;
    await print(heavy(9));
    await shows(page, "Last 9 bags are all heavier than target: check the filler");
    await print(["50.05"]);
    await shows(page, "Last 10 bags are all heavier than target: check the filler");
    await isSound(reader);
    await page.getByRole("button", { name: "Acknowledge" }).click();
    const dialog = page.getByRole("dialog", { name: "Acknowledge this signal" });
    await dialog.getByRole("button", { name: "Acknowledge" }).click();
    expect(await dialog.getByText("Required.").count()).toBe(3);
    await dialog.getByRole("button", { name: "Filler was off" }).click();
    await dialog.getByLabel("What was done", { exact: true }).last().fill("gate adjusted");
    await dialog.getByLabel("Your name").fill("Ann");
    await isSound(reader);
    await dialog.getByRole("button", { name: "Acknowledge" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("are all heavier than target").waitFor({ state: "detached" });
    expect(await signalsOf(station)).toMatchObject([
      { cause: "Filler was off", action: "gate adjusted", acknowledged_by: "Ann", goes_on: true },
    ]);
    // It goes on: whoever acknowledged it is not asked again.
    await print(["50.07"]);
    await shows(page, "Bag 11 of 100");
    expect(await page.getByText("heavier than target").count()).toBe(0);
  });

  test("advice says how much to change, in the reader's language, until it was followed", async () => {
    const station = floor.station();
    await station.job({ target_weight: "50.30" });
    using scale = await station.connect();
    await using reader = await station.open({ locale: "es-MX" });
    const { page } = reader;
    const weights = Array.from({ length: 20 }, (_, index) => (50.05 + ((index * 7) % 20) / 100).toFixed(2));
    await scale.send(weights.map((weight) => `${station.scale},${weight} lb\r\n`).join(""));
    await shows(page, /Las bolsas 1 a 20 pesan en promedio 0\.1\d.lb de menos: llene 0\.1\d.lb más/);
    await shows(page, /Las últimas 20 bolsas pesan todas menos que el objetivo: revise la llenadora/);
    await isSound(reader);
    await page.getByRole("button", { name: "Hecho" }).click();
    await page.getByText("pesan en promedio").waitFor({ state: "detached" });
  });
});
